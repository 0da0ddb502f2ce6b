import { type Expression, sql } from "kysely";
import type { RowValues } from "../../../schema/table.ts";
import { Slot, type Statement } from "../../sql/compiled-statement.ts";
import type { TableSql } from "../../sql/table-sql.ts";
import { array } from "../bound-arrays.ts";
import { type SqlValue, type ToSql, toSql } from "../values.ts";

/** Values of one row as they go in, in the order of its columns. */
export type EncodedRow = readonly (string | Buffer | null)[];

/** Statements that write rows into one table. Each gives back what was written, all columns of it. */
export class InsertStatements {
  readonly #sql: TableSql<SqlValue>;
  readonly #encoders: readonly (readonly [key: string, encode: ToSql])[];
  /** Rows that another one is in the way of are left out where that may happen: so the others need not be written anew. */
  readonly #leavesOut: boolean;

  constructor(table: TableSql<SqlValue>) {
    this.#sql = table;
    this.#encoders = table.model.columns.map((column) => [column.key, toSql(column)]);
    this.#leavesOut = table.model.columns.some(({ onDuplicate }) => onDuplicate !== null);
  }

  /** The rows are given back in their order. However many they are, the statement is the same. */
  rows(rows: readonly RowValues[]): Statement<SqlValue> {
    return rows.length === 1 ? this.#one(rows[0] ?? {}) : this.#many(rows);
  }

  /** Throws INVALID_INPUT for what PostgreSQL cannot keep. */
  encode(values: RowValues): EncodedRow {
    return this.#encoders.map(([key, encode]) => encode(values[key]));
  }

  /**
   * Rows of several callers, in no order. Waits `lockTimeout` milliseconds at most for another transaction that may be in the way of one
   * of them, then fails with `lock_not_available`. May leave out rows whose unique value is there already.
   */
  joined(rows: readonly EncodedRow[], lockTimeout: number): Statement<SqlValue> {
    const { dialect, model } = this.#sql;
    const bound = model.columns.map((_column, index) => rows.map((row) => row[index]));
    return this.#sql.kept("insert joined", bound, () => {
      // For this transaction only; looked at before the first row.
      const isBounded = sql`(select set_config('lock_timeout', ${sql.lit(String(lockTimeout))}, true)) is not null`;
      const otherwise = this.#leavesOut ? sql`on conflict do nothing` : sql``;
      return sql`insert into ${sql.table(model.name)} (${this.#names}) select ${this.#names} from unnest(${this.#arrays(asItIs)}) as ${sql.ref("_new")} (${this.#names}) where ${isBounded} ${otherwise} returning ${this.#returned}`.compile(
        dialect.builder,
      );
    });
  }

  #one(values: RowValues): Statement<SqlValue> {
    const { dialect, model, columns } = this.#sql;
    const bound = this.#encoders.map(([key]) => values[key]);
    return this.#sql.kept("insert", bound, () => {
      const slots = this.#encoders.map(([, encode], index) => sql`${new Slot(index, encode)}`);
      return dialect.builder
        .insertInto(model.name)
        .values(Object.fromEntries(model.columns.map(({ name }, index) => [name, slots[index]])))
        .returning([...columns])
        .compile();
    });
  }

  #many(rows: readonly RowValues[]): Statement<SqlValue> {
    const { dialect, model } = this.#sql;
    const bound = this.#encoders.map(([key]) => rows.map((row) => row[key]));
    return this.#sql.kept("insert many", bound, () =>
      sql`insert into ${sql.table(model.name)} (${this.#names}) select ${this.#names} from unnest(${this.#arrays(null)}) with ordinality as ${sql.ref("_new")} (${this.#names}, ${sql.ref("_place")}) order by ${sql.ref("_place")} returning ${this.#returned}`.compile(
        dialect.builder,
      ),
    );
  }

  get #names(): Expression<unknown> {
    return sql.join(this.#sql.model.columns.map(({ name }) => sql.ref(name)));
  }

  get #returned(): Expression<unknown> {
    return sql.join(this.#sql.columns.map((name) => sql.ref(name)));
  }

  /** A parameter for each column: `encode` for values that are encoded in another way than the column's. */
  #arrays(encode: ToSql | null): Expression<unknown> {
    return sql.join(
      this.#sql.model.columns.map((column, index) => array(column, index, encode ?? toSql(column))),
    );
  }
}

/** Values of rows that are encoded. */
const asItIs: ToSql = (value) => value as string | Buffer | null;
