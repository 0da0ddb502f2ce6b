import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Field } from "../../src/schema/field.ts";
import { t } from "../../src/schema/t.ts";
import { rowVersion } from "../../src/schema/table.ts";
import { idOf, openTable, plain, tableOf, tested, unguarded } from "./tables.ts";

const text = fc.string({ unit: "binary" }).filter((each) => each.isWellFormed() && !each.includes("\0"));
const int32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const float = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
const date = fc.date({ min: new Date("0001-01-01"), max: new Date("9999-12-31"), noInvalidDate: true });
const bytes = fc.uint8Array({ maxLength: 40 });
const json = fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.parse(JSON.stringify(value)) as unknown);

const address = t.object({
  street: t.string(),
  since: t.timestamp({ optional: true }),
  count: t.int64(),
  key: t.bytes(),
});
const anyAddress = fc.record(
  { street: text, since: date, count: int64, key: bytes },
  { requiredKeys: ["street", "count", "key"], noNullPrototype: true },
);

const kinds: readonly (readonly [string, Field, fc.Arbitrary<unknown>])[] = [
  ["string", t.string({ optional: true }), text],
  ["text", t.text({ optional: true }), text],
  ["int32", t.int32({ optional: true }), int32],
  ["int64", t.int64({ optional: true }), int64],
  ["float", t.float({ optional: true }), float],
  ["decimal2", t.decimal({ precision: 18, scale: 2, optional: true }), decimal(16, 2)],
  ["decimal0", t.decimal({ precision: 18, scale: 0, optional: true }), decimal(18, 0)],
  ["decimal18", t.decimal({ precision: 18, scale: 18, optional: true }), decimal(0, 18)],
  ["boolean", t.boolean({ optional: true }), fc.boolean()],
  ["bytes", t.bytes({ optional: true }), bytes],
  ["timestamp", t.timestamp({ optional: true }), date],
  ["day", t.date({ optional: true }), date.map((each) => each.toISOString().slice(0, 10))],
  ["word", t.enum(["draft", "live"], { optional: true }), fc.constantFrom("draft", "live")],
  ["json", t.json({ optional: true }), json.filter((each) => each !== null)],
  ["dates", t.list(t.timestamp(), { optional: true }), fc.array(date, { maxLength: 4 })],
  ["address", address, anyAddress],
  ["addresses", t.list(address, { optional: true }), fc.array(anyAddress, { maxLength: 3 })],
];

test("a value of each kind comes back as it was, null too", async (context) => {
  for (const [name, field, values] of kinds) {
    const store = await tested.open(context, [tableOf("things", { value: field })]);
    const table = store.table("things");
    let next = 0;
    const value = field.optional ? fc.option(values) : values;
    await fc.assert(
      fc.asyncProperty(value, value, async (first, second) => {
        const id = idOf(next++);
        const [inserted] = await table.insert([{ id, value: first }]);
        assert.deepEqual(plain(inserted), { id, value: first }, name);
        assert.deepEqual(plain(await table.get(id, null)), { id, value: first }, name);
        const updated = await table.update(id, { value: second }, unguarded);
        assert.deepEqual(plain(updated), { id, value: second }, name);
        assert.equal(updated?.[rowVersion], 2);
      }),
      { numRuns: 60 },
    );
  }
});

test("a row of many kinds keeps its keys in the definition's order, and a number for its version", async (context) => {
  const table = await openTable(
    context,
    [tableOf("wide", Object.fromEntries(kinds.map(([n, f]) => [n, f])))],
    "wide",
  );
  const values = Object.fromEntries(kinds.map(([name, , each]) => [name, fc.sample(each, 1)[0]]));
  await table.insert([{ id: idOf(1), ...values }]);
  const row = await table.get(idOf(1), null);
  assert.deepEqual(plain(row), { id: idOf(1), ...values });
  assert.deepEqual(Object.keys(row ?? {}), ["id", ...kinds.map(([name]) => name)]);
  assert.equal(row?.[rowVersion], 1);
});

test("numbers, decimals and timestamps sort by what they mean", async (context) => {
  const table = await openTable(
    context,
    [
      tableOf("sorted", {
        price: t.decimal({ precision: 18, scale: 2 }),
        big: t.int64(),
        at: t.timestamp(),
      }),
    ],
    "sorted",
  );
  const prices = ["-10.50", "-9.00", "0.00", "9.50", "10.00", "100.25"];
  const rows = prices.map((price, index) => ({
    id: idOf(prices.length - index),
    price,
    big: BigInt(index - 3) * 3_000_000_000_000_000_000n,
    at: new Date(Date.UTC(900 + index * 300, 0, 1)),
  }));
  await table.insert(rows);
  for (const key of ["price", "big", "at"]) {
    const order = [{ key, descending: false }];
    const found = await table.list({ where: { kind: "all", of: [] }, order, limit: 10, after: null });
    assert.deepEqual(
      found.map((row) => row["price"]),
      prices,
      key,
    );
  }
});

test("a required JSON value may be null, and a default that is one fills rows", async (context) => {
  const table = await openTable(context, [tableOf("a", { x: t.json() })], "a");
  const [row] = await table.insert([{ id: idOf(1), x: null }]);
  assert.equal(row?.["x"], null);
  await table.update(idOf(1), { x: { a: [null] } }, unguarded);
  await table.update(idOf(1), { x: null }, unguarded);
  assert.equal((await table.get(idOf(1), null))?.["x"], null);
});

test("a decimal with more digits than its column has is refused, not cut off", async (context) => {
  const table = await openTable(context, [tableOf("a", { x: t.decimal({ precision: 6, scale: 2 }) })], "a");
  await assert.rejects(async () => table.insert([{ id: idOf(1), x: "1.999" }]), RangeError);
  await table.insert([{ id: idOf(1), x: "1.9900" }]);
  assert.equal((await table.get(idOf(1), null))?.["x"], "1.99");
});

/** Canonical decimals: no needless zero in front, exactly `scale` digits behind, no negative zero. */
function decimal(digits: number, scale: number): fc.Arbitrary<string> {
  const limit = 10n ** BigInt(digits + scale) - 1n;
  return fc.bigInt({ min: -limit, max: limit }).map((scaled) => {
    const all = (scaled < 0n ? -scaled : scaled).toString().padStart(scale + 1, "0");
    const sign = scaled < 0n ? "-" : "";
    return scale === 0 ? sign + all : `${sign}${all.slice(0, -scale)}.${all.slice(-scale)}`;
  });
}
