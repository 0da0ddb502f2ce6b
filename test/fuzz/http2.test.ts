import assert from "node:assert/strict";
import { test } from "node:test";
import { fuzzHttp2 } from "./http2.ts";

// A short run of `node test/fuzz/http2.ts <seconds> <seed>`; FUZZ_SEED repeats a case, FUZZ digs deeper.
test("connections of HTTP/2, valid and damaged, come to the same whole and in pieces", async () => {
  const count = Number(process.env["FUZZ"] ?? 600);
  const report = await fuzzHttp2(Number(process.env["FUZZ_SEED"] ?? 20_260_101), (cases) => cases >= count);
  assert.deepEqual(report.failures, []);
  assert.ok(report.ended > count / 10, `${report.ended} connections were ended`);
  assert.ok(report.requests > count, `${report.requests} requests were understood`);
});
