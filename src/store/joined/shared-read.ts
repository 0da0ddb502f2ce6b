import type { Awaitable } from "../../base/awaitable.ts";
import { isPromise } from "../../base/awaitable.ts";
import { Company, type Leaver } from "../../base/company.ts";
import type { Ending } from "../../base/end-signal.ts";
import { Pending } from "../../base/pending.ts";
import type { Batch } from "./turn.ts";

/** One read for all who ask for the same. It may end once all of them have left. */
export class SharedRead<V> implements Batch {
  readonly answer: Pending<V> = new Pending<V>();
  readonly #company: Company = new Company();
  readonly #read: (company: Ending) => Awaitable<V>;

  constructor(read: (company: Ending) => Awaitable<V>) {
    this.#read = read;
  }

  join(leaver: Leaver): void {
    this.#company.join(leaver);
  }

  send(): void {
    const over = (): void => this.#company.end();
    this.answer.tell({ received: over, failed: over });
    settle(() => this.#read(this.#company), this.answer);
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
