import { performance } from "node:perf_hooks";
import type { RequestId } from "./request-id.ts";
import type { RequestSeries } from "./request-series.ts";
import type { Trace } from "./trace.ts";

/**
 * What is known of one request, for logs and metrics. Whoever takes the request in makes it; the protocol fills in the
 * rest as it learns it, and `finished` reads it.
 */
export class RequestRecord {
  /** `rest`, `graphql`, `grpc`, `websocket`; `http` for the server's own pages. */
  readonly protocol: string;
  readonly request: ObservedRequest;
  /** `performance.now()` at the start. */
  readonly startedAt: number;
  /** The operation's counters and the names for the log line; null until it is known which operation is called. */
  series: RequestSeries | null;
  /** The caller's id. */
  caller: string | null;
  statusCode: number;
  /** The error's code; null for success. */
  errorCode: string | null;
  /** The request log's own: the trace that both lines name. */
  trace: Trace | null;
  /** Milliseconds from the start; below 0 until somebody asks. */
  #durationMs: number;

  constructor(protocol: string, request: ObservedRequest) {
    this.protocol = protocol;
    this.request = request;

    this.startedAt = performance.now();
    this.series = null;
    this.caller = null;
    this.statusCode = 0;
    this.errorCode = null;
    this.trace = null;
    this.#durationMs = -1;
  }

  /** Milliseconds from the start to the end, which is when this is asked for first. */
  get durationMs(): number {
    if (this.#durationMs < 0) this.#durationMs = performance.now() - this.startedAt;
    return this.#durationMs;
  }
}

/** What is known of a request at its start. Whoever observes it asks for what it needs: an id that nobody reads is not made. */
export interface ObservedRequest {
  readonly method: string;
  /** Without the query: queries hold secrets. */
  readonly path: string;
  readonly requestId: string;
  /** The same as it is kept: a number's text need not be made for the log. Absent where there is only the text. */
  readonly id?: RequestId;
  readonly trace: Trace | null;
}

/** Hears of every request, once at its start and once at its end. Each protocol calls it; logs and metrics listen. */
export interface RequestObserver {
  started(record: RequestRecord): void;
  finished(record: RequestRecord): void;
}

/** All of several observers as one; null when there is none, so that nobody is called for nothing. */
export function observeRequests(...observers: readonly (RequestObserver | null)[]): RequestObserver | null {
  const [first, ...others] = observers.filter((observer) => observer !== null);
  if (first === undefined) return null;
  if (others.length === 0) return first;
  const all = [first, ...others];
  return {
    started: (record) => {
      for (const observer of all) observer.started(record);
    },
    finished: (record) => {
      for (const observer of all) observer.finished(record);
    },
  };
}
