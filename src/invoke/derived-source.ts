import type { Credentials } from "../define/caller.ts";
import type { CallSource } from "./call.ts";

/** What a call came by that another call caused: the same request, but with a signal of its own, no time limit and no key. */
export class DerivedSource implements CallSource {
  readonly signal: AbortSignal;
  readonly timeout: number = 0;
  readonly idempotencyKey: null = null;
  readonly #outer: CallSource;

  constructor(outer: CallSource, signal: AbortSignal) {
    this.signal = signal;
    this.#outer = outer;
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
}
