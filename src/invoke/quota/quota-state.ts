/** What a caller has left, for protocols to tell (draft-ietf-httpapi-ratelimit-headers-11). */
export interface QuotaState {
  /** Whole units in hand. */
  readonly remaining: number;
  /** Seconds until all units are back. */
  readonly resetSeconds: number;
  /** The policy, as `RateLimit-Policy` states it. */
  readonly policy: string;
  /** Seconds until a call that was refused may be made; null for one that was granted. */
  readonly retryAfter: number | null;
}
