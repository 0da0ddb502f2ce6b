import { versionColumn } from "../sqlite/row-decoder.ts";
import type { ColumnSnapshot, TableSnapshot } from "./snapshot.ts";

const onDelete = { restrict: "restrict", cascade: "cascade", setNull: "set null" } as const;

/** Names come from the definition, whose check allows letters, digits and underscores only; quoted, none is a keyword. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

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

export function createIndex(table: string, { name, unique, indexed }: ColumnSnapshot): readonly string[] {
  if (name === "id" || (!unique && !indexed)) return [];
  const kind = unique ? "create unique index" : "create index";
  return [`${kind} ${quoteName(indexName(table, name))} on ${quoteName(table)} (${quoteName(name)})`];
}

/** With a point: with an underscore, `a_b` of `c` and `b` of `a_c` would share a name. */
export function indexName(table: string, column: string): string {
  return `${table}.${column}`;
}

/** A column as `create table` and `alter table ... add column` have it. */
export function columnDefinition(column: ColumnSnapshot): string {
  const parts = [quoteName(column.name), column.type.toLowerCase()];
  if (column.name === "id") parts.push("primary key");
  if (column.notNull) parts.push("not null");
  if (column.noCase) parts.push("collate nocase");
  if (column.references !== null) {
    parts.push(
      `references ${quoteName(column.references.table)} ("id") on delete ${onDelete[column.references.onDelete]}`,
    );
  }
  return parts.join(" ");
}

function columnLine(column: ColumnSnapshot): string {
  return `  ${columnDefinition(column)}`;
}
