import type { Credentials } from "../../define/caller.ts";
import type { CallSource } from "../../invoke/call.ts";
import { newRequestId } from "../../observe/request-id.ts";
import type { ObservedRequest } from "../../observe/request-record.ts";
import { beginTrace, incomingTrace, type Trace } from "../../observe/trace.ts";

/** What a message says of itself, where HTTP has header fields. */
export interface SocketMeta {
  readonly traceparent?: unknown;
  readonly tracestate?: unknown;
  readonly idempotencyKey?: unknown;
  /** True where it was sent before, over a connection that broke before the answer came. */
  readonly repeated?: unknown;
  /** Milliseconds. */
  readonly timeout?: unknown;
}

/** One operation on a socket, as what its calls come by. */
export class SocketOperation implements CallSource, ObservedRequest {
  readonly method: string;
  readonly path: string;
  readonly requestId: string;
  readonly timeout: number;
  readonly idempotencyKey: string | null;
  readonly credentials: Credentials;
  /** Aborts when the operation is cancelled, or its socket is gone. */
  readonly leaving: AbortController;
  readonly #stated: string | undefined;
  readonly #state: string | undefined;
  #trace: Trace | null;

  /** `method`: for the log, where HTTP has its methods. */
  constructor(method: string, path: string, credentials: Credentials, meta: SocketMeta) {
    const { traceparent, tracestate, idempotencyKey, timeout } = meta;
    this.method = method;
    this.path = path;
    this.requestId = newRequestId();
    this.credentials = credentials;
    this.leaving = new AbortController();
    this.timeout = typeof timeout === "number" && timeout > 0 ? timeout : 0;
    this.idempotencyKey = typeof idempotencyKey === "string" ? idempotencyKey : null;
    this.#stated = typeof traceparent === "string" ? traceparent : undefined;
    this.#state = typeof tracestate === "string" ? tracestate : undefined;
    this.#trace = null;
  }

  get signal(): AbortSignal {
    return this.leaving.signal;
  }

  get trace(): Trace | null {
    this.#trace ??= incomingTrace(this.#stated, this.#state);
    return this.#trace;
  }

  get traceparent(): string {
    this.#trace = this.trace ?? beginTrace();
    return this.#trace.traceparent;
  }
}
