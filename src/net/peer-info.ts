import type { ConnectionInfo } from "./exchange.ts";

/** What is known of a peer; one for each version of HTTP that it has spoken on the connection. */
export class PeerInfo implements ConnectionInfo {
  readonly httpVersion: "1.0" | "1.1" | "2";
  readonly secure: boolean;
  readonly remoteAddress: string;

  constructor(httpVersion: "1.0" | "1.1" | "2", secure: boolean, remoteAddress: string) {
    this.httpVersion = httpVersion;
    this.secure = secure;
    this.remoteAddress = remoteAddress;
  }
}
