import assert from "node:assert/strict";
import { test } from "node:test";
import { everyRow, noRow } from "../../src/schema/condition.ts";
import { t } from "../../src/schema/t.ts";
import { rowVersion } from "../../src/schema/table.ts";
import { blog, idOf, openTable, plain, tableOf, tested, unguarded, user } from "./tables.ts";

test("a second row with a unique value gets the error of that column", async (context) => {
  const table = await openTable(context, blog, "users");
  await table.insert([user(1), user(2, { nick: "two" })]);
  const email = { message: "email USER1@example.com", code: "TAKEN" };
  await assert.rejects(async () => table.insert([user(3, { email: "USER1@example.com" })]), email);
  await assert.rejects(async () => table.insert([user(3, { nick: "two" })]), { message: "nick two" });
  await assert.rejects(async () => table.update(idOf(1), { nick: "two" }, unguarded), {
    message: "nick two",
  });
  assert.equal((await table.get(idOf(1), null))?.[rowVersion], 1);
  // Nulls are not alike: any number of rows may have none.
  await table.insert([user(4), user(5)]);
});

test("a second row with the same id is refused as a caller's fault", async (context) => {
  const table = await openTable(context, blog, "users");
  await table.insert([user(1)]);
  await assert.rejects(async () => table.insert([user(1, { email: "other@example.com" })]), {
    code: "CONFLICT",
  });
});

test("a reference to no row names itself and the id", async (context) => {
  const store = await tested.open(context, blog);
  await store.table("users").insert([user(1)]);
  const table = store.table("posts");
  const post = { id: idOf(10), title: "t", authorId: idOf(1), editorId: null };
  const byEditor = { code: "MISSING", message: `editorId ${idOf(8)}` };
  await assert.rejects(async () => table.insert([{ ...post, authorId: idOf(9) }]), {
    message: `authorId ${idOf(9)}`,
  });
  await assert.rejects(async () => table.insert([{ ...post, editorId: idOf(8) }]), byEditor);
  await table.insert([post]);
  await assert.rejects(async () => table.update(idOf(10), { editorId: idOf(8) }, unguarded), byEditor);
});

test("deleting refuses, follows or clears references as they say", async (context) => {
  const store = await tested.open(context, blog);
  await store.table("users").insert([user(1), user(2)]);
  await store.table("posts").insert([{ id: idOf(10), title: "t", authorId: idOf(1), editorId: idOf(2) }]);
  await store.table("comments").insert([{ id: idOf(20), text: "c", postId: idOf(10) }]);
  const refused = { code: "STILL_REFERENCED", message: "users" };
  await assert.rejects(async () => store.table("users").delete(idOf(1), unguarded), refused);
  assert.equal(await store.table("users").delete(idOf(2), unguarded), true);
  assert.equal((await store.table("posts").get(idOf(10), null))?.["editorId"], null);
  assert.equal(await store.table("posts").delete(idOf(10), unguarded), true);
  assert.equal(await store.table("comments").count(everyRow), 0);
});

test("rows of one insert may refer to each other, and all of it is written or nothing", async (context) => {
  const folders = tableOf("folders", { parentId: t.ref("folders", { optional: true }) });
  const table = await openTable(context, [folders], "folders");
  await table.insert([
    { id: idOf(1), parentId: null },
    { id: idOf(2), parentId: idOf(1) },
  ]);
  const broken = [
    { id: idOf(3), parentId: idOf(1) },
    { id: idOf(4), parentId: idOf(99) },
  ];
  await assert.rejects(async () => table.insert(broken), { message: `parentId ${idOf(99)}` });
  assert.equal(await table.count(everyRow), 2);
});

test("a guard's version must be the row's", async (context) => {
  const table = await openTable(context, blog, "users");
  await table.insert([user(1)]);
  const stale = { version: 1, visible: null };
  assert.equal((await table.update(idOf(1), { name: "b" }, stale))?.[rowVersion], 2);
  const refused = { code: "PRECONDITION_FAILED" };
  await assert.rejects(async () => table.update(idOf(1), { name: "c" }, stale), refused);
  await assert.rejects(async () => table.update(idOf(1), {}, stale), refused);
  await assert.rejects(async () => table.delete(idOf(1), stale), refused);
  assert.equal(plain(await table.get(idOf(1), null))?.["name"], "b");
  assert.equal(await table.update(idOf(2), { name: "c" }, stale), null);
  assert.equal(await table.delete(idOf(2), stale), false);
  assert.equal(await table.delete(idOf(1), { version: 2, visible: null }), true);
});

test("a row that is not visible is as if it were not there, whatever its version", async (context) => {
  const table = await openTable(context, blog, "users");
  await table.insert([user(1)]);
  for (const version of [null, 1, 9]) {
    const hidden = { version, visible: noRow };
    assert.equal(await table.update(idOf(1), { name: "b" }, hidden), null);
    assert.equal(await table.update(idOf(1), {}, hidden), null);
    assert.equal(await table.delete(idOf(1), hidden), false);
  }
  const seen = { kind: "compare", key: "name", comparator: "=", value: "User 1" } as const;
  assert.equal(await table.get(idOf(1), noRow), null);
  assert.equal((await table.update(idOf(1), { name: "b" }, { version: 1, visible: seen }))?.["name"], "b");
  assert.equal(await table.delete(idOf(1), { version: null, visible: seen }), false);
});

test("changing nothing leaves the version", async (context) => {
  const table = await openTable(context, blog, "users");
  await table.insert([user(1)]);
  assert.equal((await table.update(idOf(1), {}, unguarded))?.[rowVersion], 1);
  assert.equal(await table.update(idOf(2), {}, unguarded), null);
  assert.deepEqual(await table.insert([]), []);
  assert.deepEqual(await table.getMany([], null), []);
});

test("an id of another form is nobody's, whatever is done with it", async (context) => {
  const table = await openTable(context, blog, "users");
  await table.insert([user(1)]);
  assert.equal(await table.get("none", null), null);
  const rows = await table.getMany(["none", idOf(1)], null);
  assert.deepEqual(
    rows.map((row) => row?.["id"]),
    [undefined, idOf(1)],
  );
  assert.equal(await table.update("none", { name: "x" }, unguarded), null);
  assert.equal(await table.update("none", {}, unguarded), null);
  assert.equal(await table.delete("none", unguarded), false);
});
