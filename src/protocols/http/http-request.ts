import type { Credentials } from "../../define/caller.ts";
import { frameworkError } from "../../errors/codes.ts";
import { bearerOf } from "../../invoke/bearer.ts";
import type { CallSource } from "../../invoke/call.ts";
import { parseIdempotencyKey } from "../../invoke/idempotency-key.ts";
import type { Exchange } from "../../net/exchange.ts";
import { type RequestId, takeRequestId, toText } from "../../observe/request-id.ts";
import type { ObservedRequest } from "../../observe/request-record.ts";
import { beginTrace, incomingTrace, type Trace } from "../../observe/trace.ts";
import type { Cors } from "./cors.ts";

/** A request over HTTP as what calls come by: it is read no further than somebody asks. */
export abstract class HttpRequest implements CallSource, Credentials, ObservedRequest {
  readonly exchange: Exchange;
  /** Fields of the answer that handlers have stated: `[name, value, ...]`, names in lower case; null for none. */
  answerHeaders: string[] | null;
  #id: RequestId | null;
  #trace: Trace | null;

  constructor(exchange: Exchange) {
    this.exchange = exchange;
    this.answerHeaders = null;
    this.#id = null;
    this.#trace = null;
  }

  get signal(): AbortSignal {
    return this.exchange.signal;
  }

  get id(): RequestId {
    this.#id ??= takeRequestId(this.header("x-request-id"));
    return this.#id;
  }

  get requestId(): string {
    return toText(this.id);
  }

  /** The trace that came with the request; null where none did. */
  get trace(): Trace | null {
    if (this.#trace === null) {
      const parent = this.header("traceparent");
      if (parent !== undefined) this.#trace = incomingTrace(parent, this.header("tracestate"));
    }
    return this.#trace;
  }

  get traceparent(): string {
    this.#trace = this.trace ?? beginTrace();
    return this.#trace.traceparent;
  }

  get method(): string {
    return this.exchange.request.method;
  }

  get path(): string {
    return this.exchange.request.path;
  }

  get credentials(): Credentials {
    return this;
  }

  get remoteAddress(): string {
    return this.exchange.request.connection.remoteAddress;
  }

  get bearer(): string | null {
    return bearerOf(this.header("authorization"));
  }

  /** `Request-Timeout`: milliseconds, from whole or decimal seconds. */
  get timeout(): number {
    const stated = this.header("request-timeout");
    if (stated === undefined) return 0;
    const seconds = Number(stated);
    if (/^\d{1,6}(?:\.\d{1,3})?$/.test(stated) && seconds > 0) return seconds * 1000;
    throw frameworkError("MALFORMED_REQUEST", "Request-Timeout must be a number of seconds, such as 2.5");
  }

  get idempotencyKey(): string | null {
    return parseIdempotencyKey(this.header("idempotency-key"));
  }

  setField(name: string, value: string): void {
    this.answerHeaders ??= [];
    for (let index = 0; index < this.answerHeaders.length; index += 2)
      if (this.answerHeaders[index] === name) {
        this.answerHeaders[index + 1] = value;
        return;
      }
    this.answerHeaders.push(name, value);
  }

  /** What was stated of the answer, and the fields by which a page of another origin may read it. */
  answerFields(cors: Cors | null): readonly string[] {
    const shared = cors === null ? none : cors.fields(this.header("origin"));
    const { answerHeaders } = this;
    if (answerHeaders === null) return shared;
    if (shared.length === 0) return answerHeaders;
    const names = answerHeaders.filter((_, index) => index % 2 === 0).join(", ");
    return [...shared, "access-control-expose-headers", names, ...answerHeaders];
  }

  header(name: string): string | undefined {
    return this.exchange.request.header(name);
  }
}

const none: readonly string[] = [];
