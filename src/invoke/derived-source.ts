import type { Leaver } from "../base/shared-signal.ts";
import type { Credentials } from "../define/caller.ts";
import type { CallSource } from "./call.ts";

/** What a call came by that another call caused: the same request, but with a signal of its own, no time limit and no key. */
export class DerivedSource implements CallSource {
  readonly timeout: number = 0;
  readonly idempotencyKey: null = null;
  readonly #outer: CallSource;
  readonly #leaver: Leaver;

  constructor(outer: CallSource, leaver: Leaver) {
    this.#outer = outer;
    this.#leaver = leaver;
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
}
