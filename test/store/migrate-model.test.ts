import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import type { TableModel } from "../../src/schema/table.ts";
import { StoreOpenError } from "../../src/store/open-error.ts";
import { openSqliteStore } from "../../src/store/sqlite/open.ts";
import { anyDefinition, rowOf } from "./any-definition.ts";
import { anything, sqliteMigrator } from "./migrators.ts";
import { temporaryFolder } from "./tables.ts";

test("any definition becomes any other, or says why not and changes nothing", async (context) => {
  const root = temporaryFolder(context);
  let runs = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(anyDefinition, { minLength: 2, maxLength: 4 }), async (definitions) => {
      const location = join(root, `${runs++}.sqlite`);
      let current: readonly TableModel[] = [];
      let rows = 0;
      for (const tables of definitions) {
        current = (await change(location, current, tables)) ? tables : current;
        const store = openSqliteStore({ location, tables: current, migrate: "never" });
        try {
          for (const table of current) {
            await store.table(table.name).insert([rowOf(table, rows)]);
            const found = await store.table(table.name).count({ kind: "all", of: [] });
            assert.equal(found, rows + 1, "rows are kept");
          }
        } finally {
          await store.close();
        }
        if (current.length > 0) rows++;
      }
    }),
    { numRuns: 60 },
  );
});

/** Whether the definition was taken over. */
async function change(
  location: string,
  from: readonly TableModel[],
  to: readonly TableModel[],
): Promise<boolean> {
  const migrator = sqliteMigrator({ location, tables: to, folder: `${location}-none` });
  const before = sqliteMigrator({ location, tables: from, folder: `${location}-none` });
  try {
    await migrator.apply(anything);
    assert.deepEqual(await migrator.verify(), []);
    return true;
  } catch (thrown) {
    assert.ok(thrown instanceof StoreOpenError, String(thrown));
    assert.deepEqual(await before.verify(), []);
    return false;
  } finally {
    await migrator.close();
    await before.close();
  }
}
