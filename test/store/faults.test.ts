import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { everyRow } from "../../src/schema/condition.ts";
import { openSqliteStore, SqliteStore } from "../../src/store/sqlite/open.ts";
import { openConnection } from "../../src/store/sqlite/open-connection.ts";
import { blog, idOf, openFor, temporaryFolder, unguarded, user } from "./tables.ts";

const refused = { code: "UNAVAILABLE", retryAfter: 1 };

/** A store, and a hold on the connection that it writes with. */
async function openWithHold(context: TestContext) {
  const location = join(temporaryFolder(context), "faults.sqlite");
  await openSqliteStore({ location, tables: blog, migrate: "auto" }).close();
  const writer = openConnection(location);
  const store = new SqliteStore({ location, tables: blog, migrate: "never", lockTimeout: 50 }, writer);
  context.after(() => store.close());
  const pages = Number(writer.get("pragma page_count", [])?.["page_count"]);
  return {
    store,
    users: store.table("users"),
    fill: () => writer.execute(`pragma max_page_count = ${pages + 2}`),
    free: () => writer.execute("pragma max_page_count = 1000000"),
    undo: () => writer.execute("rollback"),
    freeze: (on: boolean) => writer.execute(`pragma query_only = ${on ? "on" : "off"}`),
  };
}

const big = "x".repeat(100_000);

test("a full disk refuses single writes, batches and transactions, keeps what was told, and recovers", async (context) => {
  const { store, users, fill, free } = await openWithHold(context);
  await users.insert([user(1)]);
  fill();
  await assert.rejects(async () => users.insert([user(2, { name: big })]), refused);
  await assert.rejects(async () => users.insert([user(2), user(3, { name: big }), user(4)]), refused);
  await assert.rejects(async () => users.update(idOf(1), { name: big }, unguarded), refused);
  const inside = store.transaction(async (inner) => {
    await inner.table("users").insert([user(5)]);
    await inner.table("users").insert([user(6, { name: big }), user(7)]);
  });
  await assert.rejects(inside, refused);
  assert.equal(await users.count(everyRow), 1);
  free();
  await users.insert([user(2, { name: big })]);
  assert.equal(await users.count(everyRow), 2);
});

test("a transaction that SQLite has undone writes nothing on its own, whatever its handler caught", async (context) => {
  const { store, users, undo } = await openWithHold(context);
  const swallowing = store.transaction(async (inner) => {
    const table = inner.table("users");
    await table.insert([user(8)]);
    // As an I/O error would: SQLite ends the transaction by itself.
    undo();
    assert.throws(() => table.insert([user(10)]), refused);
    assert.throws(() => inner.replies.find("key"), refused);
  });
  await assert.rejects(swallowing, refused);
  assert.equal(await users.count(everyRow), 0);
  await users.insert([user(1)]);
});

test("writes that share a turn with one that fills the disk are told the truth", async (context) => {
  const { users, fill, free } = await openWithHold(context);
  fill();
  const writes = Array.from({ length: 20 }, async (_, index) =>
    users.insert([user(index, index === 9 ? { name: big } : {})]),
  );
  const settled = await Promise.allSettled(writes);
  for (const [index, { status }] of settled.entries())
    assert.equal((await users.get(idOf(index), null)) !== null, status === "fulfilled");
  free();
});

test("a database that may only be read refuses writes, and answers reads", async (context) => {
  const { store, users, freeze } = await openWithHold(context);
  await users.insert([user(1)]);
  freeze(true);
  await assert.rejects(async () => users.insert([user(2)]), refused);
  await assert.rejects(async () => users.delete(idOf(1), unguarded), refused);
  await assert.rejects(
    store.transaction((inner) => inner.table("users").insert([user(3)])),
    refused,
  );
  assert.notEqual(await users.get(idOf(1), null), null);
  await store.ready();
  freeze(false);
  await users.insert([user(2)]);
});

test("while another process holds the lock, reads and timers go on, and the writes follow it", async (context) => {
  const location = join(temporaryFolder(context), "locked.sqlite");
  const store = openSqliteStore({ location, tables: blog, migrate: "auto" });
  context.after(() => store.close());
  await store.table("users").insert([user(1)]);
  const other = new DatabaseSync(location);
  context.after(() => other.close());
  other.exec("begin immediate; update users set name = 'other'");
  const written = store.table("users").insert([user(2)]);
  const transaction = store.transaction(async (inner) => inner.table("users").get(idOf(1), null));
  const start = performance.now();
  for (let turn = 0; turn < 10; turn++) await sleep(5);
  assert.ok(performance.now() - start < 1_000, "the event loop was held up");
  assert.equal((await store.table("users").get(idOf(1), null))?.["name"], "User 1");
  other.exec("commit");
  await written;
  assert.equal((await transaction)?.["name"], "other");
});

test("a store that closes waits for a transaction that runs and for writes behind it", async (context) => {
  const location = join(temporaryFolder(context), "closing.sqlite");
  const store = openFor(context, blog, location);
  const order: string[] = [];
  const transaction = store.transaction(async (inner) => {
    await inner.table("users").insert([user(1)]);
    await sleep(30);
    await inner.table("users").insert([user(2)]);
    order.push("transaction");
  });
  const write = store.table("users").insert([user(3)]);
  await store.close().then(() => order.push("closed"));
  await Promise.all([transaction, write]);
  assert.deepEqual(order, ["transaction", "closed"]);
  assert.equal(await openFor(context, blog, location).table("users").count(everyRow), 3);
});

test("in memory, nobody finds a reply that is not committed", async (context) => {
  const store = openFor(context, blog);
  const entered = Promise.withResolvers<void>();
  const failing = store.transaction(async (inner) => {
    await inner.replies.save("key", { fingerprint: "f", savedAt: 1, answer: "{}" });
    entered.resolve();
    await sleep(5);
    throw new Error("undone");
  });
  await entered.promise;
  const found = Promise.resolve(store.replies.find("key"));
  await assert.rejects(failing, /undone/);
  assert.equal(await found, null);
});
