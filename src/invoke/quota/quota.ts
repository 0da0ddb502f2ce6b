import { LRUCache } from "lru-cache";
import { parseDuration } from "../../base/duration.ts";
import type { Caller, Credentials } from "../../define/caller.ts";
import type { QuotaOptions } from "../../define/quota.ts";
import type { QuotaState } from "./quota-state.ts";

/** Callers that are remembered. One who is forgotten, of those who came least lately, has all units again. */
const rememberedMax = 100_000;

/** A caller's units. */
interface Bucket {
  /** Below zero after a call that took more than was there. */
  units: number;
  /** Milliseconds, when they were counted. */
  at: number;
}

/**
 * Counts what callers ask for: a token bucket each. A call is granted where its units are there, or all units are for one that takes
 * more than anybody ever has; the next one then waits until they have come back.
 */
export class Quota {
  readonly #capacity: number;
  /** Units that come back in a millisecond. */
  readonly #rate: number;
  readonly #policy: string;
  readonly #by: NonNullable<QuotaOptions["by"]>;
  readonly #now: () => number;
  readonly #buckets: LRUCache<string, Bucket> = new LRUCache({ max: rememberedMax });

  /** `processes`: how many serve the same, each its part of the units. `now`: milliseconds of a clock that never steps back. */
  constructor(options: QuotaOptions, processes: number, now: () => number) {
    const per = parseDuration(options.per);
    this.#capacity = Math.max(1, options.units / processes);
    this.#rate = this.#capacity / per;
    this.#policy = `"default";q=${Math.floor(this.#capacity)};w=${Math.ceil(per / 1000)}`;
    this.#by = options.by ?? usualKey;
    this.#now = now;
  }

  /** Takes units, if they are there. */
  take(caller: Caller | null, credentials: Credentials, units: number): QuotaState {
    const key = this.#by({ caller, credentials });
    const now = this.#now();
    const bucket = this.#bucket(key, now);
    const missing = Math.min(units, this.#capacity) - bucket.units;
    if (missing <= 0) bucket.units -= units;
    return {
      remaining: Math.max(0, Math.floor(bucket.units)),
      resetSeconds: Math.ceil((this.#capacity - bucket.units) / this.#rate / 1000),
      policy: this.#policy,
      retryAfter: missing <= 0 ? null : Math.ceil(missing / this.#rate / 1000),
    };
  }

  #bucket(key: string, now: number): Bucket {
    const known = this.#buckets.get(key);
    if (known === undefined) {
      const made = { units: this.#capacity, at: now };
      this.#buckets.set(key, made);
      return made;
    }
    known.units = Math.min(this.#capacity, known.units + (now - known.at) * this.#rate);
    known.at = now;
    return known;
  }
}

/** A signed-in caller is the same from any address. */
function usualKey({
  caller,
  credentials,
}: {
  readonly caller: Caller | null;
  readonly credentials: Credentials;
}): string {
  return caller === null ? `address ${credentials.remoteAddress}` : `caller ${caller.id}`;
}
