import type { ApiError } from "../../errors/api-error.ts";
import { type FrameworkCode, frameworkError } from "../../errors/codes.ts";
import { closeCodes } from "./close-codes.ts";

/** Why a connection must be failed (RFC 6455 §7.1.7): the code and reason for the peer, the error for log and metrics. */
export class Failure extends Error {
  readonly closeCode: number;
  readonly error: ApiError;

  constructor(closeCode: number, reason: string, error: ApiError) {
    super(reason);
    this.closeCode = closeCode;
    this.error = error;
  }
}

function failure(closeCode: number, code: FrameworkCode, reason: string): Failure {
  return new Failure(closeCode, reason, frameworkError(code, reason));
}

/** The peer breaks RFC 6455 or 7692. */
export function protocolError(reason: string): Failure {
  return failure(closeCodes.protocolError, "MALFORMED_REQUEST", reason);
}

/** What the peer sent is not what it says it is. */
export function invalidData(reason: string): Failure {
  return failure(closeCodes.invalidData, "MALFORMED_REQUEST", reason);
}

export function tooBig(): Failure {
  return failure(closeCodes.tooBig, "CONTENT_TOO_LARGE", "The message is too big");
}

export function tooManyFrames(): Failure {
  return failure(closeCodes.policy, "CONTENT_TOO_LARGE", "The message has too many frames");
}

export function tooSlow(): Failure {
  return failure(closeCodes.policy, "REQUEST_TIMEOUT", "The message takes too long to arrive");
}

export function slowReader(): Failure {
  return failure(closeCodes.tryLater, "OVERLOADED", "The peer reads too slowly");
}

/** The application threw: the peer is not told what. */
export function applicationFailure(thrown: unknown): Failure {
  const error = frameworkError("INTERNAL", undefined, { cause: thrown });
  return new Failure(closeCodes.internal, error.message, error);
}
