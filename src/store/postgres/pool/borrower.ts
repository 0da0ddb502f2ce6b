import { type Abandonable, abortReason, type Waiter } from "./execution.ts";
import type { Session } from "./session.ts";

/** Somebody who waits for a connection of their own. */
export class Borrower implements Waiter {
  since: number;
  readonly promise: Promise<Session>;
  owner: Abandonable | null;
  readonly #signal: AbortSignal | null;
  /** Null where nobody can give up. */
  readonly #abort: (() => void) | null;
  readonly #resolve: (session: Session) => void;
  readonly #reject: (reason: unknown) => void;

  constructor(signal: AbortSignal | null) {
    const { promise, resolve, reject } = Promise.withResolvers<Session>();
    this.since = performance.now();
    this.promise = promise;
    this.owner = null;
    this.#signal = signal;
    this.#abort = signal === null ? null : () => this.#abandon();
    this.#resolve = resolve;
    this.#reject = reject;
    if (this.#abort !== null) signal?.addEventListener("abort", this.#abort);
  }

  take(session: Session): void {
    this.#stopListening();
    this.#resolve(session);
  }

  fail(reason: unknown): void {
    this.#stopListening();
    this.#reject(reason);
  }

  #abandon(): void {
    this.fail(abortReason(this.#signal));
    this.owner?.abandon(this);
  }

  #stopListening(): void {
    if (this.#abort !== null) this.#signal?.removeEventListener("abort", this.#abort);
  }
}
