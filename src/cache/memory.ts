import { LRUCache } from "lru-cache";
import { type Awaitable, isPromise } from "../base/awaitable.ts";
import { type Leaver, stayer } from "../base/company.ts";
import type { Cache, CacheStats, LoadOptions, Produce, Renewal } from "./cache.ts";
import { CacheCounts } from "./counts.ts";
import { CacheEntry } from "./entry.ts";
import { Flight } from "./flight.ts";
import { Flights } from "./flights.ts";
import { sizeOf, sizeOfText } from "./size.ts";
import { TagIndex } from "./tag-index.ts";

/** How much a cache may hold, and by which clock. */
export interface MemoryCacheOptions {
  /** Entries at most; 20,000 where absent. */
  readonly maxEntries?: number;
  /** Bytes at most, values, encodings and keys together; 32 MiB where absent. */
  readonly maxBytes?: number;
  /** Milliseconds since the epoch; must never step back. */
  readonly now?: () => number;
}

/** A cache in this process's memory. Over its bounds, what was not asked for longest goes first. */
export function createMemoryCache(options: MemoryCacheOptions = {}): Cache {
  return new MemoryCache(options);
}

/** Bytes of an entry beside its key, value, encodings and tags: the entry itself and its places in maps. */
const entryBytes = 350;
/** Bytes of a tag beside its text: most tags are of one entry, and have a set of their own. */
const tagBytes = 200;

class MemoryCache implements Cache {
  readonly #entries: LRUCache<string, CacheEntry>;
  readonly #tags: TagIndex<CacheEntry> = new TagIndex();
  readonly #flights: Flights = new Flights();
  readonly #counts: CacheCounts = new CacheCounts();
  readonly #maxBytes: number;
  readonly #now: () => number;
  #trustedUntil: number;
  #renew: Renewal | null;
  #bytes: number;

