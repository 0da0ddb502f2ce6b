import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import type { Field } from "../../src/schema/field.ts";
import { t } from "../../src/schema/t.ts";
import type { RowValues, TableModel } from "../../src/schema/table.ts";
import { StoreOpenError } from "../../src/store/open-error.ts";
import { openSqliteStore } from "../../src/store/sqlite/open.ts";
import { anything, sqliteMigrator } from "./migrators.ts";
import { idOf, tableOf, temporaryFolder } from "./tables.ts";

const decimal = { precision: 9, scale: 2 } as const;

/** Fields of one name, before and after any change; each takes null, or has a value that every rule allows. */
const anyField: fc.Arbitrary<Field> = fc.constantFrom<Field>(
  t.string({ default: "d" }),
  t.string({ optional: true, unique: true }),
  t.email({ optional: true }),
  t.text({ optional: true, indexed: true }),
  t.int32({ default: 1 }),
  t.int64({ optional: true }),
  t.float({ default: 0.5, indexed: true }),
  t.decimal({ ...decimal, default: "1.25" }),
  t.decimal({ precision: 12, scale: 4, optional: true }),
  t.boolean({ default: true }),
  t.timestamp({ optional: true }),
  t.bytes({ optional: true }),
  t.json({ optional: true }),
  t.string({ default: "d", formerly: "b" }),
  t.int32({ optional: true, formerly: "a" }),
);

const anyReference: fc.Arbitrary<Field> = fc.constantFrom<Field>(
  t.ref("ones", { optional: true }),
  t.ref("ones", { optional: true, onDelete: "cascade" }),
  t.ref("twos", { optional: true, onDelete: "setNull" }),
);

const anyTable = (name: string): fc.Arbitrary<TableModel> =>
  fc
    .tuple(
      fc.dictionary(fc.constantFrom("a", "b", "c"), anyField, { maxKeys: 3, noNullPrototype: true }),
      fc.dictionary(fc.constantFrom("xId", "yId"), anyReference, { maxKeys: 2, noNullPrototype: true }),
    )
    .map(([fields, references]) => tableOf(name, { ...fields, ...references }));

const anyDefinition = fc.tuple(anyTable("ones"), anyTable("twos"));

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

function rowOf({ columns }: TableModel, index: number): RowValues {
  const values = columns.map(({ key, field }) => [key, field.default ?? null]);
  return { ...Object.fromEntries(values), id: idOf(index) };
}
