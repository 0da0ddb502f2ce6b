import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { everyRow } from "../../src/schema/condition.ts";
import type { Table, Transaction } from "../../src/store/store.ts";
import { blog, idOf, type StoreOptions, tested, unguarded, user } from "./tables.ts";

/** On SQLite each test runs on a file, where two connections see different states, and in memory, where there is one. */
function onEach(name: string, run: (context: TestContext, options: StoreOptions) => Promise<void>): void {
  if (tested.name === "postgres") {
    test(name, (context) => run(context, {}));
    return;
  }
  test(`${name} (file)`, (context) => run(context, { inMemory: false }));
  test(`${name} (memory)`, (context) => run(context, { inMemory: true }));
}

/** What has to do with the one writer that SQLite has. */
function onSqlite(name: string, run: (context: TestContext, options: StoreOptions) => Promise<void>): void {
  if (tested.name === "sqlite") onEach(name, run);
}

onEach(
  "a transaction is seen by itself at once, and by others when it has ended",
  async (context, options) => {
    const store = await tested.open(context, blog, options);
    const entered = Promise.withResolvers<void>();
    const leave = Promise.withResolvers<void>();
    const written = store.transaction(async (inner) => {
      await inner.table("users").insert([user(1)]);
      assert.equal(await inner.table("users").count(everyRow), 1);
      entered.resolve();
      await leave.promise;
      await inner.table("users").insert([user(2)]);
      return "done";
    });
    await entered.promise;
    const meanwhile = Promise.resolve(store.table("users").count(everyRow));
    if (options.inMemory !== true) assert.equal(await meanwhile, 0);
    const queued = store.table("users").insert([user(3)]);
    leave.resolve();
    assert.equal(await written, "done");
    assert.notEqual(await meanwhile, 1);
    await queued;
    assert.equal(await store.table("users").count(everyRow), 3);
  },
);

onEach("what throws leaves nothing behind, and what it threw comes back", async (context, options) => {
  const store = await tested.open(context, blog, options);
  const boom = new Error("boom");
  const failing = store.transaction(async (inner) => {
    await inner.table("users").insert([user(1)]);
    await inner.replies.save("key", { fingerprint: "f", savedAt: 1, answer: "a" });
    await sleep(1);
    throw boom;
  });
  await assert.rejects(failing, (thrown) => thrown === boom);
  await assert.rejects(
    store.transaction(() => {
      throw boom;
    }),
    (thrown) => thrown === boom,
  );
  assert.equal(await store.table("users").count(everyRow), 0);
  assert.equal(await store.replies.find("key"), null);
  await store.table("users").insert([user(1)]);
});

onEach("a violation within a transaction can be caught, and the rest goes on", async (context, options) => {
  const store = await tested.open(context, blog, options);
  await store.transaction(async (inner) => {
    const table = inner.table("users");
    await table.insert([user(1)]);
    await assert.rejects(async () => table.insert([user(2), user(3, { email: "user1@example.com" })]), {
      code: "TAKEN",
    });
    await assert.rejects(async () => table.update(idOf(1), { name: "x" }, { version: 7, visible: null }), {
      code: "PRECONDITION_FAILED",
    });
    await table.insert([user(4)]);
  });
  const rows = await store.table("users").getMany([1, 2, 3, 4].map(idOf), null);
  assert.deepEqual(
    rows.map((row) => row !== null),
    [true, false, false, true],
  );
});

onEach("a transaction that never ends is undone, and its tables are of no use", async (context, options) => {
  const store = await tested.open(context, blog, { ...options, transactionTimeout: 60 });
  let table: Table | undefined;
  const endless = store.transaction(async (inner) => {
    table = inner.table("users");
    await table.insert([user(1)]);
    await new Promise(() => undefined);
  });
  await assert.rejects(endless, { code: "DEADLINE_EXCEEDED" });
  assert.throws(() => table?.insert([user(2)]), /has ended/);
  assert.equal(await store.table("users").count(everyRow), 0);
  await store.table("users").insert([user(3)]);
});

onEach("tables and replies of a transaction that has ended are of no use", async (context, options) => {
  const store = await tested.open(context, blog, options);
  let kept: Transaction | undefined;
  await store.transaction((inner) => {
    kept = inner;
    inner.table("users");
  });
  assert.throws(() => kept?.table("users").get(idOf(1), null), /has ended/);
  assert.throws(() => kept?.table("users").update(idOf(1), { name: "x" }, unguarded), /has ended/);
  assert.throws(() => kept?.table("users").delete(idOf(1), unguarded), /has ended/);
  assert.throws(() => kept?.replies.find("key"), /has ended/);
});

