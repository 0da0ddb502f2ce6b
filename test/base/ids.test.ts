import assert from "node:assert/strict";
import { test } from "node:test";
import { uuidv7 } from "../../src/base/ids.ts";

const form = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

test("ids are UUIDv7, grow, and never repeat", () => {
  const ids = Array.from({ length: 50_000 }, () => uuidv7());
  for (const id of ids) assert.match(id, form);
  assert.deepEqual([...ids].sort(), ids);
  assert.equal(new Set(ids).size, ids.length);
});

test("they have the time, and grow when the clock stands or goes back", () => {
  const later = Date.now() + 3_600_000;
  const first = uuidv7(later);
  assert.equal(Number.parseInt(first.replaceAll("-", "").slice(0, 12), 16), later);
  let last = first;
  for (let index = 0; index < 20_000; index++) {
    const next = uuidv7(index % 2 === 0 ? later : later - 60_000);
    assert.ok(next > last, `${next} after ${last}`);
    last = next;
  }
});