  constructor({ maxEntries = 20_000, maxBytes = 32 * 1024 * 1024, now = monotonicNow }: MemoryCacheOptions) {
    this.#maxBytes = maxBytes;
    this.#now = now;
    this.#trustedUntil = Number.POSITIVE_INFINITY;
    this.#renew = null;
    this.#bytes = 0;
    this.#entries = new LRUCache({
      max: maxEntries,
      // Bytes are counted here: lru-cache does not let an entry grow.
      dispose: (entry, _key, reason) => this.#dropped(entry, reason === "evict"),
    });
  }

  get(key: string): CacheEntry | null {
    const entry = this.#find(key);
    if (entry !== null) this.#counts.hits++;
    return entry;
  }

  load(key: string, options: LoadOptions, produce: Produce, leaver: Leaver = stayer): Awaitable<CacheEntry> {
    this.#counts.misses++;
    const entry = this.#find(key);
    if (entry !== null) return entry;
    const flight = this.#flights.get(key);
    if (flight === undefined) return this.#start(this.#newFlight(key, options, leaver), options, produce);
    // One that began before something was changed elsewhere may not have been told of it.
    if (flight.landing === null || this.#trustedUntil <= this.#now())
      return this.#alone(key, options, () => produce(leaver));
    flight.company.join(leaver);
    this.#counts.sharedFlights++;
    return flight.landing;
  }

  invalidate(tags: readonly string[]): void {
    for (const tag of tags) {
      for (const flight of this.#flights.withTag(tag)) this.#close(flight);
      for (const entry of this.#tags.find(tag)) {
        this.#counts.invalidations++;
        this.#retire(entry);
      }
    }
  }

  stats(): CacheStats {
    const { hits, misses, sharedFlights, evictions, invalidations, stale } = this.#counts;
    return {
      stale,
      hits,
      misses,
      sharedFlights,
      evictions,
      invalidations,
      entries: this.#entries.size,
      bytes: this.#bytes,
      tags: this.#tags.size,
    };
  }

  clear(): void {
    for (const flight of this.#flights.all()) this.#close(flight);
    for (const entry of [...this.#entries.values()]) this.#retire(entry);
  }

  stale(key: string): CacheEntry | null {
    const entry = this.#entries.get(key);
    if (entry === undefined || entry.expiresAt + entry.staleMs <= this.#now()) return null;
    this.#counts.stale++;
    return entry;
  }

  trustUntil(time: number): void {
    this.#trustedUntil = time;
  }

  renewBy(renew: Renewal): void {
    this.#renew = renew;
  }

  renewal(): Promise<void> | null {
    return this.#renew === null || this.#trustedUntil > this.#now() ? null : this.#renew();
  }

  now(): number {
    return this.#now();
  }

  #find(key: string): CacheEntry | null {
    const entry = this.#entries.get(key);
    if (entry === undefined) return null;
    const now = this.#now();
    if (entry.expiresAt > now) return this.#trustedUntil > now ? entry : null;
    if (entry.expiresAt + entry.staleMs <= now) this.#entries.delete(key);
    return null;
  }

  /** It is given to nobody any more, unless there is nothing better. */
  #retire(entry: CacheEntry): void {
    if (entry.staleMs === 0) {
      this.#entries.delete(entry.key);
      return;
    }
    this.#tags.remove(entry);
    entry.expiresAt = Math.min(entry.expiresAt, this.#now());
  }

  #newFlight(key: string, { tags }: LoadOptions, leaver: Leaver): Flight {
    const flight = new Flight(key, tags, (abandoned) => this.#close(abandoned));
    flight.company.join(leaver);
    return flight;
  }

  // The flight is known before `produce` is called, which may itself write and invalidate.
  #start(flight: Flight, options: LoadOptions, produce: Produce): Awaitable<CacheEntry> {
    this.#flights.add(flight);
    try {
      const value = produce(flight.company);
      if (!isPromise(value)) return this.#land(flight, options, value);
      flight.landing = this.#await(flight, options, value);
      return flight.landing;
    } catch (thrown) {
      this.#close(flight);
      throw thrown;
    }
  }

  async #await(flight: Flight, options: LoadOptions, value: PromiseLike<unknown>): Promise<CacheEntry> {
    try {
      return this.#land(flight, options, await value);
    } finally {
      flight.company.end();
      this.#close(flight);
    }
  }

  #land(flight: Flight, options: LoadOptions, value: unknown): CacheEntry {
    const ttl = flight.open ? timeToLive(options, value) : 0;
    this.#close(flight);
    const entry = this.#createEntry(flight.key, options, ttl, value);
    if (ttl > 0) this.#keep(entry);
    return entry;
  }

  /** Within its own synchronous `produce`, a key is produced anew: there is nothing to wait for. */
  #alone(key: string, options: LoadOptions, produce: () => Awaitable<unknown>): Awaitable<CacheEntry> {
    const value = produce();
    if (!isPromise(value)) return this.#createEntry(key, options, 0, value);
    return value.then((ready) => this.#createEntry(key, options, 0, ready));
  }

  #close(flight: Flight): void {
    if (!flight.open) return;
    flight.open = false;
    this.#flights.remove(flight);
  }

  #createEntry(key: string, options: LoadOptions, ttl: number, value: unknown): CacheEntry {
    const { tags } = options;
    const storedAt = this.#now();
    return new CacheEntry({
      key,
      value,
      tags,
      storedAt,
      expiresAt: storedAt + ttl,
      staleMs: options.staleMs ?? 0,
      bytes: ttl > 0 ? sizeOfEntry(key, tags, value) : 0,
    });
  }

  #keep(entry: CacheEntry): void {
    // One that would drive out all others is not worth it.
    if (entry.bytes > this.#maxBytes) return;
    this.#entries.set(entry.key, entry);
    this.#tags.add(entry);
    this.#bytes += entry.bytes;
    entry.watch((bytes) => this.#grew(bytes));
    this.#shrink();
  }

  #grew(bytes: number): void {
    this.#bytes += bytes;
    this.#shrink();
  }

  #shrink(): void {
    while (this.#bytes > this.#maxBytes) this.#entries.pop();
  }

  #dropped(entry: CacheEntry, evicted: boolean): void {
    if (evicted) this.#counts.evictions++;
    entry.release();
    this.#tags.remove(entry);
    this.#bytes -= entry.bytes;
  }
}

function timeToLive({ ttlMs, ttlOf }: LoadOptions, value: unknown): number {
  return ttlOf === undefined ? ttlMs : ttlOf(value);
}

function sizeOfEntry(key: string, tags: readonly string[], value: unknown): number {
  let bytes = entryBytes + sizeOfText(key) + sizeOf(value);
  for (const tag of tags) bytes += tagBytes + sizeOfText(tag);
  return bytes;
}

const { timeOrigin } = performance;

function monotonicNow(): number {
  return timeOrigin + performance.now();
}
