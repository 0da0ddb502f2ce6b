import { frameworkError } from "../errors/codes.ts";

/** `Idempotency-Key`: a structured-field string; bare tokens are taken too, since most clients send those. */
export function parseIdempotencyKey(stated: string | undefined): string | null {
  if (stated === undefined) return null;
  const key =
    /^"([\x20\x21\x23-\x7e]{1,255})"$/.exec(stated)?.[1] ?? /^([\x21\x23-\x7e]{1,255})$/.exec(stated)?.[1];
  if (key === undefined)
    throw frameworkError(
      "MALFORMED_REQUEST",
      "Idempotency-Key must be a string of 1 to 255 visible characters",
    );
  return key;
}
