import type { Awaitable } from "../../base/awaitable.ts";
import type { Condition } from "../../schema/condition.ts";
import type { RowValues, StoredRow } from "../../schema/table.ts";
import { JoinedTable } from "../joined/table.ts";
import type { Turn } from "../joined/turn.ts";
import type { Columns, EachQuery, ListQuery, Table, TableReader, WriteGuard } from "../store.ts";
import type { TableAccess } from "./table-access.ts";
import type { WriteQueue } from "./write-queue.ts";

/** A table outside of transactions: reads are answered at once, writes once they are on the disk. */
export class QueuedTable implements Table {
  readonly joined: TableReader;
  readonly for: null = null;
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
    return this.#queue.write(() => this.#writer.insert(rows));
  }

  update(id: string, changes: RowValues, guard: WriteGuard): Promise<StoredRow | null> {
    return this.#queue.write(() => this.#writer.update(id, changes, guard));
  }

  delete(id: string, guard: WriteGuard): Promise<boolean> {
    return this.#queue.write(() => this.#writer.delete(id, guard));
  }
}

/** The one connection of a database in memory: a read outside of a transaction waits until that has ended. */
export class WaitingTable implements Table {
  readonly joined: TableReader;
  readonly for: null = null;
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
