import { toSnakeCase } from "../../base/casing.ts";
import type { FieldShape } from "../../schema/field.ts";
import type { ColumnModel, TableModel } from "../../schema/table.ts";
import { type SqlType, sqlType } from "../sqlite/values.ts";

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
  readonly type: SqlType;
  readonly notNull: boolean;
  readonly unique: boolean;
  /** Compared without regard to case (ASCII). */
  readonly noCase: boolean;
  readonly indexed: boolean;
  readonly references: {
    readonly table: string;
    readonly onDelete: "restrict" | "cascade" | "setNull";
  } | null;
  /** What existing rows get when the column is added, or made to be required, as SQL; null for nothing. */
  readonly fill: string | null;
  /** The name that it had before; null where it is the same. */
  readonly formerly: string | null;
  /** Digits after the point of a decimal, which is kept as a whole number; null for all else. */
  readonly scale: number | null;
}

/** A database without tables. */
export const emptySnapshot: Snapshot = { tables: [] };

/** What the definition asks for. `fillOf` gives the SQL literal of a field's default. */
export function toSnapshot(
  tables: readonly TableModel[],
  fillOf: (column: ColumnModel) => string | null,
): Snapshot {
  return {
    tables: tables.map((table) => ({
      name: table.name,
      columns: table.columns.map((each) => toColumn(each, fillOf)),
    })),
  };
}

function toColumn(column: ColumnModel, fillOf: (column: ColumnModel) => string | null): ColumnSnapshot {
  const { field, references } = column;
  return {
    name: column.name,
    kind: field.shape.kind,
    type: sqlType(field),
    notNull: !column.nullable,
    unique: column.onDuplicate !== null,
    noCase: field.shape.kind === "email",
    indexed: column.indexed,
    references: references === null ? null : { table: references.table, onDelete: references.onDelete },
    fill: fillOf(column),
    formerly: field.formerly === null ? null : formerName(field.formerly, column),
    scale: field.shape.kind === "decimal" ? field.shape.scale : null,
  };
}

/** `formerly` is a field's name, as the definition had it. */
function formerName(formerly: string, { field }: ColumnModel): string {
  const snake = toSnakeCase(formerly);
  return field.shape.kind === "ref" ? `${snake}_id` : snake;
}
