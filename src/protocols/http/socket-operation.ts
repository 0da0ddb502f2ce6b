import type { Credentials } from "../../define/caller.ts";
import type { CallSource } from "../../invoke/call.ts";
import { type RequestId, takeRequestId, toText } from "../../observe/request-id.ts";
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
  readonly id: RequestId;
  readonly timeout: number;
  readonly idempotencyKey: string | null;
  readonly credentials: Credentials;
  /** Told when the operation has left, after whoever listens to its signal. */
  whenLeft: (() => void) | null;
  readonly #stated: string | undefined;
  readonly #state: string | undefined;
  #trace: Trace | null;
  #hasLeft: boolean;
  #reason: Error | undefined;
  /** Null until somebody asks for the signal: most operations are over before. */
  #leaving: AbortController | null;

  /** `method`: for the log, where HTTP has its methods. */
  constructor(method: string, path: string, credentials: Credentials, meta: SocketMeta) {
    const { traceparent, tracestate, idempotencyKey, timeout } = meta;
    this.method = method;
    this.path = path;
    this.id = takeRequestId(undefined);
    this.credentials = credentials;
    this.timeout = typeof timeout === "number" && timeout > 0 ? timeout : 0;
    this.idempotencyKey = typeof idempotencyKey === "string" ? idempotencyKey : null;
    this.whenLeft = null;
    this.#stated = typeof traceparent === "string" ? traceparent : undefined;
    this.#state = typeof tracestate === "string" ? tracestate : undefined;
    this.#trace = null;
    this.#hasLeft = false;
    this.#reason = undefined;
    this.#leaving = null;
  }

  get requestId(): string {
    return toText(this.id);
  }

  /** It was cancelled, its socket is gone, or its time is over. */
  get hasLeft(): boolean {
    return this.#hasLeft;
  }

  /** Why, where somebody is to be told. */
  get reason(): Error | undefined {
    return this.#reason;
  }

  /** Ends it from outside. Without a reason, nobody waits for it any more. */
  leave(reason?: Error): void {
    if (this.#hasLeft) return;
    this.#hasLeft = true;
    this.#reason = reason;
    this.#leaving?.abort(reason);
    this.whenLeft?.();
  }

  get signal(): AbortSignal {
    if (this.#leaving === null) {
      this.#leaving = new AbortController();
      if (this.#hasLeft) this.#leaving.abort(this.#reason);
    }
    return this.#leaving.signal;
  }

  /** Messages have no header fields. */
  setField(): void {}

  get trace(): Trace | null {
    if (this.#stated !== undefined) this.#trace ??= incomingTrace(this.#stated, this.#state);
    return this.#trace;
  }

  get traceparent(): string {
    this.#trace = this.trace ?? beginTrace();
    return this.#trace.traceparent;
  }
}
