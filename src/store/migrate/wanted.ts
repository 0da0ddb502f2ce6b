import { toSnakeCase } from "../../base/casing.ts";
import type { ColumnModel, TableModel } from "../../schema/table.ts";
import type { Dialect } from "./dialect.ts";
import type { ColumnSnapshot, Snapshot } from "./snapshot.ts";

/** What the definition asks for. */
export function toSnapshot(tables: readonly TableModel[], dialect: Dialect): Snapshot {
  return {
    tables: tables.map((table) => ({
      name: table.name,
      columns: table.columns.map((each) => toColumn(each, dialect)),
    })),
  };
}

function toColumn(column: ColumnModel, dialect: Dialect): ColumnSnapshot {
  const { field, references } = column;
  return {
    name: column.name,
    kind: field.shape.kind,
    type: dialect.type(field),
    notNull: !column.nullable,
    unique: column.onDuplicate !== null,
    noCase: field.shape.kind === "email",
    indexed: column.indexed,
    references: references === null ? null : { table: references.table, onDelete: references.onDelete },
    fill: dialect.fill(column),
    formerly: field.formerly === null ? null : formerName(field.formerly, column),
    scale: field.shape.kind === "decimal" ? field.shape.scale : null,
  };
}

/** `formerly` is a field's name, as the definition had it. */
function formerName(formerly: string, { field }: ColumnModel): string {
  const snake = toSnakeCase(formerly);
  return field.shape.kind === "ref" ? `${snake}_id` : snake;
}
