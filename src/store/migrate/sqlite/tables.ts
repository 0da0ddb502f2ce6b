import { versionColumn } from "../../version-column.ts";
import type { ColumnSnapshot, TableSnapshot } from "../snapshot.ts";
import { onDeleteClauses, quoteName } from "../sql.ts";

/** `create table`; `name` where the table shall have another one at first. */
export function createTable(table: TableSnapshot, name: string = table.name): string {
  const columns = [
    ...table.columns.map(columnLine),
    `  ${quoteName(versionColumn)} integer not null default 1`,
  ];
  return `create table ${quoteName(name)} (\n${columns.join(",\n")}\n) strict`;
}

/** The indexes of a table: one for each unique column, reference and indexed column. */
export function createIndexes(table: TableSnapshot): readonly string[] {
  return table.columns.flatMap((column) => createIndex(table.name, column));
}

export function createIndex(table: string, column: ColumnSnapshot): readonly string[] {
  if (!hasIndex(column)) return [];
  const kind = column.unique ? "create unique index" : "create index";
  return [
    `${kind} ${quoteName(indexName(table, column.name))} on ${quoteName(table)} (${quoteName(column.name)})`,
  ];
}

export function dropIndex(table: string, column: ColumnSnapshot): readonly string[] {
  return hasIndex(column) ? [`drop index if exists ${quoteName(indexName(table, column.name))}`] : [];
}

/** A column as `create table` and `alter table ... add column` have it. */
export function columnDefinition(column: ColumnSnapshot): string {
  const parts = [quoteName(column.name), column.type.toLowerCase()];
  if (column.name === "id") parts.push("primary key");
  if (column.notNull) parts.push("not null");
  if (column.noCase) parts.push("collate nocase");
  if (column.references !== null) {
    parts.push(
      `references ${quoteName(column.references.table)} ("id") on delete ${onDeleteClauses[column.references.onDelete]}`,
    );
  }
  return parts.join(" ");
}

/** With a point: with an underscore, `a_b` of `c` and `b` of `a_c` would share a name. */
function indexName(table: string, column: string): string {
  return `${table}.${column}`;
}

function hasIndex({ name, unique, indexed }: ColumnSnapshot): boolean {
  return name !== "id" && (unique || indexed);
}

function columnLine(column: ColumnSnapshot): string {
  return `  ${columnDefinition(column)}`;
}
