import { ApiError, type ApiErrorOptions } from "./api-error.ts";

/**
 * The codes that fourfold itself raises. `http` stands where HTTP has a finer status than the kind's; this table and
 * `kinds.ts` are the only places with status numbers.
 */
export const frameworkErrors = {
  MALFORMED_REQUEST: { kind: "invalid_argument", http: 400, message: "The request is malformed" },
  INVALID_INPUT: { kind: "invalid_argument", http: 400, message: "The input breaks the contract" },
  INVALID_JSON: { kind: "invalid_argument", http: 400, message: "The content is not valid JSON" },
  DOCUMENT_SYNTAX: { kind: "invalid_argument", http: 400, message: "The document is not GraphQL" },
  DOCUMENT_INVALID: {
    kind: "invalid_argument",
    http: 400,
    message: "The document does not fit the schema",
  },
  DOCUMENT_TOO_COMPLEX: {
    kind: "resource_exhausted",
    http: 400,
    message: "The document asks for more than is allowed at once",
  },
  DOCUMENT_NOT_TRUSTED: {
    kind: "permission_denied",
    http: 403,
    message: "Only documents of the server's list are run here",
  },
  PERSISTED_QUERY_NOT_FOUND: {
    kind: "not_found",
    http: 400,
    message: "PersistedQueryNotFound",
  },
  INVALID_FILTER: { kind: "invalid_argument", http: 400, message: "The filter is not valid" },
  INVALID_PAGE_TOKEN: {
    kind: "invalid_argument",
    http: 400,
    message: "The page token is not valid for this list",
  },
  INVALID_POSITION: {
    kind: "invalid_argument",
    http: 400,
    message: "The position is none that a watch gave",
  },
  UNAUTHENTICATED: { kind: "unauthenticated", http: 401, message: "Authentication is needed" },
  PERMISSION_DENIED: { kind: "permission_denied", http: 403, message: "Permission denied" },
  NOT_FOUND: { kind: "not_found", http: 404, message: "There is nothing at this address" },
  METHOD_NOT_ALLOWED: { kind: "unimplemented", http: 405, message: "The method is not allowed here" },
  NOT_ACCEPTABLE: {
    kind: "invalid_argument",
    http: 406,
    message: "None of the accepted media types can be produced",
  },
  REQUEST_TIMEOUT: { kind: "deadline_exceeded", http: 408, message: "The request took too long to arrive" },
  CONFLICT: { kind: "already_exists", http: 409, message: "A row with this value exists already" },
  REFERENCE_NOT_FOUND: { kind: "failed_precondition", http: 409, message: "A referenced row does not exist" },
  STILL_REFERENCED: { kind: "failed_precondition", http: 409, message: "Other rows still refer to this row" },
  IDEMPOTENCY_KEY_IN_USE: {
    kind: "aborted",
    http: 409,
    message: "A request with this idempotency key is still running",
  },
  TRANSACTION_CONFLICT: {
    kind: "aborted",
    http: 409,
    message: "Others changed the same rows at the same time: try again",
  },
  POSITION_EXPIRED: {
    kind: "out_of_range",
    http: 410,
    message:
      "Changes after this position are not kept any more: watch without a position, for a new snapshot",
  },
  PRECONDITION_FAILED: {
    kind: "aborted",
    http: 412,
    message: "The row has another version than If-Match states",
  },
  CONTENT_TOO_LARGE: { kind: "resource_exhausted", http: 413, message: "The content is too large" },
  URI_TOO_LONG: { kind: "invalid_argument", http: 414, message: "The request target is too long" },
  UNSUPPORTED_MEDIA_TYPE: {
    kind: "invalid_argument",
    http: 415,
    message: "The content type is not supported",
  },
  EXPECTATION_FAILED: { kind: "invalid_argument", http: 417, message: "The expectation cannot be met" },
  IDEMPOTENCY_KEY_REUSED: {
    kind: "invalid_argument",
    http: 422,
    message: "The idempotency key was used with another request",
  },
  UPGRADE_REQUIRED: {
    kind: "failed_precondition",
    http: 426,
    message: "This address is to be opened as a WebSocket",
  },
  PRECONDITION_REQUIRED: {
    kind: "failed_precondition",
    http: 428,
    message: "This request must state If-Match",
  },
  QUOTA_EXCEEDED: { kind: "resource_exhausted", http: 429, message: "Your quota is used up" },
  HEADERS_TOO_LARGE: { kind: "resource_exhausted", http: 431, message: "The header fields are too large" },
  WATCH_TOO_SLOW: {
    kind: "resource_exhausted",
    http: 429,
    message: "Changes were not taken as fast as they came: watch on from the last position",
  },
  CANCELLED: { kind: "cancelled", http: 499, message: "The call was cancelled" },
  OUTCOME_UNKNOWN: {
    kind: "unknown",
    http: 500,
    message: "The call was sent before, and nothing here tells whether it was carried out",
  },
  INTERNAL: { kind: "internal", http: 500, message: "Internal error" },
  UNIMPLEMENTED: { kind: "unimplemented", http: 501, message: "Not implemented" },
  OVERLOADED: { kind: "unavailable", http: 503, message: "The server has no room for this now" },
  UNAVAILABLE: { kind: "unavailable", http: 503, message: "The service is not available now" },
  DEADLINE_EXCEEDED: {
    kind: "deadline_exceeded",
    http: 504,
    message: "The deadline passed before the call ended",
  },
  HTTP_VERSION_NOT_SUPPORTED: {
    kind: "unimplemented",
    http: 505,
    message: "This HTTP version is not supported",
  },
} as const;

/** A code that fourfold itself raises. */
export type FrameworkCode = keyof typeof frameworkErrors;

/** A fresh error under one of fourfold's own codes. */
export function frameworkError(code: FrameworkCode, message?: string, options?: ApiErrorOptions): ApiError {
  const { kind, http, message: usual } = frameworkErrors[code];
  return new ApiError(code, kind, message ?? usual, { http, ...options });
}
