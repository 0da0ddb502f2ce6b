import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { everyRow } from "../../src/schema/condition.ts";
import { blog, idOf, openFor, temporaryFolder, unguarded, user } from "./tables.ts";

test("writes of one turn share a commit, and a failing one takes nothing else with it", async (context) => {
  const store = openFor(context, blog, join(temporaryFolder(context), "group.sqlite"));
  const table = store.table("users");
  const before = store.commits;
  const writes = Array.from({ length: 64 }, (_, index) =>
    Promise.resolve(table.insert([user(index, index % 8 === 5 ? { email: "user0@example.com" } : {})])),
  );
  const settled = await Promise.allSettled(writes);
  assert.equal(store.commits - before, 1);
  assert.equal(settled.filter(({ status }) => status === "rejected").length, 8);
  assert.equal(await table.count(everyRow), 56);
});

test("half of an insert is undone while its neighbours stay", async (context) => {
  const table = openFor(context, blog).table("users");
  const settled = await Promise.allSettled([
    table.insert([user(1)]),
    table.insert([user(2), user(3, { email: "user1@example.com" })]),
    table.insert([user(4)]),
  ]);
  assert.deepEqual(
    settled.map(({ status }) => status),
    ["fulfilled", "rejected", "fulfilled"],
  );
  assert.equal(await table.get(idOf(2), null), null);
  assert.equal(await table.count(everyRow), 2);
});

test("writes keep the order in which they came, transactions among them", async (context) => {
  const store = openFor(context, blog);
  const table = store.table("users");
  const done = [
    table.insert([user(1)]),
    table.update(idOf(1), { name: "second" }, unguarded),
    store.transaction(async (inner) => {
      const row = await inner.table("users").get(idOf(1), null);
      await turn();
      return inner.table("users").update(idOf(1), { name: `${row?.["name"]}, third` }, unguarded);
    }),
    table.update(idOf(1), { nick: "fourth" }, unguarded),
  ];
  await Promise.all(done);
  const row = await table.get(idOf(1), null);
  assert.deepEqual([row?.["name"], row?.["nick"]], ["second, third", "fourth"]);
});

test("what was written is read at once by whoever awaited it", async (context) => {
  const table = openFor(context, blog, join(temporaryFolder(context), "own.sqlite")).table("users");
  for (let index = 0; index < 20; index++) {
    await table.insert([user(index)]);
    assert.notEqual(await table.get(idOf(index), null), null);
    await table.update(idOf(index), { name: "changed" }, unguarded);
    assert.equal((await table.get(idOf(index), null))?.["name"], "changed");
  }
});

test("a store that is closed answers nobody, and finishes what it had taken on", async (context) => {
  const location = join(temporaryFolder(context), "closed.sqlite");
  const store = openFor(context, blog, location);
  const written = store.table("users").insert([user(1)]);
  await store.close();
  await written;
  await assert.rejects(async () => store.table("users").insert([user(2)]), { code: "UNAVAILABLE" });
  await assert.rejects(async () => store.ready());
  await store.close();
  assert.notEqual(await openFor(context, blog, location).table("users").get(idOf(1), null), null);
});

test("another process that holds the file makes writes unavailable, with a time to come back", async (context) => {
  const { DatabaseSync } = await import("node:sqlite");
  const location = join(temporaryFolder(context), "busy.sqlite");
  const store = openFor(context, blog, location);
  const other = new DatabaseSync(location);
  other.exec("begin immediate");
  const refused = { code: "UNAVAILABLE", retryAfter: 1 };
  await assert.rejects(async () => store.table("users").insert([user(1)]), refused);
  other.exec("rollback");
  other.close();
  await store.table("users").insert([user(1)]);
});
