import assert from "node:assert/strict";
import { test } from "node:test";
import { fuzzHttp2 } from "./http2.ts";
import { makeConnection } from "./http2-inputs.ts";
import { Http2Rig } from "./http2-rig.ts";
import { Random } from "./random.ts";

const seed = Number(process.env["FUZZ_SEED"] ?? 20_260_101);

// A short run of `node test/fuzz/http2.ts <seconds> <seed>`; FUZZ_SEED repeats a case, FUZZ digs deeper.
test("connections of HTTP/2, valid and damaged, come to the same whole and in pieces", async () => {
  const count = Number(process.env["FUZZ"] ?? 600);
  const report = await fuzzHttp2(seed, (cases) => cases >= count);
  assert.deepEqual(report.failures, []);
  assert.ok(report.ended > count / 10, `${report.ended} connections were ended`);
  assert.ok(report.requests > count, `${report.requests} requests were understood`);
});

test("a connection that breaks off after any of its bytes leaves nothing behind", async () => {
  const rig = new Http2Rig();
  const bytes = Buffer.concat(makeConnection(new Random(seed)));
  for (let length = 0; length <= bytes.length; length += 1) {
    const { failures } = await rig.outcomeOf([Buffer.from(bytes.subarray(0, length))]);
    assert.deepEqual(failures, [], `after ${length} bytes`);
  }
  await rig.close();
});
