import type { Connection } from "../../sqlite/connection.ts";
import { compareTables, type LiveColumn, type LiveIndex, type LiveTable } from "../compare.ts";
import type { Snapshot } from "../snapshot.ts";
import { quoteName } from "../sql.ts";

/** How the tables that a database has differ from those that it shall have, whatever its own record says. */
export function differences(connection: Connection, wanted: Snapshot): readonly string[] {
  const found = connection
    .all("select name from sqlite_schema where type = 'table' and name not like 'sqlite%'", [])
    .map(({ name }) => String(name))
    .filter((name) => !name.startsWith("fourfold_"));
  return compareTables(new Map(found.map((name) => [name, readTable(connection, name)])), wanted);
}

function readTable(connection: Connection, table: string): LiveTable {
  const references = referencesOf(connection, table);
  const indexes = indexesOf(connection, table);
  const collations = collationsOf(connection, table);
  const rows = connection.all("select * from pragma_table_info(?)", [table]);
  const columns = rows.map((row): readonly [string, LiveColumn] => {
    const name = String(row["name"]);
    const live = {
      type: String(row["type"]).toLowerCase(),
      notNull: row["notnull"] === 1,
      isKey: row["pk"] === 1,
      noCase: collations.has(name),
      references: references.get(name) ?? null,
      index: indexes.get(name) ?? null,
      faults: [],
    };
    return [name, live];
  });
  return { columns: new Map(columns), faults: [] };
}

function referencesOf(connection: Connection, table: string): ReadonlyMap<string, string> {
  const rows = connection.all("select * from pragma_foreign_key_list(?)", [table]);
  return new Map(rows.map((row) => [String(row["from"]), `${row["table"]} on delete ${row["on_delete"]}`]));
}

/** By column, of the indexes over one column only; a unique one counts for more. */
function indexesOf(connection: Connection, table: string): ReadonlyMap<string, LiveIndex> {
  const rows = connection.all(
    `select list."unique" as "unique", min(info.name) as name from pragma_index_list(?) as list,
      pragma_index_info(list.name) as info where list.partial = 0 group by list.name having count(*) = 1 order by 1`,
    [table],
  );
  return new Map(rows.map(({ name, unique }) => [String(name), unique === 1 ? "unique" : "plain"]));
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
