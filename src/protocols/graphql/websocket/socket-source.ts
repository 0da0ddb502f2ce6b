import type { Credentials } from "../../../define/caller.ts";
import { bearerOf } from "../../../invoke/bearer.ts";
import type { CallSource } from "../../../invoke/call.ts";
import type { RequestHead } from "../../../net/exchange.ts";
import { newRequestId } from "../../../observe/request-id.ts";
import type { ObservedRequest } from "../../../observe/request-record.ts";
import { beginTrace, incomingTrace, type Trace } from "../../../observe/trace.ts";
import type { Members } from "./messages.ts";

/**
 * Who opened a socket. Browsers cannot set header fields of a handshake, so that a token may come in the payload of
 * `connection_init` instead, as `authorization`; no other field can, since proxies vouch for those.
 */
export class SocketCredentials implements Credentials {
  readonly #head: RequestHead;
  readonly #authorization: string | undefined;

  constructor(head: RequestHead, payload: Members | null) {
    const stated = payload?.["authorization"] ?? payload?.["Authorization"];
    this.#head = head;
    this.#authorization = typeof stated === "string" ? stated : head.header("authorization");
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

/** One operation on a socket, as what its calls come by. */
export class SocketOperation implements CallSource, ObservedRequest {
  readonly method: string = "SUBSCRIBE";
  readonly path: string;
  readonly requestId: string;
  readonly timeout: number = 0;
  readonly idempotencyKey: string | null;
  readonly credentials: Credentials;
  readonly leaving: AbortController;
  readonly #stated: string | undefined;
  #trace: Trace | null;

  /** `extensions` of the request: `traceparent` and `idempotencyKey` stand there, where HTTP has header fields. */
  constructor(path: string, credentials: Credentials, extensions: Members | null) {
    const { traceparent, idempotencyKey } = extensions ?? {};
    this.path = path;
    this.requestId = newRequestId();
    this.credentials = credentials;
    this.leaving = new AbortController();
    this.idempotencyKey = typeof idempotencyKey === "string" ? idempotencyKey : null;
    this.#stated = typeof traceparent === "string" ? traceparent : undefined;
    this.#trace = null;
  }

  get signal(): AbortSignal {
    return this.leaving.signal;
  }

  get trace(): Trace | null {
    this.#trace ??= incomingTrace(this.#stated, undefined);
    return this.#trace;
  }

  get traceparent(): string {
    this.#trace = this.trace ?? beginTrace();
    return this.#trace.traceparent;
  }
}
