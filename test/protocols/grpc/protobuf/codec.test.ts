import assert from "node:assert/strict";
import { test } from "node:test";
import { equals, fromBinary, toBinary } from "@bufbuild/protobuf";
import fc from "fast-check";
import { OutputMismatch } from "../../../../src/plan/codec/codec.ts";
import { MessageCompiler } from "../../../../src/protocols/grpc/protobuf/message-codec.ts";
import { MessageShape } from "../../../../src/protocols/grpc/protobuf/message-shape.ts";
import { ProtoError } from "../../../../src/protocols/grpc/protobuf/proto-error.ts";
import { toMessage, toReference } from "./reference.ts";
import { color, scalars, shapes, values } from "./shapes.ts";

const cases = shapes(2).chain((shape) => fc.tuple(fc.constant(shape), values(shape)));

test("random messages: what is written here is read by @bufbuild/protobuf, and the other way round", () => {
  fc.assert(
    fc.property(cases, ([shape, value]) => {
      const codec = new MessageCompiler().codec(shape);
      const reference = toReference(shape);
      const message = toMessage(shape, reference, value);
      assert.ok(
        equals(reference, fromBinary(reference, codec.encode(value)), message),
        "read by the reference",
      );
      assert.deepEqual(codec.decode(toBinary(reference, message)), normalized(shape, value), "read here");
    }),
    { numRuns: 300 },
  );
});

test("bytes that are cut off or changed are a ProtoError or another message, and nothing else", () => {
  fc.assert(
    fc.property(cases, fc.nat(), fc.nat(255), ([shape, value], at, byte) => {
      const codec = new MessageCompiler().codec(shape);
      const bytes = codec.encode(value);
      const changed = Uint8Array.from(bytes);
      if (changed.length > 0) changed[at % changed.length] = byte;
      for (const given of [changed, bytes.subarray(0, at % (bytes.length + 1))])
        try {
          codec.decode(given);
        } catch (thrown) {
          assert.ok(thrown instanceof ProtoError, String(thrown));
        }
    }),
    { numRuns: 700 },
  );
});

test("fields that are not known are passed over, whatever their wire type", () => {
  const codec = new MessageCompiler().codec(
    new MessageShape("t.M", [{ name: "a", number: 1, type: "int32", cardinality: "implicit" }]),
  );
  const unknown = [
    [0x10, 0xff, 0x01],
    [0x11, 1, 2, 3, 4, 5, 6, 7, 8],
    [0x12, 2, 9, 9],
    [0x13, 0x10, 1, 0x1b, 0x1c, 0x14],
    [0x15, 1, 2, 3, 4],
  ];
  for (const field of unknown)
    assert.deepEqual(codec.decode(Uint8Array.from([...field, 0x08, 7, ...field])), { a: 7 });
});

test("what is malformed", () => {
  const shape = new MessageShape("t.M", [
    { name: "text", number: 1, type: "string", cardinality: "implicit" },
    { name: "number", number: 2, type: "int32", cardinality: "implicit" },
  ]);
  shape.fields = [...shape.fields, { name: "inner", number: 3, type: shape, cardinality: "explicit" }];
  const codec = new MessageCompiler().codec(shape);
  const malformed: Record<string, number[]> = {
    "a text that is not UTF-8": [0x0a, 2, 0xc3, 0x28],
    "a surrogate in UTF-8": [0x0a, 3, 0xed, 0xa0, 0x80],
    "a text longer than its message": [0x0a, 5, 0x61],
    "a text longer than the message around": [0x1a, 2, 0x0a, 3, 0x61, 0x61, 0x61],
    "the field 0": [0x00, 1],
    "a number of eleven bytes": [0x10, ...Array<number>(10).fill(0xff), 0],
    "a wire type of 6": [0x0e, 1],
    "a wire type of 7": [0x0f, 1],
    "the end of a group that did not begin": [0x0c],
    "a group that does not end": [0x23, 0x10, 1],
    "a group that ends as another": [0x23, 0x2c],
    "a number that is cut off": [0x10, 0x80],
  };
  for (const [name, bytes] of Object.entries(malformed))
    assert.throws(() => codec.decode(Uint8Array.from(bytes)), ProtoError, name);
});

