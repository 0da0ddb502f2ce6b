import type { Awaitable } from "../../../base/awaitable.ts";
import type { Caller } from "../../../define/caller.ts";
import type { CallSource } from "../../../invoke/call.ts";
import type { GraphqlError } from "../error.ts";
import { isLong, jsonPieces } from "./json-pieces.ts";

/**
 * One operation of a valid document, ready to be run any number of times. Made once a document, by the compiler, or over the
 * reference executor for what the compiler does not take; run by every transport (HTTP, SSE, WebSocket), which cannot tell
 * the two apart.
 */
export type Execution = AnswerExecution | StreamExecution;

/** A query or a mutation. */
export interface AnswerExecution {
  readonly kind: "query" | "mutation";
  /** At once, where all handlers and reads are. It never throws or rejects: what fails is in the result. */
  run(request: ExecutionRequest): Awaitable<ExecutionResult>;
}

/** A subscription: each event is a result of its own (GraphQL, September 2025, §6.2.3). */
export interface StreamExecution {
  readonly kind: "subscription";
  /** A result where the stream cannot begin. Who listens no more calls the iterator's `return`. */
  subscribe(request: ExecutionRequest): Awaitable<ExecutionResult | AsyncIterable<ExecutionResult>>;
}

/** What one run is asked for. */
export interface ExecutionRequest {
  /** What all calls of the document come by. */
  readonly source: CallSource;
  /** Who asks: found out once for a document, not for each of its fields. */
  readonly caller: Caller | null;
  /** As they came: coerced, and refused, by the execution. */
  readonly variables: Readonly<Record<string, unknown>>;
  /** Whether the result will be asked for its pieces: long lists are written while they are completed then. Asked where there are any. */
  readonly inPieces?: () => boolean;
}

/** A response to be (§7.1). */
export class ExecutionResult {
  /** As JSON has it; null where nulls went up to the root, undefined for a request error, after which there is no `data` at all. */
  readonly data: Readonly<Record<string, unknown>> | null | undefined;
  /** Empty where nothing failed. */
  readonly errors: readonly GraphqlError[];
  #text: string | null;
  #pieces: readonly Uint8Array[] | null;

  constructor(data: ExecutionResult["data"], errors: readonly GraphqlError[]) {
    this.data = data;
    this.errors = errors;
    this.#text = null;
    this.#pieces = null;
  }

  /** The result of what is not executed. */
  static refused(...errors: readonly GraphqlError[]): ExecutionResult {
    return new ExecutionResult(undefined, errors);
  }

  /** The response as an object of JSON. Errors come first, so that they are seen. */
  get response(): object {
    const { data, errors } = this;
    // The common case.
    if (errors.length === 0) return { data };
    return data === undefined ? { errors } : { errors, data };
  }

  /** Whether it has a list that is better sent in pieces. */
  get isLong(): boolean {
    return isLong(this.data);
  }

  /** The response in pieces, made once for all who are sent it. */
  get pieces(): readonly Uint8Array[] {
    this.#pieces ??= jsonPieces(this.response);
    return this.#pieces;
  }

  /** Bytes of memory that it takes as it is sent. */
  get bytes(): number {
    if (!this.isLong) return this.text.length;
    return this.pieces.reduce((sum, { length }) => sum + length, 0);
  }

  /** The response as text, made once for all who are sent it, and by V8 as one: nobody has to walk through it part by part. */
  get text(): string {
    this.#text ??= JSON.stringify(this.response);
    return this.#text;
  }
}
