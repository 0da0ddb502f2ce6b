import { KeyBatch, type ReadKeys } from "./key-batch.ts";
import type { Turn } from "./turn.ts";

/** Milliseconds that a batch gathers behind others at most: behind a slow read, nobody waits for its end. */
const longestWait = 2;

/** As long as fewer keys are on their way, others do not wait for them: where there is little to do, nobody's read is behind another's. */
const fewKeys = 8;

/**
 * Batches by what they read. As long as many keys are on their way to the database, the next batch of the same text gathers whoever
 * comes, and leaves when one has come back: the more there is to do, the more rows share a statement. What finds few on their way
 * leaves at the end of its turn of the event loop.
 */
export class BatchQueue<V> {
  readonly #turn: Turn;
  readonly #enough: number;
  readonly #waiting = new Map<string, KeyBatch<V>>();
  /** How many keys are on their way; no text stays that has none. */
  readonly #underWay = new Map<string, number>();

  /** With `enough` keys a batch leaves at once, whatever is on its way: so that there are several for the database to work on. */
  constructor(turn: Turn, enough: number) {
    this.#turn = turn;
    this.#enough = enough;
  }

  /** The batch that waits under a text; one begins where there is none. */
  batch(text: string, read: ReadKeys<V>): KeyBatch<V> {
    const known = this.#waiting.get(text);
    if (known !== undefined) return known;
    let sent = 0;
    const begin: ReadKeys<V> = (keys, company) => {
      sent = keys.length;
      this.#waiting.delete(text);
      this.#underWay.set(text, this.#keysUnderWay(text) + sent);
      return read(keys, company);
    };
    const made = new KeyBatch(begin, () => this.#answered(text, sent), this.#enough);
    this.#waiting.set(text, made);
    if (this.#keysUnderWay(text) < fewKeys) this.#turn.add(made);
    else setTimeout(() => made.send(), longestWait);
    return made;
  }

  #keysUnderWay(text: string): number {
    return this.#underWay.get(text) ?? 0;
  }

  #answered(text: string, keys: number): void {
    const left = this.#keysUnderWay(text) - keys;
    if (left > 0) this.#underWay.set(text, left);
    else this.#underWay.delete(text);
    this.#waiting.get(text)?.send();
  }
}
