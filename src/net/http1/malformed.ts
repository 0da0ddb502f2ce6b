import type { ApiError } from "../../errors/api-error.ts";
import { frameworkError } from "../../errors/codes.ts";

/** The request breaks RFC 9112. Where it ends is in doubt, so the connection must close after the answer. */
export function malformed(what: string): ApiError {
  return frameworkError("MALFORMED_REQUEST", `The request is malformed: ${what}`);
}
