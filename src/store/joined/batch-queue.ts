import type { Awaitable } from "../../base/awaitable.ts";
import { KeyBatch, type Keys } from "./key-batch.ts";
import type { Turn } from "./turn.ts";

/** Milliseconds that a batch gathers behind others at most: behind a slow read, nobody waits for its end. */
const longestWait = 2;

/** As long as fewer keys are on their way, others do not wait for them: where there is little to do, nobody's read is behind another's. */
const fewKeys = 8;

/** Texts that are remembered while nothing is read by them. */
const mostTexts = 1_000;

/**
 * Batches by what they read. As long as many keys are on their way to the database, the next batch of the same text gathers whoever
 * comes, and leaves when one has come back: the more there is to do, the more rows share a statement. What finds few on their way
 * leaves at the end of its turn of the event loop.
 */
export class BatchQueue<V> {
  readonly #turn: Turn;
  /** Texts stay: where entries of a `Map` come and go, V8 keeps what they held alive (see OpenStreams of HTTP/2). */
  readonly #texts = new Map<string, TextQueue<V>>();

  constructor(turn: Turn) {
    this.#turn = turn;
  }

  /** The batch that waits under a text; one begins where there is none. */
  batch(text: string, read: (keys: Keys) => Awaitable<readonly V[]>): KeyBatch<V> {
    return this.#queue(text).batch(this.#turn, read);
  }

  #queue(text: string): TextQueue<V> {
    const known = this.#texts.get(text);
    if (known !== undefined) return known;
    if (this.#texts.size >= mostTexts) this.#forgetIdle();
    const made = new TextQueue<V>();
    this.#texts.set(text, made);
    return made;
  }

  #forgetIdle(): void {
    for (const [text, queue] of this.#texts) if (queue.isIdle) this.#texts.delete(text);
  }
}

/** The batches of one text. */
class TextQueue<V> {
  #waiting: KeyBatch<V> | null = null;
  #keysUnderWay = 0;

  get isIdle(): boolean {
    return this.#waiting === null && this.#keysUnderWay === 0;
  }

  batch(turn: Turn, read: (keys: Keys) => Awaitable<readonly V[]>): KeyBatch<V> {
    if (this.#waiting !== null) return this.#waiting;
    let sent = 0;
    const begin = (keys: Keys): Awaitable<readonly V[]> => {
      sent = keys.length;
      this.#waiting = null;
      this.#keysUnderWay += sent;
      return read(keys);
    };
    const made = new KeyBatch(begin, () => this.#answered(sent));
    this.#waiting = made;
    if (this.#keysUnderWay < fewKeys) turn.add(made);
    else setTimeout(() => made.send(), longestWait);
    return made;
  }

  #answered(keys: number): void {
    this.#keysUnderWay -= keys;
    this.#waiting?.send();
  }
}
