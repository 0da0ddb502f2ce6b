import type { Awaitable } from "../base/awaitable.ts";
import type { Leaver } from "../base/company.ts";
import type { Condition, OrderTerm } from "../schema/condition.ts";
import type { RowValues, StoredRow } from "../schema/table.ts";
import type { ChangeLog } from "./changes.ts";

/**
 * Where rows are kept. `server` opens one at start and hands it to `invoke`, which calls it for standard methods and for
 * the `db` of handlers. What it throws for a caller's fault is an ApiError (of the table's model); the rest is `internal`.
 */
export interface Store {
  /** Rows of one table, outside any transaction: each write is durable when its promise resolves. */
  table(name: string): Table;
  /**
   * Runs `work` in one serializable transaction: what it wrote is durable and seen by others once the promise resolves,
   * and nothing of it is when `work` throws. Others read the state before it meanwhile. Where others were in its way, `work` is run
   * again, or TRANSACTION_CONFLICT is thrown.
   */
  transaction<T>(work: (transaction: Transaction) => Awaitable<T>, options?: TransactionOptions): Promise<T>;
  /** Answers kept for idempotency keys. */
  readonly replies: ReplyLog;
  /** The changes of watched tables; null where there is no such table. */
  readonly changes: ChangeLog | null;
  /**
   * Another process has written: what is read from now on has it. Absent where a read always has all that is committed. Called before
   * caches drop what the write made stale, so that nothing older is put there again.
   */
  wroteElsewhere?(): void;
  /** Throws or rejects when the store cannot answer now. */
  ready(): Awaitable<void>;
  close(): Promise<void>;
}

/** For whom the database does something. Asked for its signal when there is something to end. */
export type Asker = Leaver;

/** How a transaction is run. */
export interface TransactionOptions {
  /** Whether its work may be run again, from its beginning, after all that it wrote was undone; true where it is not stated. */
  readonly isRepeatable?: boolean;
  /** Null for work that nobody waits for. */
  readonly asker?: Asker | null;
}

/** Rows and replies as one transaction sees them. */
export interface Transaction {
  table(name: string): Table;
  readonly replies: ReplyLog;
}

/** Rows of one resource. */
export interface Table extends TableReader, TableWriter {
  /**
   * Reads that wait for others of the same turn of the event loop, to be one with them; in a transaction, the table itself. For
   * whoever reads for many rows, or is one of many: a single row is read sooner at once.
   */
  readonly joined: TableReader;
  /**
   * The same table for one who may go away: then the database is told to end what it does. Null where nothing is waited for. What is read
   * together with others goes on until all who asked for it have gone.
   */
  readonly for: ((asker: Asker) => Table) | null;
}

/**
 * Reading. A row that `visible` does not hold for is as if it were not there. Values are as handlers see them. Reads by key may be told by
 * whom they are asked, which is less to do than to make a table for one.
 */
export interface TableReader {
  get(id: string, visible: Condition | null, columns?: Columns, asker?: Asker): Awaitable<StoredRow | null>;
  /** In the order of `ids`, null for each that is not there. */
  getMany(
    ids: readonly string[],
    visible: Condition | null,
    columns?: Columns,
    asker?: Asker,
  ): Awaitable<readonly (StoredRow | null)[]>;
  list(query: ListQuery): Awaitable<readonly StoredRow[]>;
  /** A list for each of `values`, in their order: the rows that have it under `key`. One statement, however many there are. */
  listEach(query: EachQuery, asker?: Asker): Awaitable<readonly (readonly StoredRow[])[]>;
  count(where: Condition): Awaitable<number>;
}

/** A page of rows in an order. The id is always the last term of the order, whether stated or not (ascending). */
export interface ListQuery {
  readonly where: Condition;
  readonly order: readonly OrderTerm[];
  /** Rows at most. */
  readonly limit: number;
  /** Goes on after the row with these values of the order's keys and this id; null starts at the beginning. */
  readonly after: RowValues | null;
  /** All where they are not stated. */
  readonly columns?: Columns;
}

/** Keys of the values that rows are read with: no others are in them, but the id always is. The version's is `versionKey`. */
export type Columns = readonly string[];

/** Where each list of many begins and ends, they have in common: `where`, `order`, `limit` and `after` hold for each by itself. */
export interface EachQuery extends ListQuery {
  /** A key of references to other rows. */
  readonly key: string;
  /** No two are the same. */
  readonly values: readonly string[];
}

/** Writing. All of a call is written, or nothing. */
export interface TableWriter {
  /** Creates rows of all keys (id included), in order. */
  insert(rows: readonly RowValues[]): Awaitable<readonly StoredRow[]>;
  /** Changes the stated keys; null when there is no such row. */
  update(id: string, changes: RowValues, guard: WriteGuard): Awaitable<StoredRow | null>;
  /** False when there was no such row. */
  delete(id: string, guard: WriteGuard): Awaitable<boolean>;
}

/** What must hold for a row to be written. */
export interface WriteGuard {
  /** The version that the row must have, else PRECONDITION_FAILED; null for any. */
  readonly version: number | null;
  /** A row that this does not hold for is as if it were not there. */
  readonly visible: Condition | null;
}

/** Answers kept under idempotency keys, so that a repeated request gets the first one's answer. */
export interface ReplyLog {
  find(key: string): Awaitable<StoredReply | null>;
  /** Written in the same transaction as what it answers. */
  save(key: string, reply: StoredReply): Awaitable<void>;
  /** Forgets replies saved before this time (ms since the epoch). */
  trim(before: number): Awaitable<void>;
}

/** An answer as it was given. */
export interface StoredReply {
  /** Tells whether a repeated request is the same one. */
  readonly fingerprint: string;
  /** ms since the epoch. */
  readonly savedAt: number;
  /** The answer, as JSON text in terms of its writer. */
  readonly answer: string;
}
