import type { Field } from "../../schema/field.ts";
import type { ColumnModel } from "../../schema/table.ts";
import type { Change } from "./changes.ts";
import type { ColumnSnapshot, DialectName } from "./snapshot.ts";
import type { MigrationStep } from "./step.ts";

/** What migrations must know of a database's SQL. The planner asks it; it knows no plan. */
export interface Dialect {
  readonly name: DialectName;
  /** The type of a field's column, as the database itself names it. */
  type(field: Field): string;
  /** A field's default as an SQL literal; null where there is none. */
  fill(column: ColumnModel): string | null;
  /** How values are moved over to another type; null where what they mean in it must be decided by someone. */
  convert(old: ColumnSnapshot, column: ColumnSnapshot): ConversionSql | null;
  /** The steps that make changes, in an order in which each finds what it needs. */
  render(changes: readonly Change[]): readonly MigrationStep[];
}

/** How the values of a column become those of another type. */
export interface ConversionSql {
  /** An SQL expression over the old column. */
  readonly sql: string;
  /** Whether values may come out as less than they were. */
  readonly lossy: boolean;
}
