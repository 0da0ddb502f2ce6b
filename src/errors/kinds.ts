/**
 * The one table of error kinds: gRPC's canonical codes (statuscodes.md) in lower case, and what each protocol
 * makes of them. HTTP statuses follow google/rpc/code.proto.
 */
export const errorKinds = {
  cancelled: { http: 499, grpc: 1, message: "The call was cancelled", retryable: false },
  unknown: { http: 500, grpc: 2, message: "Unknown error", retryable: false },
  invalid_argument: { http: 400, grpc: 3, message: "The request is invalid", retryable: false },
  deadline_exceeded: {
    http: 504,
    grpc: 4,
    message: "The deadline passed before the call ended",
    retryable: true,
  },
  not_found: { http: 404, grpc: 5, message: "Not found", retryable: false },
  already_exists: { http: 409, grpc: 6, message: "Already exists", retryable: false },
  permission_denied: { http: 403, grpc: 7, message: "Permission denied", retryable: false },
  resource_exhausted: { http: 429, grpc: 8, message: "A limit was reached", retryable: true },
  failed_precondition: { http: 400, grpc: 9, message: "The state does not allow it", retryable: false },
  aborted: { http: 409, grpc: 10, message: "A concurrent change got in between", retryable: true },
  out_of_range: { http: 400, grpc: 11, message: "Out of range", retryable: false },
  unimplemented: { http: 501, grpc: 12, message: "Not implemented", retryable: false },
  internal: { http: 500, grpc: 13, message: "Internal error", retryable: false },
  unavailable: { http: 503, grpc: 14, message: "The service is not available now", retryable: true },
  data_loss: { http: 500, grpc: 15, message: "Data was lost", retryable: false },
  unauthenticated: { http: 401, grpc: 16, message: "Authentication is needed", retryable: false },
} as const;

/** One row of the table: HTTP status, gRPC status code, the message when none is given, and whether a retry may help. */
export interface ErrorKindRow {
  readonly http: number;
  readonly grpc: number;
  readonly message: string;
  readonly retryable: boolean;
}

/** The closed set of kinds. */
export type ErrorKind = keyof typeof errorKinds;
