import assert from "node:assert/strict";
import { test } from "node:test";
import { fuzzWebSocket } from "./websocket.ts";

// A short run of `node test/fuzz/websocket.ts <seconds> <seed>`; FUZZ_SEED repeats a case, FUZZ digs deeper.
test("streams of clients, valid and damaged, come to the same whole and in pieces", () => {
  const count = Number(process.env["FUZZ"] ?? 1500);
  const report = fuzzWebSocket(Number(process.env["FUZZ_SEED"] ?? 20_260_101), (cases) => cases >= count);
  assert.deepEqual(report.failures, []);
  const codes = new Set(Object.keys(report.closings).map((closing) => closing.slice(0, 4)));
  for (const code of ["1000", "1002", "1006", "1007", "1009"])
    assert.ok(codes.has(code), `there is a ${code}`);
});
