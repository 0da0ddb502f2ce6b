/** A value's encoded form, as its protocol wants to find it again. */
export interface Encoding {
  /** Who encoded it, by identity: an operation's plan, a selection of fields. */
  readonly by: object;
  /** Bytes of memory that it takes. */
  readonly bytes: number;
}

/** Told by how many bytes an entry grew. */
export type EntryGrew = (bytes: number) => void;

/**
 * A cached value and its encodings. Protocols add an encoding the first time they encode it, and later answer with those
 * bytes. Entries are shared: never change a value.
 */
export class CacheEntry {
  readonly key: string;
  readonly value: unknown;
  readonly tags: readonly string[];
  /** Milliseconds since the epoch, by a clock that never steps back. */
  readonly storedAt: number;
  /** On the same clock; equal to `storedAt` for a value that is not kept. The cache sets it back when a tag was dropped. */
  expiresAt: number;
  /** Milliseconds after that, for which it is better than nothing. */
  readonly staleMs: number;
  #bytes: number;
  #encodings: Encoding[] | null;
  #grew: EntryGrew | null;

  constructor(init: CacheEntryInit) {
    this.key = init.key;
    this.value = init.value;
    this.tags = init.tags;
    this.storedAt = init.storedAt;
    this.expiresAt = init.expiresAt;
    this.staleMs = init.staleMs;
    this.#bytes = init.bytes;
    this.#encodings = null;
    this.#grew = null;
  }

  /** Bytes accounted for the value and its encodings. */
  get bytes(): number {
    return this.#bytes;
  }

  /** How many encodings there are. */
  get encodings(): number {
    return this.#encodings?.length ?? 0;
  }

  /** The encoding of the given class made by `by`; null where it has not been encoded so yet. */
  encoding<E extends Encoding>(by: object, type: abstract new (...init: never) => E): E | null {
    const encodings = this.#encodings;
    if (encodings === null) return null;
    for (const encoding of encodings) {
      if (encoding.by === by && encoding instanceof type) return encoding;
    }
    return null;
  }

  /** Keeps an encoding with the value; it counts to the cache's bytes. */
  attach(encoding: Encoding): void {
    this.#encodings ??= [];
    this.#encodings.push(encoding);
    this.#bytes += encoding.bytes;
    this.#grew?.(encoding.bytes);
  }

  /** Called by the cache when it keeps the entry. */
  watch(grew: EntryGrew): void {
    this.#grew = grew;
  }

  /** Called by the cache when it lets go of the entry: what is attached later is nobody's account. */
  release(): void {
    this.#grew = null;
  }
}

/** What an entry is made of. */
export interface CacheEntryInit {
  readonly key: string;
  readonly value: unknown;
  readonly tags: readonly string[];
  readonly storedAt: number;
  readonly expiresAt: number;
  readonly staleMs: number;
  readonly bytes: number;
}
