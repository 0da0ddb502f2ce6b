import type { JsonObject } from "../base/json.ts";
import { type ErrorKind, errorKinds } from "./kinds.ts";

/** One violated rule of one field: where (`path`, RFC 6901 JSON Pointer without the leading slash, dots between), which rule, and how to mend it. */
export interface Violation {
  /** Where: `email`, `address.city`, `tags[2]`; empty for the whole input. */
  readonly path: string;
  /** The rule's name in lower camel case: `required`, `type`, `minLength`, `format`, `unknownField`... */
  readonly rule: string;
  /** What is wrong, for people. */
  readonly message: string;
  /** What to do about it, for people. */
  readonly mend: string;
}

/** What an {@link ApiError} may carry beside its code and message. */
export interface ApiErrorOptions {
  readonly details?: JsonObject;
  readonly violations?: readonly Violation[];
  /** Seconds until a retry may succeed: `Retry-After`, RetryInfo. */
  readonly retryAfter?: number;
  /** HTTP status where HTTP has a finer one than the kind's (412, 413, 415...). */
  readonly http?: number;
  /** Header fields that HTTP demands with this answer, such as `Allow` with 405. */
  readonly headers?: Readonly<Record<string, string>>;
  /** What caused it; logged, never sent. */
  readonly cause?: unknown;
}

/**
 * The one error that crosses protocols. Its `message` is meant for the caller; whatever must stay inside goes
 * into `cause`.
 */
export class ApiError extends Error {
  readonly code: string;
  readonly kind: ErrorKind;
  readonly http: number;
  readonly details: JsonObject | null;
  readonly violations: readonly Violation[] | null;
  readonly retryAfter: number | null;
  readonly headers: Readonly<Record<string, string>> | null;
  /** The id that the answer and the log line share; set when an unknown throwable was masked. */
  readonly id: string | null;

  constructor(
    code: string,
    kind: ErrorKind,
    message?: string,
    options: ApiErrorOptions = {},
    id: string | null = null,
  ) {
    super(
      message ?? errorKinds[kind].message,
      options.cause === undefined ? undefined : { cause: options.cause },
    );
    this.name = "ApiError";
    this.code = code;
    this.kind = kind;
    // A status that tells of no error is not taken: it would be sent as it is.
    this.http = isErrorStatus(options.http) ? options.http : errorKinds[kind].http;
    this.details = options.details ?? null;
    this.violations = options.violations ?? null;
    this.retryAfter = options.retryAfter ?? null;
    this.headers = options.headers ?? null;
    this.id = id;
  }
}

function isErrorStatus(status: number | undefined): status is number {
  return status !== undefined && Number.isInteger(status) && status >= 400 && status <= 599;
}
