import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { api, query, t } from "fourfold";
import { compileApi } from "../../src/plan/compile.ts";

const find = query("find", {
  input: {
    a: t.string({ optional: true }),
    b: t.string({ optional: true }),
    n: t.float({ optional: true }),
    yes: t.boolean({ optional: true }),
    at: t.timestamp({ optional: true }),
  },
  output: t.string(),
  cache: { maxAge: "1m" },
  handle: () => "",
});
const key = compileApi(api("keys", { operations: [find] })).operations[0]?.cache?.key;

const text = fc.oneof(
  fc.string({ maxLength: 8 }),
  fc.constantFrom("1:x", "1:", "undefined;", "null;", "1;", "true;", "x".repeat(300)),
);
const input = fc.record(
  { a: text, b: text, n: fc.integer(), yes: fc.boolean(), at: fc.date({ noInvalidDate: true }) },
  { requiredKeys: [] },
);

test("inputs have one key exactly where they are the same", () => {
  assert.ok(key);
  fc.assert(
    fc.property(input, input, (one, other) => {
      const isSame =
        JSON.stringify([one.a, one.b, one.n, one.yes, one.at]) ===
        JSON.stringify([other.a, other.b, other.n, other.yes, other.at]);
      assert.equal(key(one) === key(other), isSame);
      assert.equal(key(one), key({ ...one }));
      assert.ok(key(one).length < 260);
    }),
    { numRuns: 2_000 },
  );
});
