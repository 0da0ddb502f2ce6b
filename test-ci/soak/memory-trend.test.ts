import assert from "node:assert/strict";
import { test } from "node:test";
import { areEnough, type MemorySample, trendOf } from "./memory-trend.ts";

const samples = (count: number): readonly MemorySample[] =>
  Array.from({ length: count }, (_, index) => ({
    seconds: 3 * index,
    values: 50 + 6 * index,
    resident: 200 + (index === 4 ? 90 : 0),
    requests: index,
  }));

test("the trend of few samples is a figure, and of too few it is said what is missing", () => {
  const { values, resident, seconds, samples: counted } = trendOf(samples(6));
  assert.deepEqual([counted, seconds, values.growth, resident.growth], [4, 9, 18, 0]);
  assert.ok(areEnough(samples(6)));
  for (const count of [0, 1, 2, 3]) {
    assert.ok(!areEnough(samples(count)));
    const message = new RegExp(
      `^A trend of memory needs 3 samples after .* of ${count}: let it run for longer`,
    );
    assert.throws(() => trendOf(samples(count)), { message });
  }
});
