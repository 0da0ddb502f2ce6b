import { LRUCache } from "lru-cache";
import type { JsonValue } from "../../../../base/json.ts";

/** An item of a list as it was written. */
export interface KnownItem {
  /** What it was written of. */
  readonly value: JsonValue;
  /** Where its JSON stands, with a comma before it. What else stands there are other items. */
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
  /** Its place among those of its generation, in the order in which they were written. */
  index: number;
}

/** How one answer went. */
export interface Tally {
  readonly items: number;
  /** Those that were known, and those among them that had not changed. */
  readonly found: number;
  readonly same: number;
}

/** What all lists' items may take together, and those of one list. In bytes. */
const mostBytes = 64 * 1024 * 1024;
const mostOfOne = 32 * 1024 * 1024;
/** What an item takes with its value and texts: so much, and so many times its JSON. Measured for rows with short texts. */
const weightOfItem = 200;
const weightOfByte = 4;
/** Answers of items that never came before, one after the other, after which it is taken that none of them come again. */
const mostFresh = 16;
/** Answers after which it is tried again whether a list's items come again, at the most. */
const longestPause = 1024;

/** Those that are kept, by their weight. */
const kept = new LRUCache<KnownItems, number>({
  maxSize: mostBytes,
  sizeCalculation: (weight) => weight,
  noDisposeOnSet: true,
  dispose: (_, items) => items.forget(),
});

/**
 * The items that one list of one document was answered with lately, by their keys. They are kept in two generations: when the younger one
 * is full, the older one is given up, and what is asked for again goes over to the younger. A list whose items never come again, or are
 * never the same, is soon not kept any more: then twice as many answers go by before it is tried again.
 */
export class KnownItems {
  #young = new Map<unknown, KnownItem>();
  #old = new Map<unknown, KnownItem>();
  /** Those of the younger generation, in their order. */
  #written: KnownItem[] = [];
  #youngWeight = 0;
  #oldWeight = 0;
  #fresh = 0;
  #pause = 1;
  #waiting = 0;

  /** Whether the next answer's items are compared, and kept. */
  recall(): boolean {
    if (this.#waiting === 0) return true;
    this.#waiting--;
    return false;
  }

  /** The item that was written behind one: in most answers it comes behind it again. */
  after({ index }: KnownItem): KnownItem | undefined {
    return this.#written[index + 1];
  }

  /** An item of the younger generation. */
  young(key: unknown): KnownItem | undefined {
    return this.#young.get(key);
  }

  /** An item of the older one, with which it is lost unless it is set again. */
  old(key: unknown): KnownItem | undefined {
    return this.#old.get(key);
  }

  set(key: unknown, item: KnownItem): KnownItem {
    item.index = this.#written.push(item) - 1;
    this.#young.set(key, item);
    this.#youngWeight += weightOfItem + weightOfByte * (item.end - item.start);
    if (this.#youngWeight * 2 > mostOfOne) this.#age();
    return item;
  }

  /** Takes how an answer went. */
  settle({ items, found, same }: Tally): void {
    if (same * 2 >= items) {
      this.#fresh = 0;
      this.#pause = 1;
    } else this.#fresh++;
    if (this.#fresh > mostFresh || (found - same) * 2 > items) this.#giveUp();
    else if (same === items) kept.get(this);
    else kept.set(this, this.#youngWeight + this.#oldWeight + 1);
  }

  forget(): void {
    this.#young = new Map();
    this.#old = new Map();
    this.#written = [];
    this.#youngWeight = 0;
    this.#oldWeight = 0;
  }

  #age(): void {
    this.#old = this.#young;
    this.#oldWeight = this.#youngWeight;
    this.#young = new Map();
    this.#written = [];
    this.#youngWeight = 0;
  }

  #giveUp(): void {
    this.#pause = Math.min(this.#pause * 2, longestPause);
    this.#waiting = this.#pause;
    this.#fresh = 0;
    kept.delete(this);
    this.forget();
  }
}
