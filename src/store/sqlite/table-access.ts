import type { StatementSync } from "node:sqlite";
import { frameworkError } from "../../errors/codes.ts";
import type { Condition } from "../../schema/condition.ts";
import { type RowValues, rowVersion, type StoredRow, type TableModel } from "../../schema/table.ts";
import type { ListQuery, WriteGuard } from "../store.ts";
import type { Connection, RawValues } from "./connection.ts";
import { toStoreError } from "./faults.ts";
import { compileDecoder, type DecodeRow, readsBigints } from "./row-decoder.ts";
import { type Statement, TableStatements } from "./table-statements.ts";

/** The rows of one table over one connection: everything is synchronous, and within whatever transaction is open there. */
export class TableAccess {
  readonly #model: TableModel;
  readonly #connection: Connection;
  readonly #statements: TableStatements;
  readonly #decode: DecodeRow;
  readonly #bigints: boolean;
  readonly #get: StatementSync;
  readonly #insert: StatementSync;

  constructor(model: TableModel, connection: Connection) {
    this.#model = model;
    this.#connection = connection;
    this.#statements = new TableStatements(model);
    this.#decode = compileDecoder(model);
    this.#bigints = readsBigints(model);
    this.#get = connection.prepareRows(this.#statements.get, this.#bigints);
    this.#insert = connection.prepareRows(this.#statements.insert, this.#bigints);
  }

  get(id: string, visible: Condition | null): StoredRow | null {
    // The common case first: a row by its id, by a statement that is always there.
    if (visible === null) {
      try {
        return this.#toRow(this.#get.get(id));
      } catch (thrown) {
        throw this.#toError(thrown);
      }
    }
    return this.#one(this.#statements.getVisible(id, visible));
  }

  getMany(ids: readonly string[], visible: Condition | null): readonly (StoredRow | null)[] {
    const rows = this.#all(this.#statements.getMany(ids, visible));
    const byId = new Map(rows.map((row) => [row["id"], row]));
    return ids.map((id) => byId.get(id) ?? null);
  }

  list(query: ListQuery): readonly StoredRow[] {
    return this.#all(this.#statements.list(query));
  }

  count(where: Condition): number {
    const { sql, parameters } = this.#statements.count(where);
    try {
      return Number(this.#connection.get(sql, parameters)?.["count"] ?? 0);
    } catch (thrown) {
      throw this.#toError(thrown);
    }
  }

  insert(rows: readonly RowValues[]): readonly StoredRow[] {
    return rows.map((values) =>
      this.#guarded(values, () => {
        const row = this.#toRow(this.#insert.get(...this.#statements.insertParameters(values)));
        if (row === null) throw new Error("An inserted row was not given back");
        return row;
      }),
    );
  }

  update(id: string, changes: RowValues, guard: WriteGuard): StoredRow | null {
    if (Object.keys(changes).length === 0) return this.#unchanged(id, guard);
    const { sql, parameters } = this.#statements.update(id, changes, guard);
    const row = this.#guarded(changes, () =>
      this.#toRow(this.#connection.row(sql, parameters, this.#bigints)),
    );
    if (row === null) this.#assertNoOtherVersion(id, guard);
    return row;
  }

  delete(id: string, guard: WriteGuard): boolean {
    const { sql, parameters } = this.#statements.delete(id, guard);
    const deleted = this.#guarded({}, () => this.#connection.run(sql, parameters)) > 0;
    if (!deleted) this.#assertNoOtherVersion(id, guard);
    return deleted;
  }

  /** Changing nothing is no change: the row keeps its version. */
  #unchanged(id: string, guard: WriteGuard): StoredRow | null {
    const row = this.get(id, guard.visible);
    if (row !== null && guard.version !== null) this.#assertVersion(row, guard.version);
    return row;
  }

  /** Nothing was written: because there is no such row, or because it has another version. */
  #assertNoOtherVersion(id: string, guard: WriteGuard): void {
    if (guard.version !== null && this.get(id, guard.visible) !== null)
      throw frameworkError("PRECONDITION_FAILED");
  }

  #assertVersion(row: StoredRow, version: number): void {
    if (row[rowVersion] !== version) throw frameworkError("PRECONDITION_FAILED");
  }

  #toRow(raw: unknown): StoredRow | null {
    return raw === undefined ? null : this.#decode(raw as RawValues);
  }

  #one({ sql, parameters }: Statement): StoredRow | null {
    try {
      return this.#toRow(this.#connection.row(sql, parameters, this.#bigints));
    } catch (thrown) {
      throw this.#toError(thrown);
    }
  }

  #all({ sql, parameters }: Statement): readonly StoredRow[] {
    try {
      return this.#connection.rows(sql, parameters, this.#bigints).map(this.#decode);
    } catch (thrown) {
      throw this.#toError(thrown);
    }
  }

  /** What a read failed by. */
  #toError(thrown: unknown): unknown {
    return toStoreError(thrown, null, {}, this.#connection);
  }

  #guarded<T>(values: RowValues, write: () => T): T {
    try {
      return write();
    } catch (thrown) {
      throw toStoreError(thrown, this.#model, values, this.#connection);
    }
  }
}
