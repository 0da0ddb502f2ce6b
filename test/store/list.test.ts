import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { everyRow, noRow, type OrderTerm } from "../../src/schema/condition.ts";
import { t } from "../../src/schema/t.ts";
import type { RowValues, StoredRow } from "../../src/schema/table.ts";
import type { Table } from "../../src/store/store.ts";
import { holds, sorted } from "./naive.ts";
import { idOf, openTable, tableOf, unguarded, users } from "./tables.ts";
import { anyCondition, anyOrder, anyThing, things } from "./things.ts";

test("a condition holds in SQL for the rows that it holds for by its definition", async (context) => {
  const table = await openTable(context, [things], "things");
  const rows = fc
    .sample(anyThing, { numRuns: 120, seed: 7 })
    .map((values, index) => ({ id: idOf(index), ...values }));
  await table.insert(rows);
  await fc.assert(
    fc.asyncProperty(anyCondition, async (where) => {
      const expected = rows.filter((row) => holds(where, row)).map(({ id }) => id);
      const found = await table.list({ where, order: [], limit: 1000, after: null });
      assert.deepEqual(idsOf(found), expected);
      assert.equal(await table.count(where), expected.length);
      const one = await table.get(idOf(3), where);
      assert.equal(one !== null, expected.includes(idOf(3)));
      const many = await table.getMany([idOf(9), idOf(999), idOf(3), idOf(9)], where);
      assert.deepEqual(
        many.map((row) => row?.["id"] ?? null),
        [idOf(9), null, idOf(3), idOf(9)].map((id) => (id !== null && expected.includes(id) ? id : null)),
      );
    }),
    { numRuns: 400 },
  );
});

test("pages in any order join to the whole list, while rows come and go in between", async (context) => {
  const table = await openTable(context, [things], "things");
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyThing, { maxLength: 25 }),
      fc.array(anyThing, { maxLength: 4 }),
      anyOrder,
      fc.integer({ min: 1, max: 5 }),
      async (first, added, order, limit) => {
        await clear(table);
        // Even ids first, odd ones between the pages: the new rows sort in among the old.
        const rows = first.map((values, index) => ({ id: idOf(index * 2), ...values }));
        await table.insert(rows);
        const late = added.map((values, index) => ({ id: idOf(index * 4 + 1), ...values }));
        const seen = await readPages(table, order, limit, [...late]);
        const old = seen.filter((id) => !late.some((each) => each.id === id));
        assert.deepEqual(old, idsOf(sorted(rows, order)));
        assert.deepEqual(
          seen,
          idsOf(sorted([...rows, ...late], order)).filter((id) => seen.includes(id)),
        );
        assert.equal(new Set(seen).size, seen.length);
      },
    ),
    { numRuns: 150 },
  );
});

test("an order that starts with the id goes by the id", async (context) => {
  const table = await openTable(context, [things], "things");
  const [base] = fc.sample(anyThing, 1);
  await table.insert([1, 2, 3].map((index) => ({ ...base, id: idOf(index), name: `n${9 - index}` })));
  const order = [
    { key: "id", descending: false },
    { key: "name", descending: false },
  ];
  assert.deepEqual(
    idsOf(await table.list({ where: everyRow, order, limit: 9, after: null })),
    [1, 2, 3].map(idOf),
  );
});

test("every row and no row", async (context) => {
  const table = await openTable(context, [users], "users");
  await table.insert([{ id: idOf(1), name: "a", email: "a@b.c", nick: null }]);
  assert.equal(await table.count(everyRow), 1);
  assert.equal(await table.count(noRow), 0);
  assert.equal(await table.count({ kind: "not", of: noRow }), 1);
});

test("e-mail addresses compare without regard to case", async (context) => {
  const table = await openTable(context, [users], "users");
  await table.insert([{ id: idOf(1), name: "a", email: "Ada@Example.com", nick: null }]);
  const where = { kind: "compare", key: "email", comparator: "=", value: "ada@example.COM" } as const;
  assert.equal(await table.count(where), 1);
  assert.equal(await table.count({ kind: "in", key: "email", values: ["ADA@EXAMPLE.COM"] }), 1);
});

test("octets and decimals can be compared and listed", async (context) => {
  const table = await openTable(
    context,
    [tableOf("blobs", { key: t.bytes(), price: t.decimal({ precision: 6, scale: 2 }) })],
    "blobs",
  );
  const key = new Uint8Array([1, 2, 250]);
  await table.insert([{ id: idOf(1), key, price: "1.50" }]);
  assert.equal(await table.count({ kind: "compare", key: "key", comparator: "=", value: key }), 1);
  assert.equal(await table.count({ kind: "in", key: "key", values: [key] }), 1);
  assert.equal(await table.count({ kind: "in", key: "price", values: ["1.50", "2.00"] }), 1);
  assert.equal(await table.count({ kind: "compare", key: "price", comparator: ">", value: "1.49" }), 1);
});

test("any double is found in a list of doubles", async (context) => {
  const table = await openTable(context, [tableOf("a", { x: t.float() })], "a");
  const doubles = fc.sample(fc.double({ noNaN: true, noDefaultInfinity: true }), 500);
  await table.insert(doubles.map((x, index) => ({ id: idOf(index), x })));
  for (const values of [doubles.slice(0, 250), doubles.slice(250), [...doubles.slice(0, 9), null]]) {
    const expected = doubles.filter((x) => values.some((value) => value === x)).length;
    assert.equal(await table.count({ kind: "in", key: "x", values }), expected);
  }
  assert.equal(await table.count({ kind: "in", key: "x", values: [null] }), 0);
  assert.equal(await table.count({ kind: "in", key: "x", values: [] }), 0);
});

async function clear(table: Table): Promise<void> {
  const rows = await table.list({ where: everyRow, order: [], limit: 1000, after: null });
  await Promise.all(rows.map(({ id }) => table.delete(String(id), unguarded)));
}

async function readPages(
  table: Table,
  order: readonly OrderTerm[],
  limit: number,
  late: RowValues[],
): Promise<readonly unknown[]> {
  const seen: unknown[] = [];
  let after: RowValues | null = null;
  // A page that does not go on would be read for ever.
  for (let pages = 0; pages < 100; pages++) {
    const page: readonly StoredRow[] = await table.list({ where: everyRow, order, limit, after });
    seen.push(...idsOf(page));
    const last = page.at(-1);
    if (last === undefined) return seen;
    after = last;
    // A page goes on after the place of a row, whether or not that is still there.
    if (limit % 2 === 0) await table.delete(String(last["id"]), unguarded);
    const row = late.pop();
    if (row !== undefined) await table.insert([row]);
  }
  throw new Error("The pages have no end");
}

function idsOf(rows: readonly RowValues[]): readonly unknown[] {
  return rows.map((row) => row["id"]);
}
