import assert from "node:assert/strict";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { everyRow } from "../../src/schema/condition.ts";
import type { Field } from "../../src/schema/field.ts";
import { t } from "../../src/schema/t.ts";
import { StoreOpenError } from "../../src/store/open-error.ts";
import { openSqliteStore } from "../../src/store/sqlite/open.ts";
import { anything, harmless, sqliteMigrator } from "./migrators.ts";
import { idOf, tableOf, temporaryFolder } from "./tables.ts";

interface Change {
  readonly name: string;
  readonly from: Field;
  readonly to: Field;
  readonly was: readonly unknown[];
  readonly is: readonly unknown[];
  readonly lossy?: true;
}

const at = new Date("2024-02-29T12:34:56.789Z");
const cents = t.decimal({ precision: 10, scale: 2 });

const changes: readonly Change[] = [
  { name: "string to text", from: t.string(), to: t.text(), was: ["a'b"], is: ["a'b"] },
  { name: "string to e-mail", from: t.string(), to: t.email(), was: ["A@b.c"], is: ["A@b.c"] },
  { name: "enum to string", from: t.enum(["x"]), to: t.string(), was: ["x"], is: ["x"] },
  { name: "int32 to string", from: t.int32(), to: t.string(), was: [-5], is: ["-5"] },
  {
    name: "int64 to string",
    from: t.int64(),
    to: t.text(),
    was: [2n ** 63n - 1n],
    is: ["9223372036854775807"],
  },
  { name: "boolean to string", from: t.boolean(), to: t.string(), was: [true, false], is: ["true", "false"] },
  { name: "boolean to int32", from: t.boolean(), to: t.int32(), was: [true, false], is: [1, 0] },
  { name: "timestamp to string", from: t.timestamp(), to: t.string(), was: [at], is: [at.toISOString()] },
  {
    name: "timestamp to date",
    from: t.timestamp(),
    to: t.date(),
    was: [at],
    is: ["2024-02-29"],
    lossy: true,
  },
  {
    name: "date to timestamp",
    from: t.date(),
    to: t.timestamp(),
    was: ["2024-02-29"],
    is: [new Date("2024-02-29")],
  },
  {
    name: "decimal to int64",
    from: cents,
    to: t.int64(),
    was: ["10.50", "-3.00"],
    is: [10n, -3n],
    lossy: true,
  },
  { name: "int32 to decimal", from: t.int32(), to: cents, was: [7, -7], is: ["7.00", "-7.00"] },
  {
    name: "decimal to float",
    from: cents,
    to: t.float(),
    was: ["10.50", "-0.25"],
    is: [10.5, -0.25],
    lossy: true,
  },
  {
    name: "float to decimal",
    from: t.float(),
    to: cents,
    was: [10.5, -0.1],
    is: ["10.50", "-0.10"],
    lossy: true,
  },
  { name: "int32 to float", from: t.int32(), to: t.float(), was: [3], is: [3] },
  { name: "int32 to int64", from: t.int32(), to: t.int64(), was: [-3], is: [-3n] },
  { name: "list to json", from: t.list(t.int32()), to: t.json(), was: [[1, 2]], is: [[1, 2]] },
];

for (const { name, from, to, was, is, lossy } of changes) {
  test(`${name}: values are kept in their new type${lossy ? ", as far as it can hold them" : ""}`, async (context) => {
    const root = temporaryFolder(context);
    const location = join(root, "kinds.sqlite");
    await write(location, from, was);
    const tables = [tableOf("a", { x: to })];
    const migrator = sqliteMigrator({ location, tables, folder: join(root, "none") });
    context.after(() => migrator.close());
    if (lossy) await assert.rejects(migrator.apply(harmless), /lose values of a\.x/);
    await migrator.apply(lossy === true ? anything : harmless);
    assert.deepEqual(await migrator.verify(), []);
    assert.deepEqual(await read(location, to), is);
  });
}

