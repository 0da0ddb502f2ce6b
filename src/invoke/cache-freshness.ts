import type { Cache } from "../cache/cache.ts";
import type { ApiPlan } from "../plan/api-plan.ts";
import { tableName } from "../plan/table.ts";
import type { TouchedRows, Touches } from "../store/changes.ts";
import { resourceTag, rowTag } from "./invalidate.ts";

/** Milliseconds between looks at the database, while anybody asks the cache. */
const lookMs = 100;

/**
 * Milliseconds for which the cache is believed after the beginning of a look: what was acknowledged before it has been dropped. No write
 * that was acknowledged longer ago than this is read stale. When the database cannot be asked, the cache is not, either.
 */
const believedMs = 220;

/** Milliseconds that those who find the cache not believed wait for a look, at most: the first one opens a connection, on a busy machine too. */
const renewalMs = 500;

/** What freshness is kept with. */
export interface FreshnessOptions {
  readonly cache: Cache;
  readonly touches: Touches;
  readonly plan: ApiPlan;
  /** Told when the database cannot be asked any more, once each time. */
  readonly failed: (thrown: unknown) => void;
}

/**
 * Keeps the cache of a process right whatever others write to the database: nodes whose messages were lost, or that died before they could
 * send any, and other programs. Messages between nodes only make it sooner.
 */
export class CacheFreshness {
  readonly #options: FreshnessOptions;
  readonly #resources: ReadonlyMap<string, string>;
  readonly #timer: NodeJS.Timeout;
  /** How far the log has been looked at; null at first. */
  #head: number | null;
  #asked: number;
  #isLooking: boolean;
  /** The look under way, as long as it is waited for. */
  #renewal: Promise<void> | null;
  #hasFailed: boolean;
  #isClosed: boolean;

  constructor(options: FreshnessOptions) {
    this.#options = options;
    this.#resources = new Map(
      options.plan.today.resources.map(({ resource }) => [tableName(resource), resource.name]),
    );
    this.#head = null;
    this.#asked = -1;
    this.#isLooking = false;
    this.#renewal = null;
    this.#hasFailed = false;
    this.#isClosed = false;
    options.cache.trustUntil(Number.NEGATIVE_INFINITY);
    options.cache.renewBy(() => this.#renew());
    this.#timer = setInterval(() => this.#lookIfAsked(), lookMs).unref();
    this.#lookIfAsked();
  }

  close(): void {
    this.#isClosed = true;
    clearInterval(this.#timer);
  }

  /** A node that nobody asks costs the database nothing. */
  #lookIfAsked(): void {
    const { hits, misses } = this.#options.cache.stats();
    const asked = hits + misses;
    if (this.#isLooking || asked === this.#asked) return;
    this.#asked = asked;
    this.#begin();
  }

  /** Nobody waits for a database that did not answer the last time, or does not answer soon. */
  #renew(): Promise<void> | null {
    if (this.#hasFailed || this.#isClosed) return null;
    if (!this.#isLooking) this.#begin();
    return this.#renewal;
  }

  #begin(): void {
    const { promise, resolve } = Promise.withResolvers<void>();
    const end = (): void => {
      clearTimeout(timer);
      if (this.#renewal === promise) this.#renewal = null;
      resolve();
    };
    const timer = setTimeout(end, renewalMs).unref();
    this.#renewal = promise;
    void this.#look().finally(end);
  }

  async #look(): Promise<void> {
    const { cache, touches, failed } = this.#options;
    this.#isLooking = true;
    try {
      const asOf = cache.now();
      const touched = await touches.since(this.#head);
      if (this.#isClosed) return;
      this.#drop(touched);
      this.#head = touched.upTo;
      cache.trustUntil(asOf + believedMs);
      this.#hasFailed = false;
    } catch (thrown) {
      if (!this.#hasFailed && !this.#isClosed) failed(thrown);
      this.#hasFailed = true;
      // Those who ask go past the cache: whether they do so still is looked at again.
      this.#asked = -1;
    } finally {
      this.#isLooking = false;
    }
  }

  #drop({ rows, isCut }: TouchedRows): void {
    const { cache } = this.#options;
    if (isCut) {
      cache.clear();
      return;
    }
    const tags = new Set<string>();
    for (const { table, id } of rows) {
      const resource = this.#resources.get(table);
      if (resource !== undefined) tags.add(resourceTag(resource)).add(rowTag(resource, id));
    }
    if (tags.size > 0) cache.invalidate([...tags]);
  }
}
