import type { Caller } from "../define/caller.ts";

/**
 * When a caller's credentials end, in milliseconds since the epoch: `exp` of the claims (RFC 7519 §4.1.4), where the application's
 * `authenticate` hands that on; infinity where it does not.
 */
export function expiryOf(caller: Caller | null): number {
  const expires = caller?.claims["exp"];
  return typeof expires === "number" ? expires * 1_000 : Number.POSITIVE_INFINITY;
}
