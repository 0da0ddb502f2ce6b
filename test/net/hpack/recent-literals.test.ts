import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { HpackDecoder } from "../../../src/net/hpack/decoder.ts";
import { FieldMarks } from "../../../src/net/hpack/field-marks.ts";
import { writeString } from "../../../src/net/hpack/string-literal.ts";

/** A literal that is put into no table: its name by the index, its value in Huffman's code or not. */
function literal(index: number, value: string, isHuffman: boolean, form = 0): Buffer {
  const target = Buffer.alloc(value.length * 4 + 16);
  const name = index < 15 ? [form | index] : [form | 15, index - 15];
  target.set(name);
  const bytes = Buffer.from(value, "latin1");
  const end = isHuffman
    ? writeString(target, name.length, value)
    : name.length + 1 + bytes.copy(target, name.length + 1);
  if (!isHuffman) target[name.length] = bytes.length;
  return target.subarray(0, end);
}

const path = 4;
const contentLength = 28;

function read(decoder: HpackDecoder, block: Uint8Array): (string | number)[] {
  const found: (string | number)[] = [];
  decoder.decode(block, { field: (name, value, mark) => found.push(name, value, mark) });
  return found;
}

test("literals that come again are read as if they came for the first time", () => {
  const value = fc.constantFrom("/a", "/b", "/users/1", "/users/2", "43", "44", "", `/${"x".repeat(100)}`);
  const field = fc.tuple(fc.constantFrom(path, contentLength), value, fc.boolean());
  fc.assert(
    fc.property(fc.array(field, { minLength: 1, maxLength: 60 }), (fields) => {
      const marks = new FieldMarks((name, text) => name.length + text.length);
      const decoder = new HpackDecoder({ tableBytes: 4096, headerBytes: 1 << 20, headerCount: 100, marks });
      for (const [index, text, isHuffman] of fields) {
        const name = index === path ? ":path" : "content-length";
        const mark = name.length + text.length;
        assert.deepEqual(read(decoder, literal(index, text, isHuffman)), [name, text, mark]);
      }
    }),
  );
});

test("a field is looked at once, when it comes again and again; one that must not be kept, each time", () => {
  let looks = 0;
  const marks = new FieldMarks(() => looks++);
  const decoder = new HpackDecoder({ tableBytes: 4096, headerBytes: 1 << 20, headerCount: 100, marks });
  looks = 0;
  for (let time = 0; time < 10; time += 1)
    read(decoder, literal(path, "/bench.v1.BenchService/GetUser", true));
  assert.equal(looks, 2);
  for (let time = 0; time < 10; time += 1) read(decoder, literal(path, "/secret", true, 0x10));
  assert.equal(looks, 12);
});

test("a string that is longer than its block is refused, also where another one was kept", () => {
  const decoder = new HpackDecoder({ tableBytes: 4096, headerBytes: 1 << 20, headerCount: 100 });
  const whole = literal(path, "/users", false);
  for (let time = 0; time < 3; time += 1) read(decoder, whole);
  assert.throws(() => read(decoder, whole.subarray(0, -1)), { name: "HpackError" });
});
