import type { Caller } from "../define/caller.ts";

/**
 * When a caller's credentials end, in milliseconds since the epoch: `exp` of the claims (RFC 7519 §4.1.4), where the application's
 * `authenticate` hands that on; infinity where it does not.
 */
export function expiryOf(caller: Caller | null): number {
  const expires = caller?.claims["exp"];
  return typeof expires === "number" ? expires * 1_000 : Number.POSITIVE_INFINITY;
}

/** What a timer of Node takes at most, in milliseconds. */
const longestTimer = 2 ** 31 - 1;

/** Calls `expired` once a caller's credentials have ended, by the application's clock. Answers what has it not be called any more. */
export function whenExpired(caller: Caller | null, now: () => Date, expired: () => void): () => void {
  const expires = expiryOf(caller);
  if (expires === Number.POSITIVE_INFINITY) return nothing;
  let timer: NodeJS.Timeout | undefined;
  const look = (): void => {
    const left = expires - now().getTime();
    if (left <= 0) expired();
    else timer = setTimeout(look, Math.min(left, longestTimer)).unref();
  };
  look();
  return () => clearTimeout(timer);
}

function nothing(): void {}
