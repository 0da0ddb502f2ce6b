import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { after, test } from "node:test";
import { measure, openProject } from "../../scripts/scale/project.ts";

const project = openProject();
after(() => rmSync(project, { recursive: true }));

test("the work of the type checker grows no faster than the number of operations", () => {
  const small = measure(project, 50);
  const large = measure(project, 200);
  for (const count of ["types", "instantiations", "symbols"] as const) {
    assert.ok(small[count] > 0);
    // What there is without any operation, such as the types of Node, makes the growth less than fourfold.
    assert.ok(large[count] <= 4 * small[count], `${count}: ${small[count]} for 50, ${large[count]} for 200`);
  }
});
