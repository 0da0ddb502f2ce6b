import { AsyncLocalStorage } from "node:async_hooks";
import type { Awaitable } from "../base/awaitable.ts";

/** A transaction of a handler, as the code within it finds it. */
export interface Scope {
  isOpen: boolean;
}

/** Which transaction of a handler code runs in, whichever promises and callbacks led there. */
export class TransactionScope {
  readonly #scope = new AsyncLocalStorage<Scope>();

  run<T>(scope: Scope, work: () => Awaitable<T>): Awaitable<T> {
    return this.#scope.run(scope, work);
  }

  /** Throws where it is called within a transaction that is open: what waits for that one's end would wait for itself. */
  assertOutside(): void {
    if (this.#scope.getStore()?.isOpen !== true) return;
    throw new Error(
      "Within a transaction the database was used as it is outside, which waits for the transaction to end: use the db that transaction(...) gives its function (call(...) is no part of the transaction either)",
    );
  }
}

/** What a table or a reply log throws that is used beyond its transaction. */
export function transactionEnded(): Error {
  return new Error("The transaction has ended: its tables cannot be used any more");
}
