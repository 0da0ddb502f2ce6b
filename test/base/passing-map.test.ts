import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { PassingMap } from "../../src/base/passing-map.ts";

/** Few keys, so that they come again; texts and numbers of the same digits are different keys. */
const key = fc.oneof(
  fc.integer({ min: -40, max: 40 }),
  fc.constantFrom(0, 2 ** 32, 2 ** 40, Number.MAX_SAFE_INTEGER, 7 + 2 ** 31),
  fc.integer({ min: 0, max: 40 }).map(String),
  fc.constantFrom("", "__proto__", "é", "\u{1f600}", "x".repeat(1_000)),
);

const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("set"), key }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant("delete"), key }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("deleteAll"), key }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom("clear", "fill"), key }) },
);

type Steps = readonly { readonly kind: string; readonly key: string | number }[];

function compare(steps: Steps): void {
  const map = new PassingMap<string | number, object>();
  const model = new Map<string | number, object>();
  const set = (each: string | number): void => {
    const value = { each };
    map.set(each, value);
    model.set(each, value);
  };
  const remove = (each: string | number): void => {
    map.delete(each);
    model.delete(each);
  };
  for (const { kind, key: each } of steps) {
    if (kind === "set") set(each);
    else if (kind === "delete") remove(each);
    else if (kind === "deleteAll") for (const one of map.keys()) remove(one);
    else if (kind === "fill") for (let index = 0; index < 100; index++) set(`${each} ${index}`);
    else {
      map.clear();
      model.clear();
    }
    assert.equal(map.size, model.size);
    assert.strictEqual(map.get(each), model.get(each));
  }
  const keys = map.keys();
  assert.deepEqual(new Set(keys), new Set(model.keys()));
  assert.deepEqual(
    map.values(),
    keys.map((each) => model.get(each)),
  );
  for (const each of model.keys()) assert.strictEqual(map.get(each), model.get(each));
}

test("entries are found by their keys, whichever come and go", () => {
  fc.assert(fc.property(fc.array(step, { minLength: 1, maxLength: 200 }), compare), { numRuns: 300 });
});
