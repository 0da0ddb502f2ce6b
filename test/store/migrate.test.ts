import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type TestContext, test } from "node:test";
import { everyRow } from "../../src/schema/condition.ts";
import { t } from "../../src/schema/t.ts";
import { type RowValues, rowVersion, type TableModel } from "../../src/schema/table.ts";
import { StoreOpenError } from "../../src/store/open-error.ts";
import { openSqliteStore } from "../../src/store/sqlite/open.ts";
import { anything, harmless, sqliteMigrator } from "./migrators.ts";
import { blog, idOf, plain, tableOf, temporaryFolder, unguarded, user } from "./tables.ts";

/** Writes rows by one definition, opens the file by another, and answers the rows that are there then. */
async function evolve(
  context: TestContext,
  before: readonly TableModel[],
  rows: readonly RowValues[],
  after: readonly TableModel[],
): Promise<readonly (RowValues | null)[]> {
  const location = join(temporaryFolder(context), "evolving.sqlite");
  const name = before[0]?.name ?? "";
  const first = openSqliteStore({ location, tables: before, migrate: "auto" });
  await first.table(name).insert(rows);
  await first.table(name).update(idOf(1), { kept: "changed" }, unguarded);
  await first.close();
  const second = openSqliteStore({ location, tables: after, migrate: "auto" });
  try {
    const found = await second.table(name).list({ where: everyRow, order: [], limit: 100, after: null });
    assert.equal(found[0]?.[rowVersion], 2, "versions are kept");
    await second.table(name).update(idOf(1), { kept: "still writable" }, unguarded);
    return found.map(plain);
  } finally {
    await second.close();
  }
}

const kept = t.string();
const first = { id: idOf(1), kept: "one" };
const changed = { id: idOf(1), kept: "changed" };

test("a new table and a new optional column", async (context) => {
  const after = [tableOf("a", { kept, note: t.string({ optional: true }) }), tableOf("b", { x: t.int32() })];
  assert.deepEqual(await evolve(context, [tableOf("a", { kept })], [first], after), [
    { ...changed, note: null },
  ]);
});

test("a new required column is filled with its default, of any kind", async (context) => {
  const after = tableOf("a", {
    kept,
    word: t.string({ default: "it's" }),
    price: t.decimal({ precision: 8, scale: 2, default: "1.50" }),
    big: t.int64({ default: 9007199254740993n }),
    live: t.boolean({ default: true }),
    at: t.timestamp({ default: new Date(5) }),
    key: t.bytes({ default: new Uint8Array([0, 255]) }),
    tags: t.list(t.string(), { default: ["x"] }),
  });
  assert.deepEqual(await evolve(context, [tableOf("a", { kept })], [first], [after]), [
    {
      ...changed,
      word: "it's",
      price: "1.50",
      big: 9007199254740993n,
      live: true,
      at: new Date(5),
      key: new Uint8Array([0, 255]),
      tags: ["x"],
    },
  ]);
});

test("a column that was formerly called something else keeps its values and its index", async (context) => {
  const before = tableOf("a", { kept, oldName: t.string({ unique: true }) });
  const after = tableOf("a", { kept, newName: t.string({ unique: true, formerly: "oldName" }) });
  assert.deepEqual(await evolve(context, [before], [{ ...first, oldName: "v" }], [after]), [
    { ...changed, newName: "v" },
  ]);
});

test("a column may become optional, and required with a default", async (context) => {
  const before = tableOf("a", { kept, x: t.int32(), y: t.int32({ optional: true }) });
  const after = tableOf("a", { kept, x: t.int32({ optional: true }), y: t.int32({ default: 7 }) });
  const rows = [
    { ...first, x: 1, y: null },
    { id: idOf(2), kept: "two", x: 2, y: 3 },
  ];
  assert.deepEqual(await evolve(context, [before], rows, [after]), [
    { ...changed, x: 1, y: 7 },
    { id: idOf(2), kept: "two", x: 2, y: 3 },
  ]);
});

test("types that lose nothing are changed: int32 to int64, number to text, more digits", async (context) => {
  const before = tableOf("a", { kept, n: t.int32(), s: t.int32(), d: t.decimal({ precision: 6, scale: 1 }) });
  const after = tableOf("a", { kept, n: t.int64(), s: t.string(), d: t.decimal({ precision: 9, scale: 3 }) });
  assert.deepEqual(await evolve(context, [before], [{ ...first, n: 5, s: 6, d: "-1.5" }], [after]), [
    { ...changed, n: 5n, s: "6", d: "-1.500" },
  ]);
});

test("an index and uniqueness come and go", async (context) => {
  const location = join(temporaryFolder(context), "indexes.sqlite");
  const open = (x: TableModel) => openSqliteStore({ location, tables: [x], migrate: "auto" });
  const loose = tableOf("a", { x: t.string() });
  for (const tables of [loose, tableOf("a", { x: t.string({ indexed: true }) }), loose])
    await open(tables).close();
  const store = open(tableOf("a", { x: t.string({ unique: true }) }));
  await store.table("a").insert([{ id: idOf(1), x: "v" }]);
  await assert.rejects(async () => store.table("a").insert([{ id: idOf(2), x: "v" }]), { code: "TAKEN" });
  await store.close();
  const again = open(loose);
  await again.table("a").insert([{ id: idOf(2), x: "v" }]);
  await again.close();
  // Uniqueness that rows break already is refused in one line, and changes nothing.
  assert.throws(() => open(tableOf("a", { x: t.string({ unique: true }) })), StoreOpenError);
  await open(loose).close();
});

