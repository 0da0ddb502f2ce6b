import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { t } from "../../src/schema/t.ts";
import type { TableModel } from "../../src/schema/table.ts";
import type { Migrator } from "../../src/store/migrate/migrator.ts";
import { StoreOpenError } from "../../src/store/open-error.ts";
import { openSqliteStore } from "../../src/store/sqlite/open.ts";
import { anything, harmless, sqliteMigrator } from "./migrators.ts";
import { idOf, tableOf, temporaryFolder } from "./tables.ts";

const one = [tableOf("a", { x: t.string() })];
const two = [tableOf("a", { x: t.string(), y: t.int32({ default: 4 }) }), tableOf("b", { z: t.string() })];
const three = [tableOf("a", { x: t.string() })];

/** A database, its folder of migrations, and a migrator for each definition. */
function setUp(context: TestContext): {
  readonly location: string;
  readonly folder: string;
  readonly migrator: (tables: readonly TableModel[]) => Migrator;
} {
  const root = temporaryFolder(context);
  const [location, folder] = [join(root, "files.sqlite"), join(root, "migrations")];
  return {
    location,
    folder,
    migrator: (tables) => {
      const made = sqliteMigrator({ location, tables, folder });
      context.after(() => made.close());
      return made;
    },
  };
}

test("files are written in order, reviewed as SQL, and applied once", async (context) => {
  const { location, folder, migrator } = setUp(context);
  assert.match((await migrator(one).write("Create a", harmless)) ?? "", /0001_create_a\.sql$/);
  await migrator(two).write("add y", harmless);
  assert.equal(await migrator(two).write("nothing", harmless), null);
  const sql = readFileSync(join(folder, "0001_create_a.sql"), "utf8");
  assert.match(sql, /^-- fourfold: sqlite\n\n-- create table a\ncreate table "a"/);
  assert.deepEqual(
    (await migrator(two).status()).map(({ appliedAt }) => appliedAt),
    [null, null],
  );
  assert.deepEqual(await migrator(two).apply(harmless), ["0001_create_a.sql", "0002_add_y.sql"]);
  assert.deepEqual(await migrator(two).apply(harmless), []);
  assert.ok((await migrator(two).status()).every(({ appliedAt }) => appliedAt !== null));
  assert.deepEqual(await migrator(two).verify(), []);
  const store = openSqliteStore({ location, tables: two, migrate: "never" });
  await store.table("a").insert([{ id: idOf(1), x: "v", y: 1 }]);
  await store.close();
  // A database that is kept by files is never changed by itself.
  assert.throws(() => openSqliteStore({ location, tables: one, migrate: "auto" }), StoreOpenError);
});

test("what a file destroys is marked, and verify tells what is missing", async (context) => {
  const { folder, migrator } = setUp(context);
  await migrator(two).write("create", harmless);
  await assert.rejects(
    migrator(three).write("drop", harmless),
    /lose every row of b and every value of a\.y|lose every value of a\.y and every row of b/,
  );
  await migrator(three).write("drop", anything);
  const sql = readFileSync(join(folder, "0002_drop.sql"), "utf8");
  assert.equal(sql.match(/^-- LOSES /gm)?.length, 2, sql);
  assert.ok((await migrator(three).verify()).length > 0);
  await migrator(three).apply(anything);
  assert.deepEqual(await migrator(three).verify(), []);
});

test("a file that was changed or lost after it had been applied is a clear error", async (context) => {
  const { folder, migrator } = setUp(context);
  await migrator(one).write("create a", harmless);
  await migrator(one).apply(harmless);
  const path = join(folder, "0001_create_a.sql");
  const sql = readFileSync(path, "utf8");
  writeFileSync(path, `${sql}-- changed\n`);
  await assert.rejects(migrator(one).apply(harmless), /0001_create_a\.sql was changed after/);
  writeFileSync(path, sql);
  assert.deepEqual(await migrator(one).apply(harmless), []);
});

test("a file that fails leaves nothing of it behind, and those before it stay", async (context) => {
  const { folder, migrator } = setUp(context);
  await migrator(one).write("create a", harmless);
  await migrator(two).write("add y", harmless);
  const path = join(folder, "0002_add_y.sql");
  const sql = readFileSync(path, "utf8");
  writeFileSync(path, `${sql}select nothing from nowhere;\n`);
  await assert.rejects(migrator(two).apply(harmless), /0002_add_y\.sql/);
  assert.deepEqual(
    (await migrator(two).status()).map(({ appliedAt }) => appliedAt !== null),
    [true, false],
  );
  writeFileSync(path, sql);
  assert.deepEqual(await migrator(two).apply(harmless), ["0002_add_y.sql"]);
  assert.deepEqual(await migrator(two).verify(), []);
  assert.equal(readdirSync(folder).length, 3);
});
