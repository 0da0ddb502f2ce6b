import type { Awaitable } from "../../base/awaitable.ts";
import type { Condition } from "../../schema/condition.ts";
import type { RowValues, StoredRow } from "../../schema/table.ts";
import { JoinedTable } from "../joined/table.ts";
import type { Turn } from "../joined/turn.ts";
import type { Columns, EachQuery, ListQuery, Table, TableReader, WriteGuard } from "../store.ts";
import type { Connection } from "./connection.ts";
import type { TableAccess } from "./table-access.ts";
import { savepoint, type WriteQueue } from "./write-queue.ts";

/** A table outside of transactions: reads are answered at once, writes once they are on the disk. */
export class QueuedTable implements Table {
  readonly joined: TableReader;
  readonly #reader: TableAccess;
  readonly #writer: TableAccess;
  readonly #queue: WriteQueue;

  constructor(reader: TableAccess, writer: TableAccess, queue: WriteQueue, turn: Turn) {
    this.joined = new JoinedTable(this, turn);
    this.#reader = reader;
    this.#writer = writer;
    this.#queue = queue;
  }

  get(id: string, visible: Condition | null, columns?: Columns): StoredRow | null {
    return this.#reader.get(id, visible, columns);
  }

  getMany(
    ids: readonly string[],
    visible: Condition | null,
    columns?: Columns,
  ): readonly (StoredRow | null)[] {
    return this.#reader.getMany(ids, visible, columns);
  }

  list(query: ListQuery): readonly StoredRow[] {
    return this.#reader.list(query);
  }

  listEach(query: EachQuery): readonly (readonly StoredRow[])[] {
    return this.#reader.listEach(query);
  }

  count(where: Condition): number {
    return this.#reader.count(where);
  }

  insert(rows: readonly RowValues[]): Promise<readonly StoredRow[]> {
    return this.#queue.write(() => this.#writer.insert(rows), rows.length > 1);
  }

  update(id: string, changes: RowValues, guard: WriteGuard): Promise<StoredRow | null> {
    return this.#queue.write(() => this.#writer.update(id, changes, guard));
  }

  delete(id: string, guard: WriteGuard): Promise<boolean> {
    return this.#queue.write(() => this.#writer.delete(id, guard));
  }
}

/** A table within a handler's transaction; of no use once that has ended. */
export class TransactionTable implements Table {
  readonly #access: TableAccess;
  readonly #connection: Connection;
  readonly #assertOpen: () => void;

  /** `assertOpen`: a handler that keeps a table beyond its end has a bug; it must not write into another's transaction. */
  constructor(access: TableAccess, connection: Connection, assertOpen: () => void) {
    this.#access = access;
    this.#connection = connection;
    this.#assertOpen = assertOpen;
  }

  get joined(): this {
    return this;
  }

  get(id: string, visible: Condition | null, columns?: Columns): StoredRow | null {
    return this.#open().get(id, visible, columns);
  }

  getMany(
    ids: readonly string[],
    visible: Condition | null,
    columns?: Columns,
  ): readonly (StoredRow | null)[] {
    return this.#open().getMany(ids, visible, columns);
  }

  list(query: ListQuery): readonly StoredRow[] {
    return this.#open().list(query);
  }

  listEach(query: EachQuery): readonly (readonly StoredRow[])[] {
    return this.#open().listEach(query);
  }

  count(where: Condition): number {
    return this.#open().count(where);
  }

  insert(rows: readonly RowValues[]): readonly StoredRow[] {
    const access = this.#open();
    return rows.length > 1 ? savepoint(this.#connection, () => access.insert(rows)) : access.insert(rows);
  }

  update(id: string, changes: RowValues, guard: WriteGuard): StoredRow | null {
    return this.#open().update(id, changes, guard);
  }

  delete(id: string, guard: WriteGuard): boolean {
    return this.#open().delete(id, guard);
  }

  #open(): TableAccess {
    this.#assertOpen();
    return this.#access;
  }
}

/** The one connection of a database in memory: a read outside of a transaction waits until that has ended. */
export class WaitingTable implements Table {
  readonly joined: TableReader;
  readonly #table: QueuedTable;
  readonly #whenSettled: () => Promise<void> | null;

  constructor(table: QueuedTable, whenSettled: () => Promise<void> | null, turn: Turn) {
    this.joined = new JoinedTable(this, turn);
    this.#table = table;
    this.#whenSettled = whenSettled;
  }

  get(id: string, visible: Condition | null, columns?: Columns): Awaitable<StoredRow | null> {
    return this.#read(() => this.#table.get(id, visible, columns));
  }

  getMany(
    ids: readonly string[],
    visible: Condition | null,
    columns?: Columns,
  ): Awaitable<readonly (StoredRow | null)[]> {
    return this.#read(() => this.#table.getMany(ids, visible, columns));
  }

  list(query: ListQuery): Awaitable<readonly StoredRow[]> {
    return this.#read(() => this.#table.list(query));
  }

  listEach(query: EachQuery): Awaitable<readonly (readonly StoredRow[])[]> {
    return this.#read(() => this.#table.listEach(query));
  }

  count(where: Condition): Awaitable<number> {
    return this.#read(() => this.#table.count(where));
  }

  insert(rows: readonly RowValues[]): Promise<readonly StoredRow[]> {
    return this.#table.insert(rows);
  }

  update(id: string, changes: RowValues, guard: WriteGuard): Promise<StoredRow | null> {
    return this.#table.update(id, changes, guard);
  }

  delete(id: string, guard: WriteGuard): Promise<boolean> {
    return this.#table.delete(id, guard);
  }

  #read<T>(read: () => T): Awaitable<T> {
    const settled = this.#whenSettled();
    return settled === null ? read() : settled.then(() => this.#read(read));
  }
}
