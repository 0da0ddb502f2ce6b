import type { ApiError } from "../../errors/api-error.ts";
import { frameworkError } from "../../errors/codes.ts";

/**
 * Neither the target nor the version of a first line could be HTTP's. Whoever sends that speaks something else, and would not
 * understand what HTTP has to say to it. One for all, known by its identity.
 */
export const notHttp: ApiError = frameworkError(
  "MALFORMED_REQUEST",
  "The connection does not begin with HTTP",
);

/** The request breaks RFC 9112. Where it ends is in doubt, so the connection must close after the answer. */
export function malformed(what: string): ApiError {
  return frameworkError("MALFORMED_REQUEST", `The request is malformed: ${what}`);
}
