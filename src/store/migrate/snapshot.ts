import type { FieldShape } from "../../schema/field.ts";

/** The databases that there are migrations for. */
export type DialectName = "sqlite" | "postgres";

/** The tables that a database has, or shall have, as plain data: kept in the database and beside migrations. */
export interface Snapshot {
  readonly tables: readonly TableSnapshot[];
}

export interface TableSnapshot {
  readonly name: string;
  readonly columns: readonly ColumnSnapshot[];
}

export interface ColumnSnapshot {
  readonly name: string;
  /** What its values are. */
  readonly kind: FieldShape["kind"];
  /** As the database names it. */
  readonly type: string;
  readonly notNull: boolean;
  readonly unique: boolean;
  /** Compared without regard to case (ASCII). */
  readonly noCase: boolean;
  readonly indexed: boolean;
  readonly references: ReferenceSnapshot | null;
  /** What existing rows get when the column is added, or made to be required, as SQL; null for nothing. */
  readonly fill: string | null;
  /** The name that it had before; null where it is the same. */
  readonly formerly: string | null;
  /** Digits after the point of a decimal; null for all else. */
  readonly scale: number | null;
}

export interface ReferenceSnapshot {
  readonly table: string;
  readonly onDelete: "restrict" | "cascade" | "setNull";
}

/** A database without tables. */
export const emptySnapshot: Snapshot = { tables: [] };

/** The same tables but for one, which is `table` from now on; null for none. */
export function withTable(snapshot: Snapshot, name: string, table: TableSnapshot | null): Snapshot {
  const others = snapshot.tables.filter((each) => each.name !== name);
  return { tables: table === null ? others : [...others, table] };
}

/** The same table but for one column: `from` is `to` from now on. Null is one that was not there, or is not any more. */
export function withColumn(
  table: TableSnapshot,
  from: ColumnSnapshot | null,
  to: ColumnSnapshot | null,
): TableSnapshot {
  const others = table.columns.filter(({ name }) => name !== from?.name);
  return { name: table.name, columns: to === null ? others : [...others, to] };
}
