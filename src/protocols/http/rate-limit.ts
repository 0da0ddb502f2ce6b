import type { QuotaState } from "../../invoke/quota/quota-state.ts";

/** `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers-11): what a caller has left, and when all is back. */
export function rateLimitFields({ policy, remaining, resetSeconds }: QuotaState): readonly string[] {
  return ["ratelimit-policy", policy, "ratelimit", `"default";r=${remaining};t=${resetSeconds}`];
}
