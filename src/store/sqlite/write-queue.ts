import { setTimeout as sleep } from "node:timers/promises";
import type { Awaitable } from "../../base/awaitable.ts";
import { frameworkError } from "../../errors/codes.ts";
import { within } from "../transaction-limit.ts";
import { TransactionScope, transactionEnded } from "../transaction-scope.ts";
import type { Connection } from "./connection.ts";
import { isLocked, toStoreError } from "./faults.ts";
import { gapMs, longestPause, Turns } from "./turns.ts";

/** How long things may take, in milliseconds. */
export interface WriteLimits {
  /** A handler's transaction. */
  readonly transaction: number;
  /** Waiting for another process that writes to the same file. */
  readonly lock: number;
}

/** Behind a transaction that takes its time, more than these are turned away: they would only take up memory. */
const mostWaiting = 10_000;

/** A write that needs nobody's answer to go on. */
interface Write {
  readonly kind: "write";
  readonly run: () => unknown;
  readonly resolve: (value: unknown) => void;
  readonly reject: (thrown: unknown) => void;
}

/** A transaction of a handler, which may wait for other things in between. */
interface Exclusive {
  readonly kind: "exclusive";
  /** Ends when its work is over, committed or not. Never rejects. */
  readonly run: () => Promise<void>;
}

/**
 * The one who writes. Writes that arrive in one turn of the event loop share a transaction, and so a flush to the disk;
 * each is acknowledged after that flush. Transactions of handlers have the connection for themselves, in their turn.
 */
export class WriteQueue {
  readonly #connection: Connection;
  readonly #limits: WriteLimits;
  readonly #turns: Turns;
  readonly #scope = new TransactionScope();
  #waiting: (Write | Exclusive)[] = [];
  #running = false;
  #closed = false;
  /** Whoever waits for the queue to be empty. */
  #whenIdle: (() => void)[] = [];
  /** Commits so far. */
  commits = 0;
  /** Told after each commit; null for nobody. */
  whenCommitted: (() => void) | null = null;

  constructor(connection: Connection, limits: WriteLimits) {
    this.#connection = connection;
    this.#limits = limits;
    this.#turns = new Turns(connection);
  }

