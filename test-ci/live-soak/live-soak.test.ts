import { test } from "node:test";
import { raiseOpenFiles } from "../soak/open-files.ts";
import { liveSoak } from "./live-soak.ts";
import { clientsOf, options } from "./options.ts";
import { summaryOf } from "./summary.ts";
import { assertGood } from "./verdict.ts";

// For longer: LIVE_SOAK_SECONDS=600 node --conditions=fourfold-source --test test-ci/live-soak/live-soak.test.ts

const needed = clientsOf(options) + 500;
const skip =
  raiseOpenFiles(needed) < needed ? `NOT TESTED: ${needed} open files are needed (ulimit -n)` : false;

test("clients that join, leave and stall at random miss nothing while others write", {
  skip,
  timeout: (options.seconds + 300) * 1000,
}, async (context) => {
  const report = await liveSoak(options);
  for (const line of summaryOf(report)) context.diagnostic(line);
  assertGood(report, options);
});
