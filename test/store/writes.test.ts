import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { ApiError } from "../../src/errors/api-error.ts";
import { everyRow } from "../../src/schema/condition.ts";
import { bringUpToDate } from "../../src/store/migrate/sqlite/auto.ts";
import { TransactionTable } from "../../src/store/sql/transaction-table.ts";
import { openConnection } from "../../src/store/sqlite/open-connection.ts";
import { TableAccess } from "../../src/store/sqlite/table-access.ts";

import { WriteQueue } from "../../src/store/sqlite/write-queue.ts";
import { blog, idOf, openFor, temporaryFolder, unguarded, user, users } from "./tables.ts";

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

test("on a full disk each write is there or refused, and none is there that was refused", async (context) => {
  const connection = openConnection(join(temporaryFolder(context), "full.sqlite"));
  context.after(() => connection.close());
  bringUpToDate(connection, blog, "auto");
  const access = new TableAccess(users, connection);
  const queue = new WriteQueue(connection, { transaction: 1_000, lock: 50 });
  const size = connection.get("pragma page_count", [])?.["page_count"];
  connection.execute(`pragma max_page_count = ${Number(size) + 4}`);
  const names = ["a", "b", "x".repeat(100_000), "c"];
  const writes = names.map((name, index) => queue.write(() => access.insert([user(index, { name })])));
  const settled = await Promise.allSettled(writes);
  for (const [index, { status }] of settled.entries())
    assert.equal(access.get(idOf(index), null) !== null, status === "fulfilled", `write ${index}`);
  const [, , full] = settled;
  assert.ok(full?.status === "rejected" && full.reason instanceof ApiError);
  assert.deepEqual([full.reason.code, full.reason.retryAfter], ["UNAVAILABLE", 1]);
  // Caught by whoever runs the transaction, and still nothing of it may be there unless it was committed.
  const swallowed = queue.transaction((assertOpen) => {
    const table = new TransactionTable(access, assertOpen);
    void table.insert([user(10)]);
    assert.throws(() => table.insert([user(11, { name: "x".repeat(100_000) })]), { code: "UNAVAILABLE" });
    try {
      void table.insert([user(12)]);
    } catch (thrown) {
      assert.ok(thrown instanceof ApiError);
    }
  });
  const [result] = await Promise.allSettled([swallowed]);
  assert.equal(access.get(idOf(10), null) !== null, result.status === "fulfilled");
});
