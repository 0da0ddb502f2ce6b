import assert from "node:assert/strict";
import { test } from "node:test";

import blog, { User } from "../../../examples/blog/api.ts";
import { SharedChange } from "../../../src/invoke/watch/shared-change.ts";
import { compileApi } from "../../../src/plan/compile.ts";
import { eventOf } from "../../../src/protocols/rest/events/event-text.ts";

test("a change is written once for each version, however many are told", () => {
  const row = { id: "0190b1c2-7b1e-7cc3-98c4-dc0c0c07398f", displayName: "Ada", email: "ada@example.com" };
  const change = new SharedChange("created", { id: row.id, row, position: "1.abcdefgh" });
  const [one, two] = compileApi(blog).versions.map(({ contracts }) =>
    contracts.find(({ plan }) => plan.operation === User.watch),
  );
  assert.ok(one && two);
  const first = eventOf(one, change);
  assert.equal(eventOf(one, change), first, "the same bytes");
  const second = eventOf(two, change);
  assert.notEqual(second, first);
  assert.equal(eventOf(two, change), second);
  const { id, email } = row;
  const dataOf = (event: string | Uint8Array): unknown =>
    JSON.parse(/^data: (.*)$/m.exec(String(Buffer.from(event)))?.[1] ?? "");
  assert.deepEqual(dataOf(first), {
    type: "created",
    id,
    row: { id, name: "Ada", email },
    position: "1.abcdefgh",
  });
  assert.deepEqual(dataOf(second), { type: "created", id, row, position: "1.abcdefgh" });
});
