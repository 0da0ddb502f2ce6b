import { frameworkError } from "../errors/codes.ts";

/** What `Idempotency-Key` may be. */
export const idempotencyKeyPattern = '^(?:"([ !#-~]{1,255})"|([!#-~]{1,255}))$';

const pattern = new RegExp(idempotencyKeyPattern);

/** `Idempotency-Key`: a structured-field string; bare tokens are taken too, since most clients send those. */
export function parseIdempotencyKey(stated: string | undefined): string | null {
  if (stated === undefined) return null;
  const [, quoted, bare] = pattern.exec(stated) ?? [];
  const key = quoted ?? bare;
  if (key === undefined)
    throw frameworkError(
      "MALFORMED_REQUEST",
      "Idempotency-Key must be a string of 1 to 255 visible characters",
    );
  return key;
}
