import type { Expression, ExpressionBuilder, Kysely, SqlBool } from "kysely";
import type { Comparison } from "../../schema/condition.ts";
import type { ColumnModel } from "../../schema/table.ts";
import type { Slot } from "./compiled-statement.ts";
import type { ValueTest } from "./condition-shape.ts";

/** Tables whose columns only the definition knows. */
export type AnyTables = Record<string, Record<string, unknown>>;

export type Where = Expression<SqlBool>;
export type Builder = ExpressionBuilder<AnyTables, string>;

/** Finds text in a column's values. */
export type Match = "prefix" | "suffix" | "contains";

/** How one database puts what all of them mean alike. Statements are compiled by it; `V` is what its driver takes. */
export interface Dialect<V> {
  readonly builder: Kysely<AnyTables>;
  /** How a column's values go in. */
  encoder(column: ColumnModel): (value: unknown) => V;
  readonly tests: Tests<V>;
}

/** Tests of one column's values. */
export interface Tests<V> {
  /** What of its values the SQL of a test depends on; empty in the common case. */
  form(column: ColumnModel, test: ValueTest): string;
  /** Nulls as `condition.ts` has them. `form` is that of the test. */
  compare(column: ColumnModel, comparator: Comparison["comparator"], form: string, slot: Slot<V>): Where;
  /** Whether the value is one of those that are bound, as a list, at `index`; nulls among them are looked after elsewhere. */
  isIn(column: ColumnModel, values: readonly unknown[], index: number): Where;
  /** Letter by letter, and with regard to case. `text` is not empty. */
  like(column: ColumnModel, match: Match, index: number): Where;
  /** Terms that put rows into the order of the column `ref`, nulls last. */
  order(column: ColumnModel, ref: Expression<unknown>, descending: boolean): readonly Expression<unknown>[];
}
