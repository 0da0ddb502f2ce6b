import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { OpenStreams } from "../../../src/net/http2/open-streams.ts";

interface Stream {
  readonly id: number;
}

/** Streams that are opened, found, closed in any order, and given back to. */
const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant("open"), place: fc.constant(0) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("close"), place: fc.nat(1000) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("closeAll"), place: fc.nat(40) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("shrink"), place: fc.constant(0) }) },
);

test("open streams are found by their ids, whichever come and go", () => {
  const steps = fc.array(step, { minLength: 1, maxLength: 300 });
  // Ids skip where requests are refused, so that several want the same slot.
  fc.assert(fc.property(steps, fc.integer({ min: 1, max: 64 }), compare), { numRuns: 200 });
});

function compare(steps: readonly { readonly kind: string; readonly place: number }[], stride: number): void {
  const streams = new OpenStreams<Stream>();
  const model = new Map<number, Stream>();
  let nextId = 1;
  const close = (id: number): void => {
    streams.delete(id);
    model.delete(id);
  };
  for (const { kind, place } of steps) {
    const ids = [...model.keys()];
    if (kind === "open") {
      const stream = { id: nextId };
      nextId += 2 * stride;
      streams.add(stream);
      model.set(stream.id, stream);
    } else if (kind === "close") close(ids[place % ids.length] ?? nextId);
    else if (kind === "shrink") streams.shrink();
    else for (const id of ids.slice(place)) close(id);
    assert.equal(streams.size, model.size);
    assert.deepEqual(streams.all(), [...model.values()]);
  }
  for (let id = 1; id <= nextId; id += 2) assert.equal(streams.get(id), model.get(id));
}
