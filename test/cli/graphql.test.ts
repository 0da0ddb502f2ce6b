import assert from "node:assert/strict";
import { test } from "node:test";
import { buildSchema, isObjectType } from "graphql";
import { runToEnd } from "../examples/program.ts";

test("fourfold contract graphql writes the schema of a version", async () => {
  const [first, again, second] = await Promise.all(
    ["1", "1", "2"].map((version) =>
      runToEnd(
        ["src/cli/main.ts", "contract", "graphql", "examples/blog/api.ts", "--api-version", version],
        {},
      ),
    ),
  );
  assert.deepEqual([first?.code, first?.stderr], [0, ""]);
  assert.equal(first?.stdout, again?.stdout);
  for (const [written, name] of [
    [first, "name"],
    [second, "displayName"],
  ] as const) {
    const user = buildSchema(written?.stdout ?? "").getType("User");
    assert.ok(isObjectType(user) && name in user.getFields());
  }
});

test("fourfold check tells what no schema can say", async () => {
  const checked = await runToEnd(["src/cli/main.ts", "check", "test/cli/clashing.ts"], {});
  assert.deepEqual([checked.code, checked.stdout], [1, ""]);
  assert.equal(
    checked.stderr,
    [
      'The definition of "clashing" has 1 mistake:',
      "  user: is the field Query.user in GraphQL, and users.get has that name already. Rename one of the two.",
      "",
    ].join("\n"),
  );
});
