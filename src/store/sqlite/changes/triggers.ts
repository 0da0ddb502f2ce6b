import { randomBytes } from "node:crypto";
import type { ColumnModel, TableModel } from "../../../schema/table.ts";
import { versionColumn } from "../../version-column.ts";
import type { Connection } from "../connection.ts";

/**
 * The log, and what is known of each table in it. Positions are without gaps: SQLite has one writer at a time, numbers a row after
 * the last one, and the last one is never forgotten.
 */
const logTables = `
create table if not exists "fourfold_changes" (
  "position" integer primary key,
  "at" integer not null,
  "table" text not null,
  "row_id" text not null,
  "kind" text not null,
  "version" integer not null,
  "before" text,
  "after" text
) strict;
create table if not exists "fourfold_watched" (
  "table" text primary key,
  "identity" text not null,
  "triggers" text not null
) strict, without rowid;
`;

/**
 * Has the database itself log every change of watched tables: triggers see what no statement of ours names, such as rows that a
 * foreign key deletes or changes, and the row before an update. Where a table's triggers were missing or others, its history begins
 * anew; `aside` are tables whose triggers were only put aside for the length of this transaction.
 */
export function installTriggers(
  connection: Connection,
  tables: readonly TableModel[],
  aside: ReadonlySet<string> = new Set(),
): void {
  for (const { name } of foundTriggers(connection)) connection.execute(`drop trigger ${quote(name)}`);
  const wanted = tables.filter((table) => triggersOf(table) !== "");
  if (wanted.length > 0) connection.execute(logTables);
  for (const table of wanted) {
    const text = triggersOf(table);
    connection.execute(text);
    if (aside.has(table.name) && text === knownTriggers(connection, table)) continue;
    connection.run(
      `insert into "fourfold_watched" ("table", "identity", "triggers") values (?, ?, ?)
        on conflict ("table") do update set "identity" = excluded."identity", "triggers" = excluded."triggers"`,
      [table.name, randomBytes(6).toString("base64url"), text],
    );
  }
}

/** Whether the triggers are those that {@link installTriggers} would make. */
export function hasTriggers(connection: Connection, tables: readonly TableModel[]): boolean {
  const found = foundTriggers(connection);
  const wanted = tables.filter((table) => triggersOf(table) !== "");
  if (wanted.length === 0) return found.length === 0;
  const isThere = connection.get(`select 1 from sqlite_schema where "name" = 'fourfold_watched'`, []);
  if (isThere === undefined) return false;
  const count = wanted.flatMap((table) => triggerNames(table)).length;
  return found.length === count && wanted.every((table) => isComplete(connection, found, table));
}

function isComplete(connection: Connection, found: readonly FoundTrigger[], table: TableModel): boolean {
  const names = new Set(found.map(({ name }) => name));
  return (
    triggerNames(table).every((name) => names.has(name)) &&
    knownTriggers(connection, table) === triggersOf(table)
  );
}

function knownTriggers(connection: Connection, { name }: TableModel): unknown {
  return connection.get(`select "triggers" from "fourfold_watched" where "table" = ?`, [name])?.["triggers"];
}

/** Puts all triggers aside, since tables cannot be changed under them. Answers which tables had theirs. */
export function dropTriggers(connection: Connection): ReadonlySet<string> {
  const found = foundTriggers(connection);
  for (const { name } of found) connection.execute(`drop trigger ${quote(name)}`);
  return new Set(found.map(({ table }) => table));
}

interface FoundTrigger {
  readonly name: string;
  readonly table: string;
}

function foundTriggers(connection: Connection): readonly FoundTrigger[] {
  const sql = `select "name", "tbl_name" from sqlite_schema where "type" = 'trigger' and "name" like 'fourfold.%'`;
  return connection
    .all(sql, [])
    .map((row) => ({ name: String(row["name"]), table: String(row["tbl_name"]) }));
}

/** The triggers of a table as SQL; empty where it needs none. */
function triggersOf(table: TableModel): string {
  const cleared = clearedColumns(table);
  const version = cleared.length > 0 ? [versionTrigger(table, cleared)] : [];
  return [...version, ...(table.watched ? logTriggers(table) : [])].join(";\n");
}

function triggerNames(table: TableModel): readonly string[] {
  const version = clearedColumns(table).length > 0 ? ["version"] : [];
  return [...version, ...(table.watched ? ["created", "updated", "deleted"] : [])].map((each) =>
    triggerName(table, each),
  );
}

function triggerName({ name }: TableModel, what: string): string {
  return `fourfold.${name}.${what}`;
}

/** References that the database itself clears. */
function clearedColumns({ columns }: TableModel): readonly ColumnModel[] {
  return columns.filter(({ references }) => references?.onDelete === "setNull");
}

function logTriggers(table: TableModel): readonly string[] {
  const version = quote(versionColumn);
  const columns = table.columns.map(({ name }) => quote(name)).join(", ");
  return [
    logTrigger(table, "created", "insert", `new.${version}`),
    // Not of the version alone: that is the second half of what a foreign key has begun.
    logTrigger(table, "updated", `update of ${columns}`, `max(new.${version}, old.${version} + 1)`),
    logTrigger(table, "deleted", "delete", `old.${version}`),
  ];
}

function logTrigger(
  table: TableModel,
  kind: "created" | "updated" | "deleted",
  event: string,
  version: string,
): string {
  const before = kind === "created" ? "null" : rowExpression("old", table);
  const after = kind === "deleted" ? "null" : rowExpression("new", table);
  const id = kind === "deleted" ? 'old."id"' : 'new."id"';
  return `create trigger ${quote(triggerName(table, kind))} after ${event} on ${quote(table.name)} begin
  insert into "fourfold_changes" ("at", "table", "row_id", "kind", "version", "before", "after") values (
    cast(unixepoch('subsec') * 1000 as integer), ${literal(table.name)}, ${id}, ${literal(kind)}, ${version},
    ${before},
    ${after}
  );
end`;
}

/** A reference that a foreign key clears is a change like others: the row's version grows, and with it its ETag. */
function versionTrigger(table: TableModel, cleared: readonly ColumnModel[]): string {
  const columns = cleared.map((column) => quote(column.name)).join(", ");
  const version = quote(versionColumn);
  return `create trigger ${quote(triggerName(table, "version"))} after update of ${columns} on ${quote(table.name)}
when new.${version} = old.${version} begin
  update ${quote(table.name)} set ${version} = old.${version} + 1 where "id" = new."id";
end`;
}

/** By the columns' names, so that a process of another release, which knows other columns, takes none for another. */
function rowExpression(row: "old" | "new", { columns }: TableModel): string {
  const members = columns.map((column) => `${literal(column.name)}, ${valueExpression(row, column)}`);
  return `json_object(${members.join(", ")})`;
}

/** What JSON in JavaScript has no place for goes as text: octets, and whole numbers of more than 53 bits. */
function valueExpression(row: "old" | "new", { name, field }: ColumnModel): string {
  const value = `${row}.${quote(name)}`;
  switch (field.shape.kind) {
    case "bytes":
      return `iif(${value} is null, null, hex(${value}))`;
    case "int64":
    case "decimal":
      return `cast(${value} as text)`;
    default:
      return value;
  }
}

function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
