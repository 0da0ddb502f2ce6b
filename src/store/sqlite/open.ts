import type { Awaitable } from "../../base/awaitable.ts";
import type { TableModel } from "../../schema/table.ts";
import type { ChangeLog } from "../changes.ts";
import { Turn } from "../joined/turn.ts";
import { bringUpToDate } from "../migrate/sqlite/auto.ts";
import { StoreOpenError } from "../open-error.ts";
import { TransactionTable } from "../sql/transaction-table.ts";
import type { ReplyLog, Store, Table, Transaction } from "../store.ts";
import { SqliteChangeLog } from "./changes/change-log.ts";
import type { Connection } from "./connection.ts";
import { isSqliteError } from "./faults.ts";
import { openConnection } from "./open-connection.ts";
import { QueuedReplies, repliesTable, TransactionReplies } from "./replies.ts";
import { TableAccess } from "./table-access.ts";
import { QueuedTable, WaitingTable } from "./tables.ts";
import { WriteQueue } from "./write-queue.ts";

/** What a store on SQLite is opened with. */
export interface SqliteOptions {
  /** A file, or `:memory:`. */
  readonly location: string;
  readonly tables: readonly TableModel[];
  /** `auto` changes tables as the definition asks, never with a loss; `never` only compares. */
  readonly migrate: "auto" | "never";
  /** Milliseconds that a handler's transaction may take; 10 s where it is not stated. */
  readonly transactionTimeout?: number;
  /**
   * Milliseconds to wait for another process that writes to the same file. Where it is not stated, 5 s at the start, and
   * then as long as a transaction of that one may take, and 5 s.
   */
  readonly lockTimeout?: number;
}

/** Opens a store on SQLite. Throws a StoreOpenError of one line that says what to do. */
export function openSqliteStore(options: SqliteOptions): SqliteStore {
  const writer = openConnection(options.location, options.lockTimeout);
  try {
    bringUpToDate(writer, options.tables, options.migrate);
    writer.execute(repliesTable);
    return new SqliteStore(options, writer);
  } catch (thrown) {
    writer.close();
    if (!isSqliteError(thrown)) throw thrown;
    throw new StoreOpenError(
      `The database ${options.location} cannot be brought up to date: ${thrown.message}`,
      { cause: thrown },
    );
  }
}

/**
 * Rows in SQLite, over two connections: one writes, the other reads what is committed. A database in memory has just one, on
 * which reads wait for transactions of handlers to end.
 */
export class SqliteStore implements Store {
  readonly replies: ReplyLog;
  readonly changes: ChangeLog | null;
  readonly #writer: Connection;
  readonly #reader: Connection;
  readonly #queue: WriteQueue;
  readonly #tables: ReadonlyMap<string, Table>;
  readonly #writing: ReadonlyMap<string, TableAccess>;
  readonly #reading: readonly TableAccess[];
  readonly #turn = new Turn();
  /** Settles when the transaction of a handler that is open has ended; null where there is none. */
  #open: Promise<void> | null = null;
  #closing: Promise<void> | null = null;

  constructor(options: SqliteOptions, writer: Connection) {
    const inMemory = options.location === ":memory:";
    this.#writer = writer;
    this.#reader = inMemory ? writer : openConnection(options.location, options.lockTimeout);
    const transaction = options.transactionTimeout ?? 10_000;
    this.#queue = new WriteQueue(writer, { transaction, lock: options.lockTimeout ?? transaction + 5_000 });
    // From now on the queue waits, without blocking the process.
    writer.execute("pragma busy_timeout = 0");
    this.#writing = new Map(options.tables.map((model) => [model.name, new TableAccess(model, writer)]));
    const reading = inMemory
      ? this.#writing
      : new Map(options.tables.map((model) => [model.name, new TableAccess(model, this.#reader)]));
    this.#reading = [...reading.values()];
    this.#tables = new Map(
      options.tables.map((model) => [model.name, this.#outside(model, reading, inMemory)]),
    );
    const whenSettled = (): Promise<void> | null => (inMemory ? this.#whenEnded() : null);
    this.replies = new QueuedReplies(this.#reader, writer, this.#queue, whenSettled);
    this.changes = this.#openLog(options.tables, reading, whenSettled);
  }

  /** Commits so far: writes that arrive together share one. */
  get commits(): number {
    return this.#queue.commits;
  }

  /** Statements that have read rows so far, outside of transactions: reads that join share one. */
  get reads(): number {
    return this.#reading.reduce((sum, { reads }) => sum + reads, 0);
  }

  table(name: string): Table {
    const table = this.#tables.get(name);
    if (table === undefined) throw new Error(`There is no table "${name}"`);
    return table;
  }

  transaction<T>(work: (transaction: Transaction) => Awaitable<T>): Promise<T> {
    const ended = Promise.withResolvers<void>();
    const written = this.#queue.transaction((assertOpen) => {
      this.#open = ended.promise;
      return this.#within(work, assertOpen);
    });
    return written.finally(() => {
      // One that never had its turn has nothing to do with the one that is open.
      if (this.#open === ended.promise) this.#open = null;
      ended.resolve();
    });
  }

  ready(): void {
    // Of a table, so that the file is looked at.
    this.#reader.get(`select 1 from "fourfold_schema"`, []);
  }

  /** Settles when the transaction has ended that is open. Throws within that one. */
  #whenEnded(): Promise<void> | null {
    if (this.#open !== null) this.#queue.assertOutside();
    return this.#open;
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.#queue.close();
    if (this.#reader !== this.#writer) this.#reader.close();
    this.#writer.close();
  }

  async #within<T>(work: (transaction: Transaction) => Awaitable<T>, assertOpen: () => void): Promise<T> {
    const tables = new Map<string, Table>();
    const table = (name: string): Table => {
      const known = tables.get(name);
      if (known !== undefined) return known;
      const access = this.#writing.get(name);
      if (access === undefined) throw new Error(`There is no table "${name}"`);
      const made = new TransactionTable(access, assertOpen);
      tables.set(name, made);
      return made;
    };
    return work({ table, replies: new TransactionReplies(this.#writer, assertOpen) });
  }

  #outside(model: TableModel, reading: ReadonlyMap<string, TableAccess>, inMemory: boolean): Table {
    const writer = this.#writing.get(model.name) ?? new TableAccess(model, this.#writer);
    const table = new QueuedTable(reading.get(model.name) ?? writer, writer, this.#queue, this.#turn);
    return inMemory ? new WaitingTable(table, () => this.#whenEnded(), this.#turn) : table;
  }

  #openLog(
    models: readonly TableModel[],
    reading: ReadonlyMap<string, TableAccess>,
    whenSettled: () => Promise<void> | null,
  ): ChangeLog | null {
    const tables = new Map(
      models
        .filter(({ watched }) => watched)
        .map((model) => [model, reading.get(model.name) ?? new TableAccess(model, this.#reader)]),
    );
    if (tables.size === 0) return null;
    const queue = this.#queue;
    return new SqliteChangeLog({ reader: this.#reader, writer: this.#writer, queue, tables, whenSettled });
  }
}
