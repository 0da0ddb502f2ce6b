import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { fromArray } from "../../../src/store/postgres/array-text.ts";
import { toArray } from "../../../src/store/postgres/values.ts";

test("arrays are read as they are written, whatever is in their elements", () => {
  const letters = fc.constantFrom("a", "B", ",", '"', "\\", "{", "}", " ", "\n", "é", "\u{1f600}", "n");
  const element = fc.oneof(fc.string({ unit: letters }), fc.constantFrom("null", "NULL", "Null", ""));
  fc.assert(
    fc.property(fc.array(fc.option(element)), (elements) => {
      assert.deepEqual(fromArray(toArray(elements)), elements);
    }),
  );
  const written = String.raw`{1,NULL,"NULL","","a,b","\"\\","{}",null}`;
  assert.deepEqual(fromArray(written), ["1", null, "NULL", "", "a,b", '"\\', "{}", "null"]);
  assert.deepEqual(fromArray("{}"), []);
});
