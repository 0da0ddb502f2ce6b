import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { isNestedDeeper } from "../../src/base/json-nesting.ts";

function depthOf(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

test("the levels of a JSON text are told without reading it", () => {
  fc.assert(
    fc.property(fc.json({ depthSize: "medium" }), fc.nat(6), (text, most) => {
      assert.equal(isNestedDeeper(text, most), depthOf(JSON.parse(text)) > most, text);
    }),
    { numRuns: 500 },
  );
});

test("brackets within strings are none, and what is no JSON ends", () => {
  assert.equal(isNestedDeeper('["[[[[", "\\"[[[[", "\\\\"]', 1), false);
  assert.equal(isNestedDeeper('["\\\\", [1]]', 1), true);
  assert.equal(isNestedDeeper('"[[[[[[[[', 1), false);
  assert.equal(isNestedDeeper("]]]]]]]]]", 1), false);
});
