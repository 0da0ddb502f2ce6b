import assert from "node:assert/strict";
import { test } from "node:test";
import { fuzzRest } from "./rest-run.ts";

test("no request makes REST fail, and no connection is left open", async () => {
  const { failures, leaked, statuses } = await fuzzRest(1500, 20_261_123);
  assert.deepEqual(failures, []);
  assert.equal(leaked, 0);
  // A fuzz that only ever got refused would show nothing.
  for (const status of [200, 201, 400, 404, 415])
    assert.ok((statuses.get(status) ?? 0) > 0, `some ${status}`);
});
