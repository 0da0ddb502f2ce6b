import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { everyRow } from "../../src/schema/condition.ts";
import { t } from "../../src/schema/t.ts";
import { LogFollower, logOf, rowsOf, sortedRows } from "./log-reader.ts";
import { perEvenRound, perRound, writeMuch } from "./log-writers.ts";
import { blog, idOf, plain, tableOf, tested, unguarded, user, users } from "./tables.ts";
import { anyCondition, anyThing, things } from "./things.ts";

const names = blog.map(({ name }) => name);

test("50 writers and a reader: no change is lost, passed over or told twice", async (context) => {
  const store = await tested.open(context, blog, { inMemory: false });
  const follower = new LogFollower(logOf(store));
  let isOver = false;
  const rounds = 4;
  const writing = Promise.all(Array.from({ length: 50 }, (_, index) => writeMuch(store, index, rounds)));
  await Promise.all([writing.finally(() => (isOver = true)), follower.follow(() => isOver)]);
  assert.deepEqual(sortedRows(follower.rows), sortedRows(await rowsOf(store, names)));
  assert.deepEqual(follower.kinds, {
    created: 50 * rounds * perRound.created,
    updated: 50 * rounds * perRound.updated,
    deleted: 50 * (rounds * perRound.deleted + (rounds / 2) * perEvenRound.deleted),
  });
});

test("rows of every type come back from the log as they are in the table", async (context) => {
  const all = tableOf("alls", {
    text: t.text(),
    whole: t.int32(),
    big: t.int64({ optional: true }),
    real: t.float(),
    exact: t.decimal({ precision: 18, scale: 4 }),
    yes: t.boolean(),
    bytes: t.bytes({ optional: true }),
    at: t.timestamp({ optional: true }),
    day: t.date(),
    kind: t.enum(["a", "b"]),
    any: t.json({ optional: true }),
    list: t.list(t.int64()),
    inner: t.object({ at: t.timestamp(), bytes: t.bytes({ optional: true }) }),
  });
  const store = await tested.open(context, [all]);
  const log = logOf(store);
  const full = {
    id: idOf(1),
    text: "' \"\\ é 😀\n",
    whole: -(2 ** 31),
    big: 2n ** 63n - 1n,
    real: 0.1 + 0.2,
    exact: "-12345678901234.5678",
    yes: true,
    bytes: new Uint8Array([0, 255, 128]),
    at: new Date("2026-01-02T03:04:05.678Z"),
    day: "2026-02-28",
    kind: "b",
    any: { deep: [1, "x", null] },
    list: [-(2n ** 63n), 0n],
    inner: { at: new Date(0), bytes: new Uint8Array([1]) },
  };
  const bare = { ...full, id: idOf(2), big: null, bytes: null, at: null, any: null };
  const rows = await store.table("alls").insert([full, bare]);
  await store.table("alls").update(idOf(1), { yes: false }, unguarded);
  const { changes } = await log.read(0, 10);
  assert.deepEqual(plain(changes[0]?.after?.row), plain(rows[0]));
  assert.deepEqual(plain(changes[1]?.after?.row), plain(rows[1]));
  assert.deepEqual(plain(changes[2]?.before?.row), plain(rows[0]));
  assert.deepEqual(plain(changes[2]?.after?.row), { ...plain(rows[0]), yes: false });
  await fc.assert(
    fc.asyncProperty(fc.double({ noNaN: true, noDefaultInfinity: true }), async (real) => {
      const before = (await log.bounds()).newest;
      await store.table("alls").update(idOf(1), { real }, unguarded);
      const [change] = (await log.read(before, 1)).changes;
      assert.ok(Object.is(change?.after?.row["real"], real === 0 ? 0 : real) || real === 0);
    }),
    { numRuns: 100 },
  );
});

test("a condition holds for a logged row when SQL finds the row", async (context) => {
  const store = await tested.open(context, [things]);
  const log = logOf(store);
  const rows = fc
    .sample(anyThing, { numRuns: 120, seed: 11 })
    .map((values, index) => ({ id: idOf(index), ...values }));
  await store.table("things").insert(rows);
  const { changes } = await log.read(0, 1000);
  await fc.assert(
    fc.asyncProperty(anyCondition, async (where) => {
      const found = await store.table("things").list({ where, order: [], limit: 1000, after: null });
      const holds = log.test("things", where);
      const tested = changes.filter(({ after }) => after !== null && holds(after)).map(({ id }) => id);
      assert.deepEqual(
        tested,
        found.map(({ id }) => id),
      );
    }),
    { numRuns: 400 },
  );
});

test("e-mail addresses are compared without regard to case there, too", async (context) => {
  const store = await tested.open(context, [users]);
  await store.table("users").insert([user(1, { email: "Ann@Example.com" })]);
  const [change] = (await logOf(store).read(0, 1)).changes;
  const holds = (value: string, comparator: "=" | "<") =>
    change?.after != null &&
    logOf(store).test("users", { kind: "compare", key: "email", comparator, value })(change.after);
  assert.equal(holds("aNN@example.COM", "="), true);
  assert.equal(holds("ann@example.con", "<"), true);
  assert.equal(holds("bob@example.com", "="), false);
});

test("the earliest changes are forgotten in small steps, and a reader learns of it", async (context) => {
  const store = await tested.open(context, [users]);
  const log = logOf(store);
  await store.table("users").insert(Array.from({ length: 50 }, (_, index) => user(index)));
  assert.equal(await log.trim(0, 10), 0, "nothing is older than that");
  const later = Date.now() + 60_000;
  assert.equal(await log.trim(later, 20), 20);
  assert.deepEqual(await log.bounds(), { oldest: 20, newest: 50 });
  assert.equal((await log.read(20, 5)).isCut, false);
  assert.equal((await log.read(19, 5)).isCut, true);
  assert.equal((await log.readTable("users", 19)).isCut, true);
  assert.equal(await log.trim(later, 100), 29, "the last one is never forgotten: positions go on from it");
  await store.table("users").insert([user(99)]);
  assert.deepEqual(await log.bounds(), { oldest: 49, newest: 51 });
});

test("a snapshot is of one position, whoever writes meanwhile", async (context) => {
  const store = await tested.open(context, [users], { inMemory: false });
  const log = logOf(store);
  let isOver = false;
  const writing = (async () => {
    for (let index = 0; index < 200; index++) await store.table("users").insert([user(index)]);
    isOver = true;
  })();
  while (!isOver) {
    const { rows, position } = await log.snapshot("users", { where: everyRow, after: null, limit: 1000 });
    assert.equal(rows.length, position);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await writing;
});
