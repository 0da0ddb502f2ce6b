import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { oldNodeProblem } from "../../src/cli/oldest-node.ts";

test("a Node that is too old is told in one line, by the versions of package.json", () => {
  const { engines } = JSON.parse(readFileSync("package.json", "utf8"));
  assert.equal(engines.node, ">=22.18");
  for (const version of ["22.18.0", "22.19.1", "23.0.0", "26.10.0", process.versions.node])
    assert.equal(oldNodeProblem(version), null, version);
  for (const version of ["22.17.9", "20.20.2", "9.99.0"])
    assert.match(
      oldNodeProblem(version) ?? "",
      /^fourfold needs Node 22\.18 or newer, and this is .+: "npm /,
    );
});
