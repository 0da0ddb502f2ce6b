import { AsyncLocalStorage } from "node:async_hooks";
import type { Awaitable } from "../base/awaitable.ts";
import type { Store, Transaction, TransactionOptions } from "../store/store.ts";

/** What waits for a transaction; null once that is over, and then nothing waits for it any more. */
interface Pending {
  waiting: (() => void)[] | null;
}

/**
 * Has what nobody can take back (messages that were sent) wait for the transaction that it is said in. Which one that is, the code that
 * runs knows: a handler need not carry it along.
 */
export class AfterCommit {
  readonly #running: AsyncLocalStorage<Pending> = new AsyncLocalStorage();

  /** Does it at once; within a transaction once that is committed, and never if it is rolled back. */
  do(work: () => void): void {
    const waiting = this.#running.getStore()?.waiting ?? null;
    if (waiting === null) work();
    else waiting.push(work);
  }

  /** A store whose transactions are waited for. */
  over(store: Store): Store {
    return {
      table: (name) => store.table(name),
      transaction: (work, options) => this.#transaction(store, work, options),
      replies: store.replies,
      changes: store.changes,
      ready: () => store.ready(),
      close: () => store.close(),
    };
  }

  async #transaction<T>(
    store: Store,
    work: (transaction: Transaction) => Awaitable<T>,
    options?: TransactionOptions,
  ): Promise<T> {
    let pending: Pending = { waiting: null };
    try {
      const answer = await store.transaction((transaction) => {
        // A store may try again what another one got in the way of: then all is said anew.
        pending.waiting = null;
        pending = { waiting: [] };
        return this.#running.run(pending, () => work(transaction));
      }, options);
      const { waiting } = pending;
      pending.waiting = null;
      for (const go of waiting ?? []) go();
      return answer;
    } finally {
      pending.waiting = null;
    }
  }
}
