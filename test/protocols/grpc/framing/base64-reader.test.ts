import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Base64Reader } from "../../../../src/protocols/grpc/framing/base64-reader.ts";
import { malformedMessage } from "../../../../src/protocols/grpc/framing/grpc.ts";

test("what was encoded in pieces, and cut anywhere, is read as it was", () => {
  const pieces = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 6 });
  fc.assert(
    fc.property(pieces, fc.integer({ min: 1, max: 30 }), (sent, step) => {
      const text = Buffer.from(sent.map((piece) => Buffer.from(piece).toString("base64")).join(""));
      const reader = new Base64Reader(malformedMessage);
      const read: Uint8Array[] = [];
      for (let at = 0; at < text.length; at += step) read.push(reader.push(text.subarray(at, at + step)));
      assert.deepEqual([...Buffer.concat(read)], [...Buffer.concat(sent)]);
    }),
  );
});

test("megabytes are read", () => {
  const content = Buffer.alloc(6_000_000, "abcdefg");
  const read = new Base64Reader(malformedMessage).push(Buffer.from(content.toString("base64")));
  assert.ok(content.equals(read));
});

test("what is no base64 is refused", () => {
  for (const text of ["!aaa", "aaa!", "a===", "====", "=aaa", "aa=a", "YQ=aYQ==", "aaaa-_aa", "YQ==\r\nYQ"])
    assert.throws(() => new Base64Reader(malformedMessage).push(Buffer.from(text)), /no base64/, text);
});
