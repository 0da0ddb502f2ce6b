import type { Caller, Credentials } from "../../../define/caller.ts";
import { frameworkError } from "../../../errors/codes.ts";
import { expiryOf } from "../../../invoke/expiry.ts";
import type { Invoker } from "../../../invoke/invoker.ts";
import type { RequestHead } from "../../../net/exchange.ts";
import type { HttpRequest } from "../../http/http-request.ts";
import { SocketCredentials } from "../../http/socket-credentials.ts";
import { malformed, when } from "./violation.ts";

/** Who calls over a socket: whoever opened it, until a token says otherwise. */
export class RpcCaller {
  readonly #head: RequestHead;
  readonly #invoker: Invoker;
  #credentials: Credentials;
  #caller: Caller | null;
  /** Milliseconds since the epoch. */
  #expiry: number;
  #isRenewing: boolean;

  constructor(invoker: Invoker, opening: HttpRequest, caller: Caller | null) {
    this.#head = opening.exchange.request;
    this.#invoker = invoker;
    this.#credentials = new SocketCredentials(this.#head, opening.header("authorization"));
    this.#caller = caller;
    this.#expiry = expiryOf(caller);
    this.#isRenewing = false;
  }

  get credentials(): Credentials {
    return this.#credentials;
  }

  get caller(): Caller | null {
    return this.#caller;
  }

  /** Sockets outlive tokens. Throws UNAUTHENTICATED once the credentials have ended. */
  assertValid(): void {
    if (this.#expiry !== Number.POSITIVE_INFINITY && this.#invoker.services.now().getTime() >= this.#expiry)
      throw frameworkError("UNAUTHENTICATED", "The credentials have expired: renew them by $/authenticate");
  }

  /**
   * Calls from now on are those of who bears this token. Rejects with what the application's `authenticate` throws, and then all is
   * as it was. One at a time, so that the last word is known to be the last.
   */
  async renew(token: string): Promise<Caller | null> {
    if (this.#isRenewing)
      throw malformed(
        when(true, "method", "unique", "another $/authenticate is under way", "Wait for its answer"),
      );
    this.#isRenewing = true;
    try {
      const credentials = new SocketCredentials(this.#head, `Bearer ${token}`);
      const caller = await this.#invoker.identify(credentials);
      this.#credentials = credentials;
      this.#caller = caller;
      this.#expiry = expiryOf(caller);
      return caller;
    } finally {
      this.#isRenewing = false;
    }
  }
}
