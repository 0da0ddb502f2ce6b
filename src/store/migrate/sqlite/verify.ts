import type { Connection, RawRow } from "../../sqlite/connection.ts";
import { versionColumn } from "../../version-column.ts";
import type { ColumnSnapshot, Snapshot, TableSnapshot } from "../snapshot.ts";
import { quoteName } from "../sql.ts";

const clauses = { restrict: "RESTRICT", cascade: "CASCADE", setNull: "SET NULL" } as const;

/** How the tables that a database has differ from those that it shall have, whatever its own record says. */
export function differences(connection: Connection, { tables }: Snapshot): readonly string[] {
  const found = connection
    .all("select name from sqlite_schema where type = 'table' and name not like 'sqlite%'", [])
    .map(({ name }) => String(name))
    .filter((name) => !name.startsWith("fourfold_"));
  const wanted = new Set(tables.map(({ name }) => name));
  return [
    ...tables.flatMap((table) =>
      found.includes(table.name) ? tableDifferences(connection, table) : [`table ${table.name} is missing`],
    ),
    ...found.filter((name) => !wanted.has(name)).map((name) => `table ${name} is not in the definition`),
  ];
}

function tableDifferences(connection: Connection, table: TableSnapshot): readonly string[] {
  const actual = new Map(
    connection
      .all("select * from pragma_table_info(?)", [table.name])
      .map((row) => [String(row["name"]), row]),
  );
  const references = referencesOf(connection, table.name);
  const indexes = indexesOf(connection, table.name);
  const names = new Set([...table.columns.map(({ name }) => name), versionColumn]);
  const collations = collationsOf(connection, table.name);
  return [
    ...(actual.has(versionColumn) ? [] : [`${table.name}.${versionColumn} is missing`]),
    ...table.columns.flatMap((column) => {
      const place = `${table.name}.${column.name}`;
      const row = actual.get(column.name);
      if (row === undefined) return [`${place} is missing`];
      return [
        ...typeDifferences(row, column),
        ...(collations.has(column.name) === column.noCase
          ? []
          : [`compares ${column.noCase ? "with" : "without"} regard to case`]),
        ...differs("refers to", references.get(column.name) ?? "nothing", referenceOf(column)),
        ...differs("has", indexes.get(column.name) ?? "no index", indexOf(column)),
      ].map((difference) => `${place} ${difference}`);
    }),
    ...[...actual.keys()]
      .filter((name) => !names.has(name))
      .map((name) => `${table.name}.${name} is not in the definition`),
  ];
}

function typeDifferences(row: RawRow, column: ColumnSnapshot): readonly string[] {
  return [
    ...differs("is", String(row["type"]).toLowerCase(), column.type.toLowerCase()),
    ...differs(
      "is",
      row["notnull"] === 1 ? "required" : "optional",
      column.notNull ? "required" : "optional",
    ),
    ...(column.name === "id" && row["pk"] !== 1 ? ["is not the primary key"] : []),
  ];
}

function differs(verb: string, actual: string, wanted: string): readonly string[] {
  return actual === wanted ? [] : [`${verb} ${actual} in place of ${wanted}`];
}

function referenceOf({ references }: ColumnSnapshot): string {
  return references === null ? "nothing" : `${references.table} on delete ${clauses[references.onDelete]}`;
}

function indexOf({ name, unique, indexed }: ColumnSnapshot): string {
  if (name === "id" || unique) return "a unique index";
  return indexed ? "an index" : "no index";
}

function referencesOf(connection: Connection, table: string): ReadonlyMap<string, string> {
  const rows = connection.all("select * from pragma_foreign_key_list(?)", [table]);
  return new Map(rows.map((row) => [String(row["from"]), `${row["table"]} on delete ${row["on_delete"]}`]));
}

/** By column, of the indexes over one column only; a unique one counts for more. */
function indexesOf(connection: Connection, table: string): ReadonlyMap<string, string> {
  const rows = connection.all(
    `select list."unique" as "unique", min(info.name) as name from pragma_index_list(?) as list,
      pragma_index_info(list.name) as info where list.partial = 0 group by list.name having count(*) = 1 order by 1`,
    [table],
  );
  return new Map(
    rows.map(({ name, unique }) => [String(name), unique === 1 ? "a unique index" : "an index"]),
  );
}

/** Columns that are compared without regard to case. SQLite tells a column's collation in its text only. */
function collationsOf(connection: Connection, table: string): ReadonlySet<string> {
  const sql = String(
    connection.get("select sql from sqlite_schema where type = 'table' and name = ?", [table])?.["sql"],
  );
  const columns = connection
    .all("select name from pragma_table_info(?)", [table])
    .map(({ name }) => String(name));
  return new Set(
    columns.filter((name) => {
      const start = sql.indexOf(`${quoteName(name)} text`);
      return start !== -1 && /collate nocase/i.test(sql.slice(start).split(/,|\n\)/)[0] ?? "");
    }),
  );
}
