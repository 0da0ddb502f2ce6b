import type { EndSignal } from "../../../base/end-signal.ts";
import { type Abandonable, abortReason, type Waiter } from "./execution.ts";
import type { Session } from "./session.ts";

/** Somebody who waits for a connection of their own. */
export class Borrower implements Waiter {
  since: number;
  readonly promise: Promise<Session>;
  owner: Abandonable | null;
  /** Null where nobody can give up. */
  readonly #signal: EndSignal | null;
  readonly #resolve: (session: Session) => void;
  readonly #reject: (reason: unknown) => void;

  constructor(signal: EndSignal | null) {
    const { promise, resolve, reject } = Promise.withResolvers<Session>();
    this.since = performance.now();
    this.promise = promise;
    this.owner = null;
    this.#signal = signal;
    this.#resolve = resolve;
    this.#reject = reject;
    signal?.addEventListener("abort", this);
  }

  take(session: Session): void {
    this.#stopListening();
    this.#resolve(session);
  }

  fail(reason: unknown): void {
    this.#stopListening();
    this.#reject(reason);
  }

  /** The signal was aborted. */
  handleEvent(): void {
    this.fail(abortReason(this.#signal));
    this.owner?.abandon(this);
  }

  #stopListening(): void {
    this.#signal?.removeEventListener("abort", this);
  }
}
