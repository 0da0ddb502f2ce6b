import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { whenReady } from "../../src/base/awaitable.ts";
import { type Condition, everyRow, noRow } from "../../src/schema/condition.ts";
import { t } from "../../src/schema/t.ts";
import type { ListQuery } from "../../src/store/store.ts";
import { idOf, tableOf, tested } from "./tables.ts";

const notes = tableOf("notes", { owner: t.string(), text: t.string(), secret: t.boolean() });
const page: ListQuery = { where: everyRow, order: [], limit: 10, after: null };
const open: Condition = { kind: "compare", key: "secret", comparator: "=", value: false };

async function filled(context: TestContext) {
  const store = await tested.open(context, [notes]);
  const rows = Array.from({ length: 20 }, (_, index) => ({
    id: idOf(index),
    owner: `o${index % 4}`,
    text: `t${index}`,
    secret: index % 5 === 0,
  }));
  await store.table("notes").insert(rows);
  return { store, table: store.table("notes") };
}

test("reads by key of one turn are one statement, and each has its own rows", async (context) => {
  const { store, table } = await filled(context);
  const before = store.reads;
  const answers = await Promise.all([
    table.joined.get(idOf(3), null),
    table.joined.getMany([idOf(4), idOf(99), idOf(3), idOf(4)], null),
    table.joined.get(idOf(99), null),
    table.joined.getMany([], null),
  ]);
  const [one, many, none, nothing] = answers;
  assert.equal(one?.["text"], "t3");
  assert.deepEqual(
    many.map((row) => row?.["text"] ?? null),
    ["t4", null, "t3", "t4"],
  );
  assert.deepEqual([none, nothing], [null, []]);
  assert.equal(store.reads - before, 1);
});

test("lists by reference of one turn are one statement", async (context) => {
  const { store, table } = await filled(context);
  const before = store.reads;
  const [first, second] = await Promise.all([
    table.joined.listEach({ ...page, key: "owner", values: ["o1", "o2"] }),
    table.joined.listEach({ ...page, key: "owner", values: ["o2", "o3", "none"] }),
  ]);
  const textsOf = (lists: typeof first) => lists.map((list) => list.slice(0, 2).map((row) => row["text"]));
  assert.deepEqual(textsOf(first), [
    ["t1", "t5"],
    ["t2", "t6"],
  ]);
  assert.deepEqual(textsOf(second), [["t2", "t6"], ["t3", "t7"], []]);
  assert.equal(store.reads - before, 1);
});

test("the same list and the same count are read once", async (context) => {
  const { store, table } = await filled(context);
  const before = store.reads;
  const [a, b, c, count, again] = await Promise.all([
    table.joined.list({ ...page, where: { ...open } }),
    table.joined.list({ ...page, where: { ...open } }),
    table.joined.list({ ...page, where: { ...open }, limit: 3 }),
    table.joined.count(open),
    table.joined.count(open),
  ]);
  assert.deepEqual(a, b);
  assert.deepEqual(a.slice(0, 3), c);
  assert.deepEqual([count, again], [16, 16]);
  assert.equal(store.reads - before, 3);
});

test("what one caller may not see does not come to it with the rows of another", async (context) => {
  const { store, table } = await filled(context);
  const before = store.reads;
  const ids = [idOf(0), idOf(1)];
  const [all, some, none] = await Promise.all([
    table.joined.getMany(ids, null),
    table.joined.getMany(ids, open),
    table.joined.getMany(ids, noRow),
  ]);
  const seen = [all, some, none].map((rows) => rows.map((row) => row !== null));
  assert.deepEqual(seen, [
    [true, true],
    [false, true],
    [false, false],
  ]);
  assert.equal(store.reads - before, 3);
  const every = { ...page, key: "owner", values: ["o0"] };
  const [mine, theirs] = await Promise.all([
    table.joined.listEach(every),
    table.joined.listEach({ ...every, where: open }),
  ]);
  assert.equal(mine[0]?.length, 5);
  assert.equal(theirs[0]?.length, 4);
});

test("conditions that JSON writes alike are not the same", async (context) => {
  const { table } = await filled(context);
  const same = (value: unknown): Condition => ({ kind: "compare", key: "text", comparator: "=", value });
  const found = await Promise.all(
    [same("t1"), same("t2"), same(null)].map((where) => table.joined.list({ ...page, where })),
  );
  assert.deepEqual(
    found.map((rows) => rows.length),
    [1, 1, 0],
  );
});

test("what is asked for with an answer is read in the same turn, together again", async (context) => {
  const { store, table } = await filled(context);
  const before = store.reads;
  const order: string[] = [];
  setImmediate(() => setImmediate(() => order.push("next turn")));
  const owners = [0, 1, 2].map(async (index) => {
    // Not awaited in between: the next read is asked for as the row comes.
    const lists = whenReady(table.joined.get(idOf(index), null), (row) =>
      table.joined.listEach({ ...page, key: "owner", values: [String(row?.["owner"])] }),
    );
    const [list] = await lists;
    order.push("read");
    return list?.length;
  });
  assert.deepEqual(await Promise.all(owners), [5, 5, 5]);
  assert.equal(store.reads - before, 2);
  if (tested.name === "sqlite") assert.deepEqual(order.slice(0, 3), ["read", "read", "read"]);
});

test("a read that fails fails for all who share it, and for nobody else", async (context) => {
  const { table } = await filled(context);
  const broken: Condition = { kind: "compare", key: "nowhere", comparator: "=", value: 1 };
  const answers = await Promise.allSettled([
    table.joined.list({ ...page, where: broken }),
    table.joined.list({ ...page, where: broken }),
    table.joined.get(idOf(1), broken),
    table.joined.get(idOf(1), null),
  ]);
  assert.deepEqual(
    answers.map(({ status }) => status),
    ["rejected", "rejected", "rejected", "fulfilled"],
  );
});

test("within a transaction nothing waits for others, and its own writes are seen", async (context) => {
  const { store } = await filled(context);
  await store.transaction(async (transaction) => {
    const table = transaction.table("notes");
    await table.update(idOf(1), { text: "changed" }, { version: null, visible: null });
    const row = await table.joined.get(idOf(1), null);
    assert.equal(row?.["text"], "changed");
  });
});
