import type { ApiError } from "../../errors/api-error.ts";
import { type FrameworkCode, frameworkError } from "../../errors/codes.ts";
import { errorCodes } from "./error-codes.ts";

/** The connection must end (RFC 9113 §5.4.1): the code for the peer, the error for log and metrics. */
export class ConnectionFailure extends Error {
  readonly code: number;
  readonly error: ApiError;

  constructor(code: number, error: ApiError) {
    super(error.message);
    this.code = code;
    this.error = error;
  }
}

/** One stream must end (§5.4.2), and nothing else. */
export class StreamFailure extends Error {
  readonly stream: number;
  readonly code: number;
  readonly error: ApiError;

  constructor(stream: number, code: number, error: ApiError) {
    super(error.message);
    this.stream = stream;
    this.code = code;
    this.error = error;
  }
}

/** The peer breaks RFC 9113, and so much that nothing it says can be relied on. */
export function connectionFailure(code: ErrorName, reason: string): ConnectionFailure {
  return new ConnectionFailure(errorCodes[code], frameworkError(errorNamed(code), `HTTP/2: ${reason}`));
}

/** The peer breaks RFC 9113 in one stream. */
export function streamFailure(stream: number, code: ErrorName, reason: string): StreamFailure {
  return new StreamFailure(stream, errorCodes[code], frameworkError(errorNamed(code), `HTTP/2: ${reason}`));
}

/** The name of a code of RFC 9113 §7. */
export type ErrorName = keyof typeof errorCodes;

function errorNamed(code: ErrorName): FrameworkCode {
  switch (code) {
    case "enhanceYourCalm":
    case "refusedStream":
      return "OVERLOADED";
    case "settingsTimeout":
      return "REQUEST_TIMEOUT";
    default:
      return "MALFORMED_REQUEST";
  }
}
