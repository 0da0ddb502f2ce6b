import { Client } from "pg";
import type { RowValues, TableModel } from "../../src/schema/table.ts";
import type { MigrationDatabase } from "../../src/store/migrate/database.ts";
import { Migrator } from "../../src/store/migrate/migrator.ts";
import { openPostgresMigrations } from "../../src/store/migrate/postgres/database.ts";
import type { Patience } from "../../src/store/migrate/postgres/patience.ts";
import { directUrl } from "../../src/store/migrate/postgres/session.ts";
import { toSql } from "../../src/store/postgres/values.ts";

/** A migrator of a PostgreSQL database. */
export async function postgresMigrator(
  url: string,
  tables: readonly TableModel[],
  folder = "/nonexistent",
  patience: Partial<Patience> = {},
): Promise<Migrator> {
  return new Migrator({
    database: await openPostgresMigrations(directUrl(url), tables, patience),
    tables,
    folder,
  });
}

/** Runs `work` with a migrator, and closes it. */
export async function withMigrator<T>(
  url: string,
  tables: readonly TableModel[],
  work: (migrator: Migrator) => Promise<T>,
  folder?: string,
): Promise<T> {
  const migrator = await postgresMigrator(url, tables, folder);
  try {
    return await work(migrator);
  } finally {
    await migrator.close();
  }
}

/** Runs `work` on a database as migrations see it. */
export async function withDatabase<T>(
  url: string,
  work: (database: MigrationDatabase) => Promise<T>,
): Promise<T> {
  const database = await openPostgresMigrations(directUrl(url), []);
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}

/** All that the catalog says of the schema, in an order of its own: two databases that are alike have the same. */
export async function catalogOf(url: string): Promise<readonly string[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ line: string }>(catalog);
    return rows.map(({ line }) => line);
  } finally {
    await client.end();
  }
}

const catalog = `
select line from (
  select format('column %s.%s %s %s %s %s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod), o.collname,
    a.attnotnull, pg_get_expr(d.adbin, d.adrelid)) as line
  from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  left join pg_collation o on o.oid = a.attcollation
  left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
  where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
  union all
  select format('index %s %s %s', pg_get_indexdef(indexrelid), indisvalid, indisready)
  from pg_index join pg_class c on c.oid = indrelid where c.relnamespace = 'public'::regnamespace
  union all
  select format('constraint %s %s %s %s', conrelid::regclass, conname, pg_get_constraintdef(oid), convalidated)
  from pg_constraint where connamespace = 'public'::regnamespace and contype <> 'n'
  union all
  select format('trigger %s %s', pg_get_triggerdef(oid), tgenabled) from pg_trigger where not tgisinternal
) lines order by line collate "C"`;

/** Writes rows as a store would. */
export async function insertRow(client: Client, table: TableModel, row: RowValues): Promise<void> {
  const names = table.columns.map(({ name }) => `"${name}"`);
  const slots = names.map((_name, index) => `$${index + 1}`);
  const values = table.columns.map((column) => toSql(column)(row[column.key]));
  await client.query(
    `insert into "${table.name}" (${names.join(", ")}) values (${slots.join(", ")})`,
    values,
  );
}
