import { type Abandonable, abortReason, type Waiter } from "./execution.ts";
import type { Session } from "./session.ts";

/** Somebody who waits for a connection of their own. */
export class Borrower implements Waiter {
  since: number;
  readonly promise: Promise<Session>;
  owner: Abandonable | null;
  readonly #signal: AbortSignal | null;
  readonly #abort: () => void;
  readonly #resolve: (session: Session) => void;
  readonly #reject: (reason: unknown) => void;

  constructor(signal: AbortSignal | null) {
    const { promise, resolve, reject } = Promise.withResolvers<Session>();
    this.since = performance.now();
    this.promise = promise;
    this.owner = null;
    this.#signal = signal;
    this.#abort = () => {
      this.fail(abortReason(signal));
      this.owner?.abandon(this);
    };
    this.#resolve = resolve;
    this.#reject = reject;
    signal?.addEventListener("abort", this.#abort);
  }

  take(session: Session): void {
    this.#signal?.removeEventListener("abort", this.#abort);
    this.#resolve(session);
  }

  fail(reason: unknown): void {
    this.#signal?.removeEventListener("abort", this.#abort);
    this.#reject(reason);
  }
}
