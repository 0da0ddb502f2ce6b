import { SharedSignal } from "../base/shared-signal.ts";
import type { CacheEntry } from "./entry.ts";

/** A value on its way into the cache. */
export class Flight {
  readonly key: string;
  readonly tags: readonly string[];
  /** Those who wait for it. */
  readonly company: SharedSignal;
  /** What those wait for who came second; null as long as `produce` has not returned. */
  landing: Promise<CacheEntry> | null;
  /** False once it has landed or a tag of it was invalidated: nobody joins any more, and what it brings is not kept. */
  open: boolean;

  /** `abandoned` is told when nobody waits for it any more. */
  constructor(key: string, tags: readonly string[], abandoned: (flight: Flight) => void) {
    this.key = key;
    this.tags = tags;
    this.company = new SharedSignal(() => abandoned(this));
    this.landing = null;
    this.open = true;
  }
}