test("messages are nested 100 deep, and no deeper; so are groups", () => {
  const shape = new MessageShape("t.M");
  shape.fields = [{ name: "inner", number: 1, type: shape, cardinality: "explicit" }];
  const codec = new MessageCompiler().codec(shape);
  assert.ok(codec.decode(nested(100)));
  assert.throws(() => codec.decode(nested(101)), /nested too deeply/);
  assert.throws(() => codec.decode(new Uint8Array(100_000).fill(0x13)), /nested too deeply/);
});

test("a message that comes twice is merged; of a scalar the last one counts, and of a oneof the last member", () => {
  const inner = new MessageShape("t.I", [
    { name: "a", number: 1, type: "int32", cardinality: "implicit" },
    { name: "b", number: 2, type: "int32", cardinality: "implicit" },
    { name: "list", number: 3, type: "int32", cardinality: "packed" },
  ]);
  const codec = new MessageCompiler().codec(
    new MessageShape("t.M", [
      { name: "inner", number: 1, type: inner, cardinality: "explicit", oneof: "choice" },
      { name: "text", number: 2, type: "string", cardinality: "explicit", oneof: "choice" },
    ]),
  );
  const twice = codec.decode(Uint8Array.from([0x0a, 4, 8, 1, 0x18, 5, 0x0a, 6, 0x10, 2, 0x1a, 2, 6, 7]));
  assert.deepEqual(twice, { inner: { a: 1, b: 2, list: [5, 6, 7] }, text: undefined });
  const other = codec.decode(Uint8Array.from([0x0a, 2, 8, 1, 0x12, 1, 0x61]));
  assert.deepEqual(other, { inner: undefined, text: "a" });
});

test("a value that its type does not allow is not written, and the next message is not hurt by it", () => {
  const wrong: Partial<Record<(typeof scalars)[number], unknown[]>> = {
    int32: ["1", 1.5, 2 ** 31, 1n, Number.NaN],
    uint32: [-1, 2 ** 32],
    int64: [1, 2n ** 63n],
    uint64: [-1n, 2n ** 64n],
    bool: [1, "true"],
    string: [1, null],
    bytes: ["a", [1]],
    double: ["1"],
  };
  for (const [type, given] of Object.entries(wrong)) {
    const scalar = scalars.find((known) => known === type) ?? "string";
    const codec = new MessageCompiler().codec(
      new MessageShape("t.M", [
        { name: "before", number: 1, type: "string", cardinality: "implicit" },
        { name: "list", number: 2, type: scalar, cardinality: "expanded" },
      ]),
    );
    for (const one of given)
      assert.throws(
        () => codec.encode({ before: "x", list: [one] }),
        OutputMismatch,
        `${type} ${String(one)}`,
      );
    assert.deepEqual([...codec.encode({ before: "y", list: [] })], [0x0a, 1, 0x79]);
  }
  const paint = new MessageCompiler().codec(
    new MessageShape("t.M", [{ name: "color", number: 1, type: color, cardinality: "implicit" }]),
  );
  assert.throws(() => paint.encode({ color: "PINK" }), /a value of t\.Color/);
});

function nested(depth: number): Uint8Array {
  let bytes: number[] = [];
  for (let index = 0; index < depth; index++) {
    const { length } = bytes;
    bytes = [0x0a, ...(length < 128 ? [length] : [(length & 0x7f) | 0x80, length >> 7]), ...bytes];
  }
  return Uint8Array.from(bytes);
}

/** What is read for a value: lists and maps are there, and text that UTF-8 cannot have is replaced as it was when written. */
function normalized(shape: MessageShape, value: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(shape.fields.map(({ name }) => [name, value[name]]));
}