onEach("transactions come one after another: no increment is lost", async (context, options) => {
  const store = await tested.open(context, blog, options);
  await store.table("users").insert([user(1, { name: "0" })]);
  const increment = (): Promise<unknown> =>
    store.transaction(async (inner) => {
      const row = await inner.table("users").get(idOf(1), null);
      await sleep(Math.random() * 2);
      await inner.table("users").update(idOf(1), { name: String(Number(row?.["name"]) + 1) }, unguarded);
    });
  await Promise.all(Array.from({ length: 20 }, increment));
  assert.equal((await store.table("users").get(idOf(1), null))?.["name"], "20");
});

onEach("replies are kept once a key, and trimmed by age", async (context, options) => {
  const store = await tested.open(context, blog, options);
  const reply = { fingerprint: "f", savedAt: 1_800_000_000_000, answer: '{"a":1}' };
  await store.replies.save("one", reply);
  await store.transaction((inner) => inner.replies.save("two", { ...reply, savedAt: reply.savedAt + 5 }));
  assert.deepEqual(await store.replies.find("one"), reply);
  assert.equal(await store.replies.find("three"), null);
  await store.replies.trim(reply.savedAt + 5);
  assert.equal(await store.replies.find("one"), null);
  assert.notEqual(await store.replies.find("two"), null);
});

onSqlite(
  "behind a transaction that takes its time, writes are turned away before they fill the memory",
  async (context, options) => {
    const store = await tested.open(context, blog, options);
    const entered = Promise.withResolvers<void>();
    const leave = Promise.withResolvers<void>();
    const written = store.transaction(async () => {
      entered.resolve();
      await leave.promise;
    });
    await entered.promise;
    const writes = Array.from({ length: 10_001 }, (_, index) =>
      store.table("users").update(idOf(index), {}, unguarded),
    );
    const refused = await Promise.allSettled([Promise.resolve(writes.at(-1))]);
    assert.equal((refused[0] as { reason?: { code?: string } }).reason?.code, "UNAVAILABLE");
    leave.resolve();
    await written;
    const answers = await Promise.allSettled(writes);
    assert.equal(answers.filter(({ status }) => status === "fulfilled").length, 10_000);
  },
);

onEach("what would wait for the transaction that it is called in fails at once", async (context, options) => {
  const store = await tested.open(context, blog, options);
  const users = store.table("users");
  const refusal = /use the db that transaction\(\.\.\.\) gives its function/;
  const later = Promise.withResolvers<void>();
  const afterwards = Promise.withResolvers<unknown>();
  await store.transaction(async (inner) => {
    await inner.table("users").insert([user(1)]);
    await assert.rejects(async () => users.insert([user(2)]), refusal);
    await assert.rejects(async () => users.delete(idOf(1), unguarded), refusal);
    await assert.rejects(async () => store.transaction(() => 1), refusal);
    await assert.rejects(
      async () => store.replies.save("key", { fingerprint: "f", savedAt: 1, answer: "a" }),
      refusal,
    );
    await sleep(1);
    await Promise.all([assert.rejects(async () => users.update(idOf(1), { name: "X" }, unguarded), refusal)]);
    if (options.inMemory === true) await assert.rejects(async () => users.count(everyRow), refusal);
    else assert.equal(await users.count(everyRow), 0, "the other connection sees what is committed");
    // What was begun here and goes on after the end is outside.
    void later.promise.then(() => users.insert([user(3)])).then(afterwards.resolve, afterwards.reject);
  });
  later.resolve();
  await afterwards.promise;
  assert.equal(await users.count(everyRow), 2);
});

onEach("others who write meanwhile wait as ever", async (context, options) => {
  const store = await tested.open(context, blog, options);
  const inside = Promise.withResolvers<void>();
  const leave = Promise.withResolvers<void>();
  const first = store.transaction(async (inner) => {
    inside.resolve();
    await leave.promise;
    await inner.table("users").insert([user(1)]);
  });
  await inside.promise;
  const second = store.transaction((inner) => inner.table("users").insert([user(2)]));
  const third = store.table("users").insert([user(3)]);
  leave.resolve();
  await Promise.all([first, second, third]);
  assert.equal(await store.table("users").count(everyRow), 3);
});
