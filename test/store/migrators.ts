import type { TableModel } from "../../src/schema/table.ts";
import { Migrator } from "../../src/store/migrate/migrator.ts";
import type { Allowances } from "../../src/store/migrate/plan.ts";
import { SqliteMigrations } from "../../src/store/migrate/sqlite/database.ts";

export { harmless } from "../../src/store/migrate/plan.ts";

export const anything: Allowances = { loss: true, rewrite: true };

/** A migrator of an SQLite file. */
export function sqliteMigrator(options: {
  readonly location: string;
  readonly tables: readonly TableModel[];
  readonly folder: string;
}): Migrator {
  const { location, tables, folder } = options;
  return new Migrator({ database: new SqliteMigrations(location, tables), tables, folder });
}