test("what no rule can decide is an obstacle while there are values, and none without", async (context) => {
  for (const [from, to, value] of [
    [t.string(), t.timestamp(), "yesterday"],
    [t.string(), t.int32(), "many"],
    [t.int32(), t.boolean(), 5],
    [t.int64(), t.int32(), 2n ** 40n],
    [t.text(), t.json(), "{"],
    [t.bytes(), t.string(), new Uint8Array([255])],
    [cents, t.string(), "1.50"],
  ] as const) {
    const location = join(temporaryFolder(context), "kinds.sqlite");
    await write(location, from, [value]);
    const tables = [tableOf("a", { x: to })];
    const open = () => openSqliteStore({ location, tables, migrate: "auto" });
    assert.throws(
      open,
      (thrown) => thrown instanceof StoreOpenError && /a\.x changes from .* decided/.test(thrown.message),
    );
    assert.deepEqual(await read(location, from), [value]);
    const store = openSqliteStore({ location, tables: [tableOf("a", { x: from })], migrate: "auto" });
    await store.table("a").delete(idOf(0), { version: null, visible: null });
    await store.close();
    await open().close();
  }
});

test("a table without rows takes a required field without a default", async (context) => {
  const location = join(temporaryFolder(context), "empty.sqlite");
  await write(location, t.string(), []);
  const tables = [tableOf("a", { x: t.string(), y: t.int32() })];
  const store = openSqliteStore({ location, tables, migrate: "auto" });
  await store.table("a").insert([{ id: idOf(1), x: "v", y: 1 }]);
  await store.close();
});

test("tables that refer to each other, and to themselves, are made and rebuilt with their rows", async (context) => {
  const location = join(temporaryFolder(context), "cycle.sqlite");
  const edition = (name: Field) => [
    tableOf("teams", { leadId: t.ref("people", { optional: true }), name }),
    tableOf("people", {
      teamId: t.ref("teams", { onDelete: "cascade" }),
      bossId: t.ref("people", { optional: true }),
      name,
    }),
  ];
  const store = openSqliteStore({ location, tables: edition(t.string()), migrate: "auto" });
  await store.transaction(async (inner) => {
    await inner.table("teams").insert([{ id: idOf(1), leadId: null, name: "t" }]);
    await inner.table("people").insert([{ id: idOf(2), teamId: idOf(1), bossId: idOf(2), name: "p" }]);
    await inner.table("teams").update(idOf(1), { leadId: idOf(2) }, { version: null, visible: null });
  });
  await store.close();
  const again = openSqliteStore({ location, tables: edition(t.string({ optional: true })), migrate: "auto" });
  context.after(() => again.close());
  assert.equal((await again.table("teams").get(idOf(1), null))?.["leadId"], idOf(2));
  await assert.rejects(
    async () => again.table("people").insert([{ id: idOf(3), teamId: idOf(9), bossId: null, name: null }]),
    { message: `teamId ${idOf(9)}` },
  );
  await assert.rejects(async () => again.table("people").delete(idOf(2), { version: null, visible: null }), {
    code: "STILL_REFERENCED",
  });
});

test("a reference may come, change what deleting does, and go", async (context: TestContext) => {
  const location = join(temporaryFolder(context), "reference.sqlite");
  const users = tableOf("users", { name: t.string() });
  const posts = (fields: Readonly<Record<string, Field>>) =>
    tableOf("posts", { title: t.string(), ...fields });
  const apply = async (table: ReturnType<typeof posts>): Promise<void> => {
    const migrator = sqliteMigrator({ location, tables: [users, table], folder: `${location}-none` });
    await migrator.apply(anything);
    assert.deepEqual(await migrator.verify(), []);
    await migrator.close();
  };
  await apply(posts({}));
  for (const onDelete of ["restrict", "setNull", "cascade"] as const)
    await apply(posts({ authorId: t.ref("users", { optional: true, onDelete }) }));
  await apply(
    posts({ writerId: t.ref("users", { optional: true, onDelete: "cascade", formerly: "author" }) }),
  );
  await apply(posts({}));
});

async function write(location: string, field: Field, values: readonly unknown[]): Promise<void> {
  const store = openSqliteStore({ location, tables: [tableOf("a", { x: field })], migrate: "auto" });
  await store.table("a").insert(values.map((x, index) => ({ id: idOf(index), x })));
  await store.close();
}

async function read(location: string, field: Field): Promise<readonly unknown[]> {
  const store = openSqliteStore({ location, tables: [tableOf("a", { x: field })], migrate: "never" });
  try {
    const rows = await store.table("a").list({ where: everyRow, order: [], limit: 100, after: null });
    return rows.map((row) => row["x"]);
  } finally {
    await store.close();
  }
}
