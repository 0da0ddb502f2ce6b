import type { Awaitable } from "../../base/awaitable.ts";
import type { Condition } from "../../schema/condition.ts";
import type { RowValues, StoredRow } from "../../schema/table.ts";
import type { Columns, EachQuery, ListQuery, Table, TableReader, TableWriter, WriteGuard } from "../store.ts";

/** A table within a handler's transaction; of no use once that has ended. */
export class TransactionTable implements Table {
  /** A transaction ends as a whole. */
  readonly for: null = null;
  readonly #rows: TableReader & TableWriter;
  readonly #assertOpen: () => void;

  /** `assertOpen`: a handler that keeps a table beyond its end has a bug; it must not write into another's transaction. */
  constructor(rows: TableReader & TableWriter, assertOpen: () => void) {
    this.#rows = rows;
    this.#assertOpen = assertOpen;
  }

  get joined(): this {
    return this;
  }

  get(id: string, visible: Condition | null, columns?: Columns): Awaitable<StoredRow | null> {
    return this.#open().get(id, visible, columns);
  }

  getMany(
    ids: readonly string[],
    visible: Condition | null,
    columns?: Columns,
  ): Awaitable<readonly (StoredRow | null)[]> {
    return this.#open().getMany(ids, visible, columns);
  }

  list(query: ListQuery): Awaitable<readonly StoredRow[]> {
    return this.#open().list(query);
  }

  listEach(query: EachQuery): Awaitable<readonly (readonly StoredRow[])[]> {
    return this.#open().listEach(query);
  }

  count(where: Condition): Awaitable<number> {
    return this.#open().count(where);
  }

  insert(rows: readonly RowValues[]): Awaitable<readonly StoredRow[]> {
    return this.#open().insert(rows);
  }

  update(id: string, changes: RowValues, guard: WriteGuard): Awaitable<StoredRow | null> {
    return this.#open().update(id, changes, guard);
  }

  delete(id: string, guard: WriteGuard): Awaitable<boolean> {
    return this.#open().delete(id, guard);
  }

  #open(): TableReader & TableWriter {
    this.#assertOpen();
    return this.#rows;
  }
}
