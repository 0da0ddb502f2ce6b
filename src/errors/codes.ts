import { ApiError, type ApiErrorOptions } from "./api-error.ts";
import type { ErrorKind } from "./kinds.ts";

/**
 * The codes that fourfold itself raises. `http` stands where HTTP has a finer status than the kind's; this table and
 * `kinds.ts` are the only places with status numbers.
 */
export const frameworkErrors = {
  MALFORMED_REQUEST: row("invalid_argument", 400, "The request is malformed"),
  INVALID_INPUT: row("invalid_argument", 400, "The input breaks the contract"),
  INVALID_JSON: row("invalid_argument", 400, "The content is not valid JSON"),
  INVALID_FILTER: row("invalid_argument", 400, "The filter is not valid"),
  INVALID_PAGE_TOKEN: row("invalid_argument", 400, "The page token is not valid for this list"),
  UNAUTHENTICATED: row("unauthenticated", 401, "Authentication is needed"),
  PERMISSION_DENIED: row("permission_denied", 403, "Permission denied"),
  NOT_FOUND: row("not_found", 404, "There is nothing at this address"),
  METHOD_NOT_ALLOWED: row("unimplemented", 405, "The method is not allowed here"),
  NOT_ACCEPTABLE: row("invalid_argument", 406, "None of the accepted media types can be produced"),
  REQUEST_TIMEOUT: row("deadline_exceeded", 408, "The request took too long to arrive"),
  CONFLICT: row("already_exists", 409, "A row with this value exists already"),
  REFERENCE_NOT_FOUND: row("failed_precondition", 409, "A referenced row does not exist"),
  STILL_REFERENCED: row("failed_precondition", 409, "Other rows still refer to this row"),
  IDEMPOTENCY_KEY_IN_USE: row("aborted", 409, "A request with this idempotency key is still running"),
  PRECONDITION_FAILED: row("aborted", 412, "The row has another version than If-Match states"),
  CONTENT_TOO_LARGE: row("resource_exhausted", 413, "The content is too large"),
  URI_TOO_LONG: row("invalid_argument", 414, "The request target is too long"),
  UNSUPPORTED_MEDIA_TYPE: row("invalid_argument", 415, "The content type is not supported"),
  EXPECTATION_FAILED: row("invalid_argument", 417, "The expectation cannot be met"),
  IDEMPOTENCY_KEY_REUSED: row("invalid_argument", 422, "The idempotency key was used with another request"),
  PRECONDITION_REQUIRED: row("failed_precondition", 428, "This request must state If-Match"),
  HEADERS_TOO_LARGE: row("resource_exhausted", 431, "The header fields are too large"),
  CANCELLED: row("cancelled", 499, "The call was cancelled"),
  INTERNAL: row("internal", 500, "Internal error"),
  UNIMPLEMENTED: row("unimplemented", 501, "Not implemented"),
  OVERLOADED: row("unavailable", 503, "The server has no room for this now"),
  UNAVAILABLE: row("unavailable", 503, "The service is not available now"),
  DEADLINE_EXCEEDED: row("deadline_exceeded", 504, "The deadline passed before the call ended"),
  HTTP_VERSION_NOT_SUPPORTED: row("unimplemented", 505, "This HTTP version is not supported"),
} as const;

/** A code that fourfold itself raises. */
export type FrameworkCode = keyof typeof frameworkErrors;

/** A fresh error under one of fourfold's own codes. */
export function frameworkError(code: FrameworkCode, message?: string, options?: ApiErrorOptions): ApiError {
  const { kind, http, message: usual } = frameworkErrors[code];
  return new ApiError(code, kind, message ?? usual, { http, ...options });
}

function row(
  kind: ErrorKind,
  http: number,
  message: string,
): { readonly kind: ErrorKind; readonly http: number; readonly message: string } {
  return { kind, http, message };
}
