import { versionColumn } from "../../version-column.ts";
import type { ColumnSnapshot, TableSnapshot } from "../snapshot.ts";
import { onDeleteClauses, quoteName } from "../sql.ts";
import { constraintName } from "./names.ts";

/** A table without its references, whose targets may come after it. */
export function createTable(table: TableSnapshot): string {
  const lines = [
    ...table.columns.map(columnDefinition),
    `${quoteName(versionColumn)} integer not null default 1`,
    `constraint ${quoteName(constraintName(table.name, "id"))} primary key ("id")`,
  ];
  return `create table ${quoteName(table.name)} (\n${lines.map((line) => `  ${line}`).join(",\n")}\n)`;
}

/**
 * A column as `create table` and `alter table ... add column` have it. The default is kept by the database too, so that a node of before
 * that knows nothing of a column can still write rows.
 */
export function columnDefinition({ name, type, notNull, fill }: ColumnSnapshot): string {
  const parts = [quoteName(name), type];
  if (fill !== null) parts.push(`default ${fill}`);
  if (notNull) parts.push("not null");
  return parts.join(" ");
}

export function hasIndex({ name, unique, indexed }: ColumnSnapshot): boolean {
  return name !== "id" && (unique || indexed);
}

/** `concurrently`: without holding writers up, and outside transactions. */
export function createIndex(
  table: string,
  column: ColumnSnapshot,
  how: "" | "concurrently " = "",
  name: string = constraintName(table, column.name),
): string {
  const kind = column.unique ? "create unique index" : "create index";
  return `${kind} ${how}${quoteName(name)} on ${quoteName(table)} (${indexExpression(column)})`;
}

/** What SQLite's `nocase` compares: letters of ASCII without regard to case, all else to the letter. */
export function indexExpression({ name, noCase }: ColumnSnapshot): string {
  return noCase ? `lower(${quoteName(name)} collate "C")` : quoteName(name);
}

/** The foreign key of a column. `valid` looks at the rows that there are, while nobody may write. */
export function addReference(table: string, column: ColumnSnapshot, valid: boolean): readonly string[] {
  const { name, references } = column;
  if (references === null) return [];
  const [constraint, target] = [quoteName(constraintName(table, name)), quoteName(references.table)];
  const action = onDeleteClauses[references.onDelete];
  return [
    `alter table ${quoteName(table)} add constraint ${constraint} foreign key (${quoteName(name)}) ` +
      `references ${target} ("id") on delete ${action}${valid ? "" : " not valid"}`,
  ];
}

/** Gone, or was not there: a migration that was interrupted may have come so far. */
export function dropConstraint(table: string, name: string): string {
  return `alter table ${quoteName(table)} drop constraint if exists ${quoteName(name)}`;
}
