import type { CacheEntry } from "./entry.ts";

/** A value on its way into the cache. */
export class Flight {
  readonly key: string;
  readonly tags: readonly string[];
  /** What those wait for who came second; null as long as `produce` has not returned. */
  landing: Promise<CacheEntry> | null;
  /** False once it has landed or a tag of it was invalidated: nobody joins any more, and what it brings is not kept. */
  open: boolean;

  constructor(key: string, tags: readonly string[]) {
    this.key = key;
    this.tags = tags;
    this.landing = null;
    this.open = true;
  }
}
