import type { Awaitable } from "../../base/awaitable.ts";
import { frameworkError } from "../../errors/codes.ts";
import type { Connection } from "./connection.ts";
import { toStoreError } from "./faults.ts";

/** A write that needs nobody's answer to go on. */
interface Write {
  readonly kind: "write";
  /** Whether it is more than one statement, so that a failure in the middle must be undone. */
  readonly compound: boolean;
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
  readonly #timeout: number;
  #waiting: (Write | Exclusive)[] = [];
  #running = false;
  /** Commits so far. */
  commits = 0;

  /** `timeout`: milliseconds that a handler's transaction may take. */
  constructor(connection: Connection, timeout: number) {
    this.#connection = connection;
    this.#timeout = timeout;
  }

  /** Resolves once what `run` wrote is on the disk. */
  write<T>(run: () => T, compound = false): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#add({ kind: "write", compound, run, resolve: resolve as (value: unknown) => void, reject });
    });
  }

  /** Resolves once all that `work` wrote is on the disk. `work` is told how to find out whether its transaction goes on. */
  transaction<T>(work: (isOpen: () => boolean) => Awaitable<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#add({ kind: "exclusive", run: () => this.#exclusive(work).then(resolve, reject) });
    });
  }

  /** Resolves when nothing waits and nothing runs. */
  async idle(): Promise<void> {
    while (this.#running || this.#waiting.length > 0) await new Promise((resolve) => setImmediate(resolve));
  }

  #add(job: Write | Exclusive): void {
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
      else this.#commit(jobs.filter((job) => job.kind === "write"));
      // Those who were answered may write again: let them, and share the next commit.
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.#running = false;
  }

  /** One transaction of a handler, or all writes up to the next one. */
  #take(): readonly (Write | Exclusive)[] {
    const end = this.#waiting.findIndex((job) => job.kind === "exclusive");
    return this.#waiting.splice(0, end === -1 ? this.#waiting.length : Math.max(1, end));
  }

  #commit(writes: readonly Write[]): void {
    const settled: (() => void)[] = [];
    try {
      this.#connection.execute("begin immediate");
      for (const write of writes) settled.push(this.#attempt(write));
      this.#connection.execute("commit");
      this.commits++;
    } catch (thrown) {
      this.#rollback();
      const reason = toStoreError(thrown, null, {}, this.#connection);
      for (const write of writes) write.reject(reason);
      return;
    }
    for (const settle of settled) settle();
  }

  /** A write that fails takes nothing else with it: SQLite undoes a statement, and a savepoint undoes several. */
  #attempt(write: Write): () => void {
    try {
      if (!write.compound) {
        const value = write.run();
        return () => write.resolve(value);
      }
      const value = savepoint(this.#connection, write.run);
      return () => write.resolve(value);
    } catch (thrown) {
      // SQLite has undone the whole transaction: what follows would be written on its own.
      if (!this.#connection.isInTransaction) throw thrown;
      return () => write.reject(thrown);
    }
  }

  async #exclusive<T>(work: (isOpen: () => boolean) => Awaitable<T>): Promise<T> {
    let open = true;
    this.#begin();
    try {
      const value = await within(
        this.#timeout,
        work(() => open),
      );
      open = false;
      this.#connection.execute("commit");
      this.commits++;
      return value;
    } catch (thrown) {
      open = false;
      this.#rollback();
      throw toStoreError(thrown, null, {}, this.#connection);
    }
  }

  #begin(): void {
    try {
      this.#connection.execute("begin immediate");
    } catch (thrown) {
      throw toStoreError(thrown, null, {}, this.#connection);
    }
  }

  #rollback(): void {
    try {
      this.#connection.execute("rollback");
    } catch {
      // Nothing was open: the failure had ended the transaction already.
    }
  }
}

/** Runs statements that shall all be undone when one fails. */
export function savepoint<T>(connection: Connection, run: () => T): T {
  connection.execute("savepoint compound");
  try {
    const value = run();
    connection.execute("release compound");
    return value;
  } catch (thrown) {
    connection.execute("rollback to compound");
    connection.execute("release compound");
    throw thrown;
  }
}

function within<T>(milliseconds: number, work: Awaitable<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(frameworkError("DEADLINE_EXCEEDED", "The transaction took too long, and was undone"));
    }, milliseconds);
    Promise.resolve(work)
      .then(resolve, reject)
      .finally(() => clearTimeout(timer));
  });
}
