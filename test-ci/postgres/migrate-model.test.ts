import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Client } from "pg";
import type { TableModel } from "../../src/schema/table.ts";
import { StoreOpenError } from "../../src/store/open-error.ts";
import { anyDefinition, rowOf } from "../../test/store/any-definition.ts";
import { anything } from "../../test/store/migrators.ts";
import { catalogOf, insertRow, withDatabase, withMigrator } from "./catalog.ts";
import { notTested, startPostgres } from "./temporary-postgres.ts";

test("PostgreSQL: any definition becomes any other, as it would have been made, or says why not", {
  skip: notTested,
}, async () => {
  const server = await startPostgres({ fsync: "off" });
  try {
    await fc.assert(
      fc.asyncProperty(fc.array(anyDefinition, { minLength: 2, maxLength: 4 }), async (definitions) => {
        const url = await server.createDatabase();
        let rows = 0;
        for (const tables of definitions) {
          if (!(await change(url, tables))) continue;
          assert.deepEqual(await catalogOf(url), await catalogOfNew(await server.createDatabase(), tables));
          await addRows(url, tables, rows);
          rows++;
        }
      }),
      { numRuns: Number(process.env["MIGRATE_RUNS"] ?? 15), endOnFailure: true },
    );
  } finally {
    await server.dispose();
  }
});

/** Whether the definition was taken over. Where it was not, the database is what its own record says. */
async function change(url: string, tables: readonly TableModel[]): Promise<boolean> {
  try {
    await withMigrator(url, tables, async (migrator) => {
      await migrator.apply(anything);
      assert.deepEqual(await migrator.verify(), []);
      assert.deepEqual(await migrator.apply(anything), []);
    });
    return true;
  } catch (thrown) {
    assert.ok(thrown instanceof StoreOpenError, String(thrown));
    await withDatabase(url, async (database) => {
      const found = await database.differences((await database.read()).snapshot);
      // The log follows the definition, once the tables have come to it.
      const ofTables = found.filter((each) => !each.includes("trigger"));
      assert.deepEqual(ofTables, [], thrown.message);
    });
    return false;
  }
}

async function catalogOfNew(url: string, tables: readonly TableModel[]): Promise<readonly string[]> {
  await withMigrator(url, tables, (migrator) => migrator.apply(anything));
  return catalogOf(url);
}

async function addRows(url: string, tables: readonly TableModel[], rows: number): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    for (const table of tables) {
      await insertRow(client, table, rowOf(table, rows));
      const found = await client.query<{ n: number }>(`select count(*)::int as n from "${table.name}"`);
      assert.equal(found.rows[0]?.n, rows + 1, "rows are kept");
    }
  } finally {
    await client.end();
  }
}
