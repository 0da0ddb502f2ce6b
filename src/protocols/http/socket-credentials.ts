import type { Credentials } from "../../define/caller.ts";
import { bearerOf } from "../../invoke/bearer.ts";
import type { RequestHead } from "../../net/exchange.ts";

/**
 * Who opened a socket. Browsers cannot set header fields of a handshake, so that a token may come in a message instead; no other
 * field can, since proxies vouch for those.
 */
export class SocketCredentials implements Credentials {
  readonly #head: RequestHead;
  readonly #authorization: string | undefined;

  /** `authorization`: of a message; undefined for that of the handshake. */
  constructor(head: RequestHead, authorization: string | undefined) {
    this.#head = head;
    this.#authorization = authorization ?? head.header("authorization");
  }

  get bearer(): string | null {
    return bearerOf(this.#authorization);
  }

  get remoteAddress(): string {
    return this.#head.connection.remoteAddress;
  }

  header(name: string): string | undefined {
    return name === "authorization" ? this.#authorization : this.#head.header(name);
  }
}
