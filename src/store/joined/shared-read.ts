import type { Awaitable } from "../../base/awaitable.ts";
import { isPromise } from "../../base/awaitable.ts";
import { Pending } from "../../base/pending.ts";
import type { Batch } from "./turn.ts";

/** One read for all who ask for the same. */
export class SharedRead<V> implements Batch {
  readonly answer: Pending<V> = new Pending<V>();
  readonly #read: () => Awaitable<V>;

  constructor(read: () => Awaitable<V>) {
    this.#read = read;
  }

  send(): void {
    settle(this.#read, this.answer);
  }
}

/** Has `answer` end as the read does. */
export function settle<V>(read: () => Awaitable<V>, answer: Pending<V>): void {
  let value: Awaitable<V>;
  try {
    value = read();
  } catch (thrown) {
    answer.reject(thrown);
    return;
  }
  if (!isPromise(value)) answer.resolve(value);
  else
    value.then(
      (each) => answer.resolve(each),
      (reason) => answer.reject(reason),
    );
}
