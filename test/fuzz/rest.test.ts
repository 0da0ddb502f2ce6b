import assert from "node:assert/strict";
import { test } from "node:test";
import { fuzzRest, show } from "./rest.ts";

// A short run of `npm run fuzz`; FUZZ_SEED repeats one, FUZZ digs deeper.
test("made-up requests bring down nothing, get no 5xx and leave no socket", async () => {
  const report = await fuzzRest({
    cases: Number(process.env["FUZZ"] ?? 2500),
    seed: Number(process.env["FUZZ_SEED"] ?? 20_260_101),
  });
  assert.deepEqual(report.failures, [], show(report));
  assert.deepEqual([report.connectionsLeft, report.handlesLeft], [0, 0], show(report));
  assert.ok((report.statuses["200"] ?? 0) > 100, `some of them mean something\n${show(report)}`);
});
