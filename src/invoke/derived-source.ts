import type { Leaver } from "../base/company.ts";
import type { Credentials } from "../define/caller.ts";
import type { CallSource } from "./call.ts";

/** Whether what a call states of its answer goes along with that of the call which caused it. */
type FieldsOf = "outer" | "nobody";

/** What a call came by that another call caused: the same request, but with a signal of its own, no time limit and no key. */
export class DerivedSource implements CallSource {
  readonly timeout: number = 0;
  readonly idempotencyKey: null = null;
  readonly #outer: CallSource;
  readonly #leaver: Leaver;
  readonly #fieldsOf: FieldsOf;

  constructor(outer: CallSource, leaver: Leaver, fieldsOf: FieldsOf) {
    this.#outer = outer;
    this.#leaver = leaver;
    this.#fieldsOf = fieldsOf;
  }

  get signal(): AbortSignal {
    return this.#leaver.signal;
  }

  get requestId(): string {
    return this.#outer.requestId;
  }

  get traceparent(): string {
    return this.#outer.traceparent;
  }

  get credentials(): Credentials {
    return this.#outer.credentials;
  }

  setField(name: string, value: string): void {
    if (this.#fieldsOf === "nobody") throw new TypeError(`response.set: ${cachedHasNone}`);
    this.#outer.setField(name, value);
  }
}

/** Why an operation that is cached states no fields. */
export const cachedHasNone =
  "the answer of an operation with a cache is given to others, too, for whom no handler runs. State it in the answer";