test("a table that others refer to is rebuilt with their references intact", async (context) => {
  const location = join(temporaryFolder(context), "referenced.sqlite");
  const store = openSqliteStore({ location, tables: blog, migrate: "auto" });
  await store.table("users").insert([user(1)]);
  await store.table("posts").insert([{ id: idOf(10), title: "t", authorId: idOf(1), editorId: null }]);
  await store.table("comments").insert([{ id: idOf(20), text: "c", postId: idOf(10) }]);
  await store.close();
  const nameOptional = blog.map((table) =>
    table.name === "users"
      ? tableOf("users", {
          name: t.string({ optional: true }),
          email: t.email({ unique: true }),
          nick: t.string({ optional: true, unique: true }),
        })
      : table,
  );
  const again = openSqliteStore({ location, tables: nameOptional, migrate: "auto" });
  assert.equal(await again.table("comments").count(everyRow), 1);
  await assert.rejects(async () => again.table("posts").update(idOf(10), { authorId: idOf(9) }, unguarded), {
    code: "MISSING",
  });
  await assert.rejects(async () => again.table("users").delete(idOf(1), unguarded), {
    code: "STILL_REFERENCED",
  });
  await again.close();
});

test("nothing is lost without being told: columns, tables and digits", async (context) => {
  const before = [
    tableOf("a", { kept, gone: t.string({ optional: true }), d: t.decimal({ precision: 6, scale: 2 }) }),
    tableOf("b", { x: t.string() }),
  ];
  const location = join(temporaryFolder(context), "lost.sqlite");
  const store = openSqliteStore({ location, tables: before, migrate: "auto" });
  await store.table("a").insert([
    { ...first, gone: "dear", d: "1.25" },
    { id: idOf(2), kept: "two", gone: null, d: "1.00" },
  ]);
  await store.close();
  const [a, b] = before;
  assert.ok(a !== undefined && b !== undefined);
  const d = t.decimal({ precision: 6, scale: 2 });
  const refused: readonly (readonly [readonly TableModel[], RegExp])[] = [
    [[a], /every row of b/],
    [[tableOf("a", { kept, d }), b], /a\.gone/],
    [
      [
        tableOf("a", { kept, gone: t.string({ optional: true }), d: t.decimal({ precision: 6, scale: 1 }) }),
        b,
      ],
      /a\.d/,
    ],
    [
      [tableOf("a", { kept, gone: t.string({ optional: true }), d, fresh: t.string() }), b],
      /a\.fresh.*default/,
    ],
    [[tableOf("a", { kept, gone: t.string(), d }), b], /a\.gone.*required/],
  ];
  for (const [tables, reason] of refused) {
    assert.throws(
      () => openSqliteStore({ location, tables, migrate: "auto" }),
      (thrown) => thrown instanceof StoreOpenError && reason.test(thrown.message),
      String(reason),
    );
  }
  const again = openSqliteStore({ location, tables: before, migrate: "never" });
  assert.deepEqual(plain(await again.table("a").get(idOf(1), null)), { ...first, gone: "dear", d: "1.25" });
  await again.close();
});

test("with loss allowed, what the definition no longer has is dropped", async (context) => {
  const folder = temporaryFolder(context);
  const location = join(folder, "dropped.sqlite");
  const before = [
    tableOf("a", { kept, gone: t.string({ optional: true }) }),
    tableOf("b", { x: t.string() }),
  ];
  const store = openSqliteStore({ location, tables: before, migrate: "auto" });
  await store.table("a").insert([{ ...first, gone: "dear" }]);
  await store.close();
  const after = [tableOf("a", { kept })];
  const migrator = sqliteMigrator({ location, tables: after, folder: join(folder, "none") });
  await assert.rejects(migrator.apply(harmless), /lose/);
  assert.equal((await migrator.apply(anything)).length, 2);
  assert.deepEqual(await migrator.verify(), []);
  await migrator.close();
  const again = openSqliteStore({ location, tables: after, migrate: "never" });
  assert.deepEqual(plain(await again.table("a").get(idOf(1), null)), first);
  await again.close();
});

test("a database that is not up to date is refused with migrate: never", (context) => {
  const location = join(temporaryFolder(context), "never.sqlite");
  const open = (): unknown => openSqliteStore({ location, tables: blog, migrate: "never" });
  assert.throws(open, (thrown) => thrown instanceof StoreOpenError && /migrate/.test(thrown.message));
  const probe = new DatabaseSync(location);
  assert.equal(probe.prepare("select 1 from sqlite_schema where name = 'users'").get(), undefined);
  probe.close();
});
