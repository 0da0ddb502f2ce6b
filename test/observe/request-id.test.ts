import assert from "node:assert/strict";
import { test } from "node:test";
import { requestId } from "../../src/observe/request-id.ts";

test("a sane id is taken as it is", () => {
  for (const id of ["a", "0190F3c0-7a2b.x_y", "z".repeat(128)]) assert.equal(requestId(id), id);
});

test("anything else gives way to a new id, which is sane itself and unique", () => {
  const wild = [undefined, "", "z".repeat(129), "a b", 'a"b', "a\n", "ä", "{}"];
  const ids = wild.map(requestId);
  assert.equal(new Set(ids).size, wild.length);
  for (const id of ids) assert.equal(requestId(id), id);
});
