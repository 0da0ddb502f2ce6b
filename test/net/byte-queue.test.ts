import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { ByteQueue } from "../../src/net/body/byte-queue.ts";

test("gives back what was pushed, in order, however it is taken", () => {
  const size = fc.oneof(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 900, max: 9000 }));
  const step = fc.oneof(
    fc.record({ push: size }),
    fc.constant({ take: "one" }),
    fc.constant({ take: "all" }),
  );
  const property = fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
    const queue = new ByteQueue();
    const pushed: number[] = [];
    const taken: number[] = [];
    let next = 0;
    for (const action of steps) {
      if ("push" in action) {
        const part = Uint8Array.from({ length: action.push }, () => next++ & 0xff);
        pushed.push(...part);
        queue.push(part);
      } else taken.push(...((action.take === "one" ? queue.shift() : queue.takeAll()) ?? []));
      assert.equal(queue.size, pushed.length - taken.length);
    }
    taken.push(...queue.takeAll());
    assert.deepEqual(taken, pushed);
  });
  fc.assert(property, { seed: 1, numRuns: 150 });
});