  /** Resolves once what `run` wrote is on the disk. */
  write<T>(run: () => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#add({ kind: "write", run, resolve: resolve as (value: unknown) => void, reject });
    });
  }

  /** Resolves once all that `work` wrote is on the disk. `work` is told how to find out whether its transaction goes on. */
  transaction<T>(work: (assertOpen: () => void) => Awaitable<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#add({ kind: "exclusive", run: () => this.#exclusive(work).then(resolve, reject) });
    });
  }

  /** Takes nothing more on; resolves when nothing waits and nothing runs. */
  async close(): Promise<void> {
    this.#closed = true;
    if (this.#running) await new Promise<void>((resolve) => this.#whenIdle.push(resolve));
  }

  /** Throws where it is called within a transaction that is open. */
  assertOutside(): void {
    this.#scope.assertOutside();
  }

  /** Throws UNAVAILABLE once it has been closed, and while too many wait. */
  #add(job: Write | Exclusive): void {
    this.assertOutside();
    if (this.#closed) throw frameworkError("UNAVAILABLE", "The database is closed");
    if (this.#waiting.length >= mostWaiting) {
      throw frameworkError("UNAVAILABLE", "Too many writes wait for their turn", { retryAfter: 1 });
    }
    this.#waiting.push(job);
    if (this.#running) return;
    this.#running = true;
    // After the sockets have been read: what came with them in this turn belongs to the same commit.
    setImmediate(() => void this.#drain());
  }

  async #drain(): Promise<void> {
    for (let jobs = this.#take(); jobs.length > 0; jobs = this.#take()) {
      const [first] = jobs;
      if (first?.kind === "exclusive") await first.run();
      else await this.#commit(jobs.filter((job) => job.kind === "write"));
      if (this.#turns.isOver()) await sleep(gapMs);
      // Those who were answered may write again: let them, and share the next commit. What they are told leaves at the end of a turn,
      // so that is waited for too: a commit stands still until the disk has it.
      else {
        await turn();
        await turn();
      }
    }
    this.#running = false;
    for (const tell of this.#whenIdle.splice(0)) tell();
  }

  /** One transaction of a handler, or all writes up to the next one. */
  #take(): readonly (Write | Exclusive)[] {
    const end = this.#waiting.findIndex((job) => job.kind === "exclusive");
    return this.#waiting.splice(0, end === -1 ? this.#waiting.length : Math.max(1, end));
  }

  async #commit(writes: readonly Write[]): Promise<void> {
    const settled: (() => void)[] = [];
    try {
      if (!this.#tryBegin()) await this.#begin();
      for (const write of writes) settled.push(this.#attempt(write));
      this.#connection.execute("commit");
      this.#committed();
    } catch (thrown) {
      this.#rollback();
      const reason = this.#toError(thrown);
      for (const write of writes) write.reject(reason);
      return;
    }
    for (const settle of settled) settle();
  }

  /** A write that fails takes nothing else with it: SQLite undoes a statement, and who runs several has a savepoint. */
  #attempt(write: Write): () => void {
    try {
      const value = write.run();
      return () => write.resolve(value);
    } catch (thrown) {
      // SQLite has undone the whole transaction: what follows would be written on its own.
      if (!this.#connection.isInTransaction) throw thrown;
      const reason = this.#toError(thrown);
      return () => write.reject(reason);
    }
  }

  async #exclusive<T>(work: (assertOpen: () => void) => Awaitable<T>): Promise<T> {
    const scope = { isOpen: true };
    try {
      if (!this.#tryBegin()) await this.#begin();
      const assertOpen = (): void => {
        if (!scope.isOpen) throw transactionEnded();
        if (!this.#connection.isInTransaction) throw undone();
      };
      const value = await within(
        this.#limits.transaction,
        this.#scope.run(scope, () => work(assertOpen)),
      );
      scope.isOpen = false;
      if (!this.#connection.isInTransaction) throw undone();
      this.#connection.execute("commit");
      this.#committed();
      return value;
    } catch (thrown) {
      scope.isOpen = false;
      this.#rollback();
      throw this.#toError(thrown);
    }
  }

  #committed(): void {
    this.commits++;
    this.whenCommitted?.();
  }

  /** False when another process holds the lock. */
  #tryBegin(): boolean {
    try {
      this.#connection.execute("begin immediate");
      return true;
    } catch (thrown) {
      if (isLocked(thrown)) return false;
      throw thrown;
    }
  }

  /** Waits for the lock as SQLite would, but lets everything else go on meanwhile. */
  async #begin(): Promise<void> {
    const end = performance.now() + this.#limits.lock;
    for (let pause = 1; performance.now() < end; pause = Math.min(pause * 2, longestPause)) {
      await sleep(pause);
      if (this.#tryBegin()) return;
    }
    throw frameworkError("UNAVAILABLE", "Another process keeps the database locked", { retryAfter: 1 });
  }

  #rollback(): void {
    // A full disk has ended the transaction already.
    if (!this.#connection.isInTransaction) return;
    try {
      this.#connection.execute("rollback");
    } catch {
      // The failure that led here is told; what this one leaves behind, the next rollback undoes.
    }
  }

  #toError(thrown: unknown): unknown {
    return toStoreError(thrown, null, {}, this.#connection);
  }
}

/** Resolves in the next turn of the event loop. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** SQLite undid the transaction, though whoever runs it may have caught the error that told so. */
function undone(): Error {
  return frameworkError("UNAVAILABLE", "The database could not write, and has undone the transaction", {
    retryAfter: 1,
  });
}
