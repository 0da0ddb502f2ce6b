import type { Awaitable } from "../base/awaitable.ts";
import type { Leaver } from "../base/company.ts";
import type { CacheEntry } from "./entry.ts";

export { CacheEntry, type Encoding } from "./entry.ts";

/**
 * Keeps results under string keys for a time. `invoke` reads and fills it, and drops by tag what a write made stale;
 * protocols keep their encodings on the entries. One for a server.
 */
export interface Cache {
  /** The entry under a key, unless it is absent or its time is over. Neither allocates nor waits. */
  get(key: string): CacheEntry | null;
  /**
   * The entry under a key; where there is none, `produce` makes the value for all who ask for the key meanwhile. It stays
   * synchronous when `produce` is. What `produce` throws goes to all of them and is not kept: the next call tries again.
   * It is made for others too, so `produce` may end because of the signal that it is given: all who wait for it have left by then.
   */
  load(key: string, options: LoadOptions, produce: Produce, leaver?: Leaver): Awaitable<CacheEntry>;
  /**
   * Drops every entry that has one of the tags. A value on its way meanwhile goes to those who wait for it already, is
   * not kept, and is not given to those who ask later.
   */
  invalidate(tags: readonly string[]): void;
  /** Counts since the start, and what there is now. */
  stats(): CacheStats;
  /** Drops everything, values on their way included. */
  clear(): void;
  /** What was under a key, as long as it may be given to those for whom nothing newer can be had; null where there is no such thing. */
  stale(key: string): CacheEntry | null;
  /**
   * Entries are given to those who ask before this time only, by the cache's clock: until then it is known that all has been dropped that
   * is stale. Without limit where it is never said.
   */
  trustUntil(time: number): void;
  /** States what has entries given again. It begins that, or joins it, and answers null where there is nothing to wait for. */
  renewBy(renew: Renewal): void;
  /**
   * Ends when entries are given again, or when that was tried for long enough; never rejects. Null while they are given, and where nothing
   * is to be waited for.
   */
  renewal(): Promise<void> | null;
  /** The cache's clock: milliseconds that never step back. */
  now(): number;
}

/** Begins to make entries ones that are given again, or joins what has begun; never rejects. Null where there is nothing to wait for. */
export type Renewal = () => Promise<void> | null;

/** Makes a value, for whoever waits for it. */
export type Produce = (company: Leaver) => Awaitable<unknown>;

/** How one value is kept. */
export interface LoadOptions {
  /** Milliseconds that it is kept; 0 keeps nothing. */
  readonly ttlMs: number;
  /** All tags that may make it stale: known before it is made, so that no change while it is made is missed. */
  readonly tags: readonly string[];
  /** Where the time depends on the value (such as "not found"): milliseconds, instead of `ttlMs`. */
  readonly ttlOf?: (value: unknown) => number;
  /** Milliseconds for which it is kept for {@link Cache.stale} once it was dropped or its time is over; 0 where it is not stated. */
  readonly staleMs?: number;
}

/** Counts since the start; `entries`, `bytes` and `tags` are what there is now. */
export interface CacheStats {
  /** Calls of `get` that found an entry, and calls of `load`: who did not find one and does not wait for anything. */
  readonly hits: number;
  readonly misses: number;
  /** Callers who got the value of someone else's flight. */
  readonly sharedFlights: number;
  /** Entries dropped for want of room. */
  readonly evictions: number;
  /** Entries dropped because a tag of theirs was invalidated. */
  readonly invalidations: number;
  readonly entries: number;
  /** Bytes accounted: an estimate for values, exact for encodings. */
  readonly bytes: number;
  /** How often someone was given something stale. */
  readonly stale: number;
  /** Distinct tags of the entries. */
  readonly tags: number;
}
