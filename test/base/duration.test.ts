import assert from "node:assert/strict";
import { test } from "node:test";
import { parseDuration } from "../../src/base/duration.ts";

test("reads each unit, fractions, and plain milliseconds", () => {
  const durations = ["250ms", "30s", "5m", "1h", "7d", "1.5s", "0s", "2 s", 0, 12.5];
  assert.deepEqual(
    durations.map(parseDuration),
    [250, 30_000, 300_000, 3_600_000, 604_800_000, 1_500, 0, 2_000, 0, 12.5],
  );
});

test("refuses what is no duration, naming it and the mend", () => {
  for (const nonsense of [
    "",
    "5",
    "m",
    "-5s",
    "5 minutes",
    "5M",
    "1e3s",
    "1h30m",
    -1,
    Number.NaN,
    Infinity,
  ]) {
    assert.throws(() => parseDuration(nonsense), {
      name: "TypeError",
      message: /is not a duration: write .*"5m"/,
    });
  }
});
