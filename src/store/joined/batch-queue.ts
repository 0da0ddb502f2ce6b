import type { Awaitable } from "../../base/awaitable.ts";
import { KeyBatch, type Keys } from "./key-batch.ts";
import type { Turn } from "./turn.ts";

/** Milliseconds that a batch gathers behind another one at most: behind a slow read, nobody waits for its end. */
const longestWait = 2;

/**
 * Batches by what they read. As long as one is on its way to the database, the next one of the same text gathers whoever comes, and
 * leaves when the former has come back: the more there is to do, the more rows share a statement. What finds nothing on its way
 * leaves at the end of its turn of the event loop.
 */
export class BatchQueue<V> {
  readonly #turn: Turn;
  readonly #waiting = new Map<string, KeyBatch<V>>();
  /** How many are on their way; no text stays that has none. */
  readonly #underWay = new Map<string, number>();

  constructor(turn: Turn) {
    this.#turn = turn;
  }

  /** The batch that waits under a text; one begins where there is none. */
  batch(text: string, read: (keys: Keys) => Awaitable<readonly V[]>): KeyBatch<V> {
    const known = this.#waiting.get(text);
    if (known !== undefined) return known;
    const begin = (keys: Keys): Awaitable<readonly V[]> => {
      this.#waiting.delete(text);
      this.#underWay.set(text, (this.#underWay.get(text) ?? 0) + 1);
      return read(keys);
    };
    const made = new KeyBatch(begin, () => this.#answered(text));
    this.#waiting.set(text, made);
    if (this.#underWay.has(text)) setTimeout(() => made.send(), longestWait);
    else this.#turn.add(made);
    return made;
  }

  #answered(text: string): void {
    const left = (this.#underWay.get(text) ?? 1) - 1;
    if (left > 0) this.#underWay.set(text, left);
    else this.#underWay.delete(text);
    this.#waiting.get(text)?.send();
  }
}
