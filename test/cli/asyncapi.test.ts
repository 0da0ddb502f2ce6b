import assert from "node:assert/strict";
import { test } from "node:test";
import blog from "../../examples/blog/api.ts";
import { compileApi } from "../../src/plan/compile.ts";
import { describeAsyncApi } from "../../src/protocols/websocket/describe/asyncapi.ts";
import { runToEnd } from "../examples/program.ts";

test("fourfold contract asyncapi writes the document of a version", async () => {
  const command = ["src/cli/main.ts", "contract", "asyncapi", "examples/blog/api.ts", "--api-version", "2"];
  const { code, stdout, stderr } = await runToEnd(command, {});
  assert.deepEqual([code, stderr], [0, ""]);
  const plan = compileApi(blog);
  const version = plan.versions.find(({ name }) => name === "2");
  assert.ok(version !== undefined);
  assert.deepEqual(JSON.parse(stdout), describeAsyncApi({ plan, version }));
});
