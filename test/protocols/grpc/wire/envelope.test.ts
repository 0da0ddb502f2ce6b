import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { ApiError } from "../../../../src/errors/api-error.ts";
import { EnvelopeReader, enclose } from "../../../../src/protocols/grpc/wire/envelope.ts";

test("messages come out as they went in, however the content is cut", () => {
  const messages = fc.array(fc.tuple(fc.uint8Array({ maxLength: 300 }), fc.constantFrom(0, 1)), {
    maxLength: 8,
  });
  fc.assert(
    fc.property(messages, fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 1 }), (sent, cuts) => {
      const content = Buffer.concat(sent.map(([message, flags]) => enclose(message, flags)));
      const reader = new EnvelopeReader(300);
      const found: [number[], number][] = [];
      let at = 0;
      for (let index = 0; at < content.length; index++) {
        const end = at + 1 + (cuts[index % cuts.length] ?? 0);
        for (const { content: message, flags } of reader.push(content.subarray(at, end)))
          found.push([[...message], flags]);
        at = end;
      }
      assert.equal(reader.isWithin, false);
      assert.deepEqual(
        found,
        sent.map(([message, flags]) => [[...message], flags]),
      );
    }),
  );
});

test("a message over the limit is refused by its length alone, and one that is cut off at the end", () => {
  const reader = new EnvelopeReader(10);
  assert.throws(() => reader.push(Uint8Array.of(0, 0, 0, 0, 11)), isError("CONTENT_TOO_LARGE"));
  for (const bytes of [[0], [0, 0, 0, 0], [0, 0, 0, 0, 2, 1]]) {
    const cut = new EnvelopeReader(10);
    assert.deepEqual(cut.push(Uint8Array.from(bytes)), []);
    assert.equal(cut.isWithin, true);
  }
});

test("a message in many small parts takes no more than its own time", () => {
  const reader = new EnvelopeReader(2 ** 22);
  const content = enclose(new Uint8Array(2 ** 21));
  let found = 0;
  for (let at = 0; at < content.length; at += 64) found += reader.push(content.subarray(at, at + 64)).length;
  assert.equal(found, 1);
});

function isError(code: string): (thrown: unknown) => boolean {
  return (thrown) => thrown instanceof ApiError && thrown.code === code;
}
