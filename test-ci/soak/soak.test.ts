import { test } from "node:test";
import { raiseOpenFiles } from "./open-files.ts";
import { neededOpenFiles, options, type SoakOptions, secureOptions } from "./options.ts";
import { soak } from "./soak.ts";
import { summaryOf } from "./summary.ts";
import { assertGood } from "./verdict.ts";

// By hand: SOAK_SECONDS=30 node --conditions=fourfold-source --test test-ci/soak/soak.test.ts. With SOAK_LEAK_BYTES=100 the
// server keeps so much of each request: then it must fail.

soakTest("idle WebSockets, busy HTTP/2 connections and slow readers together, and drained", options);
soakTest("the same over TLS, for a shorter time and with fewer", secureOptions);

function soakTest(name: string, chosen: SoakOptions): void {
  const needed = neededOpenFiles(chosen);
  const skip =
    raiseOpenFiles(needed) < needed ? `NOT TESTED: ${needed} open files are needed (ulimit -n)` : false;
  test(name, { skip, timeout: (chosen.seconds + 300) * 1000 }, async (context) => {
    const report = await soak(chosen);
    for (const line of summaryOf(report)) context.diagnostic(line);
    assertGood(report, chosen);
  });
}
