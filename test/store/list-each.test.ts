import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { everyRow } from "../../src/schema/condition.ts";
import { t } from "../../src/schema/t.ts";
import { rowVersion, type StoredRow, versionKey } from "../../src/schema/table.ts";
import type { ListQuery } from "../../src/store/store.ts";
import { idOf, openTable, tableOf, tested, unguarded } from "./tables.ts";
import { anyCondition, anyOrder, anyThing, things } from "./things.ts";

/** What rows of `things` refer to, without a table of its own. */
const owned = {
  ...things,
  columns: [...things.columns, ...tableOf("x", { owner: t.string() }).columns.slice(1)],
};

test("a list for each of many values is what a list for every one by itself is", async (context) => {
  const table = await openTable(context, [owned], "things");
  const rows = fc.sample(anyThing, { numRuns: 200, seed: 11 });
  await table.insert(rows.map((values, index) => ({ id: idOf(index), ...values, owner: `o${index % 7}` })));
  const owners = fc.subarray(["o0", "o1", "o2", "o3", "o4", "o5", "o6", "none", "it's"], { minLength: 0 });
  await fc.assert(
    fc.asyncProperty(
      owners,
      anyCondition,
      anyOrder,
      fc.integer({ min: 1, max: 12 }),
      fc.option(fc.integer({ min: 0, max: 199 })),
      async (values, where, order, limit, last) => {
        const after = last === null ? null : await table.get(idOf(last), null);
        const query: ListQuery = { where, order, limit, after };
        const each = await table.listEach({ ...query, key: "owner", values });
        const alone = await Promise.all(
          values.map((value) => {
            const same = { kind: "compare", key: "owner", comparator: "=", value } as const;
            return table.list({ ...query, where: { kind: "all", of: [same, where] } });
          }),
        );
        assert.deepEqual(each, alone);
      },
    ),
    { numRuns: 300 },
  );
});

test("only the columns that are asked for are read, and the id always", async (context) => {
  const store = await tested.open(context, [owned]);
  const table = store.table("things");
  const [values] = fc.sample(anyThing, { numRuns: 1, seed: 3 });
  const common = { ...values, live: true, total: 5n, madeAt: new Date(7) };
  await table.insert([0, 1].map((index) => ({ id: idOf(index), ...common, owner: `o${index}` })));
  const columns = ["total", "live"];
  const keysOf = (row: StoredRow | null | undefined) => [
    ...Object.keys(row ?? {}).sort(),
    ...Object.getOwnPropertySymbols(row ?? {}),
  ];
  const query = { where: everyRow, order: [{ key: "madeAt", descending: true }], limit: 5, after: null };
  const [one] = await table.getMany([idOf(0)], null, columns);
  const [, two] = await table.getMany([idOf(0), idOf(1)], null, columns);
  const [listed] = await table.list({ ...query, columns });
  const [[each] = [], [other] = []] = await table.listEach({
    ...query,
    columns,
    key: "owner",
    values: ["o0", "o1"],
  });
  const [[single] = []] = await table.listEach({ ...query, columns: [], key: "owner", values: ["o1"] });
  const byId = { ...query, order: [], columns, key: "owner" };
  const [[first] = []] = await table.listEach({ ...byId, values: ["o0", "o1"] });
  const found = [one, two, listed, each, other, first];
  assert.deepEqual(found.map(keysOf), Array(6).fill(["id", "live", "total"]));
  assert.deepEqual(keysOf(single), ["id"]);
  assert.deepEqual([two?.["total"], two?.["live"], other?.["id"]], [5n, true, idOf(1)]);
  const [madeAt] = await table.list({ ...query, columns: ["madeAt"] });
  assert.deepEqual(madeAt?.["madeAt"], new Date(7));
  const every = (await table.get(idOf(0), null, Object.keys(common).concat("owner"))) ?? {};
  assert.equal(Object.keys(every).length, owned.columns.length);
  assert.ok(!(rowVersion in every), "all columns are not the version");
});

test("the version is read where it is asked for, after whatever columns", async (context) => {
  const table = await openTable(context, [owned], "things");
  const [values] = fc.sample(anyThing, { numRuns: 1, seed: 3 });
  await table.insert([0, 1].map((index) => ({ id: idOf(index), ...values, total: 5n, owner: `o${index}` })));
  await table.update(idOf(1), { total: 6n }, unguarded);
  for (const columns of [
    [versionKey],
    [versionKey, "total"],
    [...Object.keys(values ?? {}), "owner", versionKey],
  ]) {
    const query = { where: everyRow, order: [], limit: 5, after: null, columns };
    const rows = [
      await table.get(idOf(1), null, columns),
      (await table.getMany([idOf(0), idOf(1)], null, columns))[1],
      (await table.list(query))[1],
      (await table.listEach({ ...query, key: "owner", values: ["o0", "o1"] }))[1]?.[0],
      (
        await table.listEach({
          ...query,
          order: [{ key: "total", descending: true }],
          key: "owner",
          values: ["o0", "o1"],
        })
      )[1]?.[0],
    ];
    for (const row of rows) {
      assert.equal(row?.["id"], idOf(1));
      assert.strictEqual(row[rowVersion], 2);
      assert.strictEqual(row["total"], columns.includes("total") ? 6n : undefined);
    }
  }
});

test("lists by id, whether short or long, and whatever was added first", async (context) => {
  const table = await openTable(context, [owned], "things");
  const ids = ["b", "\u{ffee}", "a", "\u{1f600}", "c", "A", "d", "e"];
  const [values] = fc.sample(anyThing, { numRuns: 1, seed: 5 });
  const inOrder = ["A", "a", "b", "c", "\u{ffee}", "\u{1f600}"];
  // On PostgreSQL ids are UUIDs.
  const all = [...inOrder, "d", "e"];
  const toId = (text: string): string => (tested.name === "sqlite" ? text : idOf(all.indexOf(text)));
  const rows = ids.map((id, index) => ({
    ...values,
    id: toId(id),
    owner: index < 6 ? "many" : `o${index}`,
  }));
  await table.insert(rows);
  const query = {
    where: everyRow,
    order: [],
    after: null,
    key: "owner",
    values: ["o6", "many", "o7", "none"],
  };
  for (const limit of [7, 6, 5, 3, 2, 1, 7]) {
    const lists = await table.listEach({ ...query, limit });
    const expected = [["d"], inOrder.slice(0, limit), ["e"], []].map((list) => list.map(toId));
    assert.deepEqual(
      lists.map((list) => list.map(({ id }) => id)),
      expected,
    );
  }
});

test("lists of many values are one statement", async (context) => {
  const store = await tested.open(context, [owned]);
  const before = store.reads;
  const values = Array.from({ length: 500 }, (_, index) => `o${index}`);
  const lists = await store
    .table("things")
    .listEach({ key: "owner", values, where: everyRow, order: [], limit: 3, after: null });
  assert.equal(lists.length, 500);
  assert.equal(store.reads - before, 1);
});
