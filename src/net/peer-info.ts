import type { ConnectionInfo } from "./exchange.ts";
import type { Peer } from "./peer.ts";
import type { TlsInfo } from "./tls-info.ts";

/** A peer, and the version of HTTP it speaks; one for each version that it has spoken on the connection. */
export class PeerInfo implements ConnectionInfo {
  readonly httpVersion: "1.0" | "1.1" | "2";
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly secure: boolean;
  readonly tls: TlsInfo | null;

  constructor(httpVersion: "1.0" | "1.1" | "2", peer: Peer) {
    this.httpVersion = httpVersion;
    this.remoteAddress = peer.remoteAddress;
    this.remotePort = peer.remotePort;
    this.secure = peer.secure;
    this.tls = peer.tls;
  }
}
