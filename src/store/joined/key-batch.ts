import type { Awaitable } from "../../base/awaitable.ts";
import { Company, type Leaver } from "../../base/company.ts";
import type { Ending } from "../../base/end-signal.ts";
import { Pending } from "../../base/pending.ts";
import { settle } from "./shared-read.ts";
import type { Batch } from "./turn.ts";

/** Values that things are read by: no two are the same. */
export type Keys = readonly string[];

/** Reads something for each key, in their order. It may end once all of the company have left. */
export type ReadKeys<V> = (keys: Keys, company: Ending) => Awaitable<readonly V[]>;

/** One read of something for each of many keys, whoever asks for them. */
export class KeyBatch<V> implements Batch {
  readonly #read: ReadKeys<V>;
  readonly #company: Company = new Company();
  readonly #enough: number;
  readonly #keys: string[] = [];
  readonly #positions = new Map<string, number>();
  readonly #answer = new Pending<readonly V[]>();
  /** Nobody joins it any more. */
  isSent = false;

  /**
   * `answered` is told when it has its answer, before anybody else: what is to be sent then is under way while those are told. With `enough`
   * keys it is sent at once.
   */
  constructor(read: ReadKeys<V>, answered: () => void, enough: number) {
    this.#read = read;
    this.#enough = enough;
    const over = (): void => {
      this.#company.end();
      answered();
    };
    this.#answer.tell({ received: over, failed: over });
  }

  one(key: string, leaver: Leaver): Pending<V> {
    this.#company.join(leaver);
    const position = this.#position(key);
    const answer = new Pending<V>();
    this.#answer.tell({
      received: (values) => answer.resolve(values[position] as V),
      failed: (reason) => answer.reject(reason),
    });
    this.#sendIfFull();
    return answer;
  }

  /** In the order of `keys`, which may be stated more than once. */
  many(keys: Keys, leaver: Leaver): Pending<readonly V[]> {
    this.#company.join(leaver);
    const [only] = keys;
    // The common case first: each of many callers asks for one.
    return keys.length === 1 && only !== undefined ? this.#only(only) : this.#several(keys);
  }

  #only(key: string): Pending<readonly V[]> {
    const position = this.#position(key);
    const answer = new Pending<readonly V[]>();
    this.#answer.tell({
      received: (values) => answer.resolve([values[position] as V]),
      failed: (reason) => answer.reject(reason),
    });
    this.#sendIfFull();
    return answer;
  }

  #several(keys: Keys): Pending<readonly V[]> {
    const isFirst = this.#keys.length === 0;
    const positions = keys.map((key) => this.#position(key));
    const areAll = isFirst && this.#keys.length === keys.length;
    const answer = new Pending<readonly V[]>();
    this.#answer.tell({
      received: (values) => {
        // Mostly there is nobody else, and no key is stated twice.
        if (areAll && values.length === positions.length) answer.resolve(values);
        else answer.resolve(positions.map((position) => values[position] as V));
      },
      failed: (reason) => answer.reject(reason),
    });
    this.#sendIfFull();
    return answer;
  }

  /** Once: it may be due for more than one reason. */
  send(): void {
    if (this.isSent) return;
    this.isSent = true;
    settle(() => this.#read(this.#keys, this.#company), this.#answer);
  }

  #sendIfFull(): void {
    if (this.#keys.length >= this.#enough) this.send();
  }

  #position(key: string): number {
    const known = this.#positions.get(key);
    if (known !== undefined) return known;
    const position = this.#keys.length;
    this.#positions.set(key, position);
    this.#keys.push(key);
    return position;
  }
}
