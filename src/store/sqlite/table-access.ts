import type { SQLInputValue, StatementSync } from "node:sqlite";
import { frameworkError } from "../../errors/codes.ts";
import type { Condition } from "../../schema/condition.ts";
import { type RowValues, rowVersion, type StoredRow, type TableModel } from "../../schema/table.ts";
import { type Choice, Choices } from "../sql/choice.ts";
import type { Statement } from "../sql/compiled-statement.ts";
import { firstById, listOf, splitLists } from "../sql/each-lists.ts";
import type { RawValues } from "../sql/row-decoder.ts";
import { TableSql } from "../sql/table-sql.ts";
import { TableStatements } from "../sql/table-statements.ts";
import type { Columns, EachQuery, ListQuery, WriteGuard } from "../store.ts";
import type { Connection } from "./connection.ts";
import { sqliteDialect } from "./dialect.ts";
import { EachStatements } from "./each-statements.ts";
import { toStoreError } from "./faults.ts";
import { compileSqliteDecoder, type ToSql, toSql } from "./values.ts";

/** The rows of one table over one connection: everything is synchronous, and within whatever transaction is open there. */
export class TableAccess {
  readonly #model: TableModel;
  readonly #connection: Connection;
  readonly #statements: TableStatements<SQLInputValue>;
  readonly #each: EachStatements;
  readonly #encoders: readonly (readonly [key: string, encode: ToSql])[];
  readonly #choices: Choices;
  readonly #get: StatementSync;
  readonly #insert: StatementSync;
  /** References by which some row has had more rows than a page has: whoever reads all of them would read too many. */
  readonly #crowded = new Set<string>();
  /** Statements that read, so far. */
  reads = 0;

  constructor(model: TableModel, connection: Connection) {
    this.#model = model;
    this.#connection = connection;
    const table = new TableSql(model, sqliteDialect);
    this.#statements = new TableStatements(table);
    this.#each = new EachStatements(table);
    this.#encoders = model.columns.map((column) => [column.key, toSql(column)]);
    this.#choices = new Choices(model, compileSqliteDecoder);
    const { bigints } = this.#choices.all;
    this.#get = connection.prepareRows(this.#statements.get("", null, this.#choices.all).sql, bigints);
    this.#insert = connection.prepareRows(insertOne(table), bigints);
  }

  get(id: string, visible: Condition | null, columns?: Columns): StoredRow | null {
    // The common case first: a row by its id, by a statement that is always there.
    if (visible === null && columns === undefined) {
      this.reads++;
      try {
        return this.#toRow(this.#get.get(id));
      } catch (thrown) {
        throw this.#toError(thrown);
      }
    }
    const choice = this.#choices.of(columns);
    return this.#one(this.#statements.get(id, visible, choice), choice);
  }

  getMany(
    ids: readonly string[],
    visible: Condition | null,
    columns?: Columns,
  ): readonly (StoredRow | null)[] {
    const [first] = ids;
    if (first === undefined) return [];
    // A statement for one key takes two thirds of the time that one for a list of keys takes.
    if (ids.length === 1) return [this.get(first, visible, columns)];
    const choice = this.#choices.of(columns);
    const rows = this.#all(this.#statements.getMany(ids, visible, choice), choice);
    const byId = new Map(rows.map((row) => [row["id"], row]));
    return ids.map((id) => byId.get(id) ?? null);
  }

  list(query: ListQuery): readonly StoredRow[] {
    const choice = this.#choices.of(query.columns);
    return this.#all(this.#statements.list(query, choice), choice);
  }

  listEach(query: EachQuery): readonly (readonly StoredRow[])[] {
    const { values, columns } = query;
    const [first] = values;
    if (first === undefined) return [];
    if (values.length === 1) return [this.list(listOf(query, first))];
    const choice = this.#choices.of(columns);
    const short = this.#listShort(query, choice);
    if (short !== null) return short;
    const rows = this.#rows(this.#each.listEach(query, choice), choice);
    return splitLists(rows, values.length, choice);
  }

  /**
   * Lists by id that are short, as most are: all of their rows are read and then put in order. Null where that might be more rows than
   * the lists have together.
   */
  #listShort(query: EachQuery, choice: Choice): readonly (readonly StoredRow[])[] | null {
    const { values, key, limit, order, after } = query;
    if (order.length > 0 || after !== null || this.#crowded.has(key)) return null;
    const most = values.length * limit;
    const rows = this.#rows(this.#each.listShort(query, most + 1, choice), choice);
    if (rows.length > most) {
      this.#crowded.add(key);
      return null;
    }
    return splitLists(rows, values.length, choice).map((list) => firstById(list, limit));
  }

  count(where: Condition): number {
    this.reads++;
    const { sql, parameters } = this.#statements.count(where);
    try {
      return Number(this.#connection.get(sql, parameters)?.["count"] ?? 0);
    } catch (thrown) {
      throw this.#toError(thrown);
    }
  }

  insert(rows: readonly RowValues[]): readonly StoredRow[] {
    return rows.length > 1 ? savepoint(this.#connection, () => this.#insertAll(rows)) : this.#insertAll(rows);
  }

  #insertAll(rows: readonly RowValues[]): readonly StoredRow[] {
    return rows.map((values) =>
      this.#guarded(values, () => {
        const row = this.#toRow(
          this.#insert.get(...this.#encoders.map(([key, encode]) => encode(values[key]))),
        );
        if (row === null) throw new Error("An inserted row was not given back");
        return row;
      }),
    );
  }

  update(id: string, changes: RowValues, guard: WriteGuard): StoredRow | null {
    if (Object.keys(changes).length === 0) return this.#unchanged(id, guard);
    const { sql, parameters } = this.#statements.update(id, changes, guard);
    const row = this.#guarded(changes, () =>
      this.#toRow(this.#connection.row(sql, parameters, this.#choices.all.bigints)),
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

  #toRow(raw: unknown, choice: Choice = this.#choices.all): StoredRow | null {
    return raw === undefined ? null : choice.decode(raw as RawValues);
  }

  #one({ sql, parameters }: Statement<SQLInputValue>, choice: Choice): StoredRow | null {
    this.reads++;
    try {
      return this.#toRow(this.#connection.row(sql, parameters, choice.bigints), choice);
    } catch (thrown) {
      throw this.#toError(thrown);
    }
  }

  #all(statement: Statement<SQLInputValue>, choice: Choice): readonly StoredRow[] {
    return this.#rows(statement, choice).map(choice.decode);
  }

  #rows({ sql, parameters }: Statement<SQLInputValue>, { bigints }: Choice): readonly RawValues[] {
    this.reads++;
    try {
      return this.#connection.rows(sql, parameters, bigints);
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

function insertOne({ dialect, model, columns }: TableSql<SQLInputValue>): string {
  const values = Object.fromEntries(model.columns.map(({ name }) => [name, ""]));
  return dialect.builder
    .insertInto(model.name)
    .values(values)
    .returning([...columns])
    .compile().sql;
}

/** Runs statements that shall all be undone when one fails. */
function savepoint<T>(connection: Connection, run: () => T): T {
  connection.execute("savepoint compound");
  try {
    const value = run();
    connection.execute("release compound");
    return value;
  } catch (thrown) {
    // A full disk undoes the whole transaction, and its savepoints with it.
    if (connection.isInTransaction) connection.execute("rollback to compound; release compound");
    throw thrown;
  }
}
