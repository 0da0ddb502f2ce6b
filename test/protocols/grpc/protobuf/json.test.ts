import assert from "node:assert/strict";
import { test } from "node:test";
import { equals, fromJson, fromJsonString, toJson } from "@bufbuild/protobuf";
import fc from "fast-check";
import { OutputMismatch } from "../../../../src/plan/codec/codec.ts";
import { EnumShape } from "../../../../src/protocols/grpc/protobuf/enum-shape.ts";
import { jsonFormat } from "../../../../src/protocols/grpc/protobuf/json-format.ts";
import { MessageCompiler } from "../../../../src/protocols/grpc/protobuf/message-codec.ts";
import {
  type FieldShape,
  MessageShape,
  type ValueShape,
} from "../../../../src/protocols/grpc/protobuf/message-shape.ts";
import { ProtoError } from "../../../../src/protocols/grpc/protobuf/proto-error.ts";
import { WrappedShape } from "../../../../src/protocols/grpc/protobuf/wrapped-shape.ts";
import { toMessage, toReference } from "./reference.ts";
import { color, shapes, values } from "./shapes.ts";

function write(shape: MessageShape | ValueShape, value: unknown): string {
  const bytes = Buffer.from(jsonFormat(shape).write(value));
  assert.equal(bytes[0], 0);
  assert.equal(bytes.readUInt32BE(1), bytes.length - 5);
  return bytes.toString("utf8", 5);
}

function read(shape: MessageShape | ValueShape, json: unknown): unknown {
  return jsonFormat(shape).read(Buffer.from(typeof json === "string" ? json : JSON.stringify(json)));
}

function field(name: string, type: FieldShape["type"], more: Partial<FieldShape> = {}): FieldShape {
  return { name, number: name.length, type, cardinality: "explicit", ...more };
}

test("random messages: what is written here is read by @bufbuild/protobuf, and the other way round", () => {
  const cases = shapes(2).chain((shape) => fc.tuple(fc.constant(shape), values(shape)));
  fc.assert(
    fc.property(cases, ([shape, value]) => {
      const reference = toReference(shape);
      const message = toMessage(shape, reference, value);
      const text = write(shape, value);
      assert.ok(equals(reference, fromJsonString(reference, text), message), `the reference reads ${text}`);
      const theirs = toJson(reference, message);
      // JSON.stringify makes 0 of -0.
      const sent = JSON.stringify(theirs, (_, member) => (Object.is(member, -0) ? "-0" : member));
      assert.deepEqual(read(shape, sent), value);
      assert.deepEqual(fromJson(reference, JSON.parse(text)), fromJson(reference, JSON.parse(sent)));
    }),
    { numRuns: 300 },
  );
});

test("any JSON is a message or a ProtoError, and nothing else", () => {
  fc.assert(
    fc.property(shapes(1), fc.jsonValue({ maxDepth: 3 }), fc.nat(8), (shape, json, index) => {
      const name = shape.fields[index % shape.fields.length]?.name ?? "";
      for (const given of [{ [name]: json }, json])
        try {
          read(shape, JSON.stringify(given));
        } catch (thrown) {
          assert.ok(thrown instanceof ProtoError, String(thrown));
        }
    }),
    { numRuns: 500 },
  );
});

test("members go by their names in JSON, and come by those of the .proto too", () => {
  const shape = new MessageShape("t.M", [
    field("first", "string", { jsonName: "givenName", cardinality: "implicit" }),
    field("__proto__", "int32", { jsonName: "odd" }),
  ]);
  assert.equal(
    write(shape, { first: "a\n\u{1f600}", ["__proto__"]: undefined }),
    '{"givenName":"a\\n\u{1f600}"}',
  );
  assert.deepEqual(read(shape, { given_name: "a" }), {
    first: "a",
    ["__proto__"]: undefined,
  });
  const odd = read(shape, { odd: 7 });
  assert.deepEqual(Object.entries(Object(odd)), [
    ["first", ""],
    ["__proto__", 7],
  ]);
  assert.throws(() => read(shape, { given_name: "a", givenName: "b" }), /givenName comes twice/);
});

test("null is absent, and members that are not known are passed over", () => {
  const shape = new MessageShape("t.M", [
    field("a", "int32", { cardinality: "implicit" }),
    field("bb", "int32", { cardinality: "packed" }),
    field("ccc", color),
  ]);
  const absent = { a: 0, bb: [], ccc: undefined };
  assert.deepEqual(read(shape, { a: null, bb: null, ccc: null, unknown: { a: 1 } }), absent);
  assert.throws(() => read(shape, { bb: [1, null] }), /^ProtoError: bb\[1\] must be an integer from/);
});

test("of a oneof one member comes at most", () => {
  const shape = new MessageShape("t.M", [
    field("a", "int32", { oneof: "choice" }),
    field("bb", "string", { oneof: "choice" }),
  ]);
  assert.deepEqual(read(shape, { a: null, bb: "" }), { a: undefined, bb: "" });
  assert.throws(() => read(shape, { a: 1, bb: "" }), /^ProtoError: bb is a second member of choice/);
});

test("values of handlers are derived and converted before they are written", () => {
  const shape = new MessageShape("t.M", [
    field("a", "string", { convert: (value: number) => `<${value}>` }),
    field("bb", "string", { derive: ({ a }: { a: number }) => `of ${a}`, cardinality: "implicit" }),
  ]);
  assert.equal(write(shape, { a: 7 }), '{"a":"<7>","bb":"of 7"}');
});

test("values of enums have names of their own in JSON", () => {
  const state = new EnumShape(
    "t.State",
    new Map([["on", 1]]),
    new Map([
      ["STATE_UNSPECIFIED", 0],
      ["STATE_ON", 1],
      ["STATE_ALSO_ON", 1],
    ]),
  );
  const shape = new MessageShape("t.M", [field("s", state, { cardinality: "expanded" })]);
  assert.equal(write(shape, { s: ["on", 0, 5] }), '{"s":["STATE_ON","STATE_UNSPECIFIED",5]}');
  const json = { s: ["STATE_ON", "STATE_ALSO_ON", "STATE_UNSPECIFIED", 1, 0, 5] };
  assert.deepEqual(read(shape, json), { s: ["on", "on", 0, "on", 0, 5] });
  for (const wrong of ["on", "", "1", 1.5, 2 ** 31, true, {}])
    assert.throws(() => read(shape, { s: [wrong] }), /^ProtoError: s\[0\] must be a value of t\.State/);
  assert.throws(() => write(shape, { s: ["STATE_ON"] }), OutputMismatch);
});

test("numbers come as texts too, and 64 bits only as far as they are exact", () => {
  const shape = new MessageShape("t.M", [
    field("i", "int32"),
    field("ll", "int64"),
    field("uuu", "uint64"),
    field("dddd", "double"),
    field("fffff", "float"),
    field("bbbbbb", "bytes"),
    field("ooooooo", "bool"),
    field("ssssssss", "string"),
  ]);
  const one = (json: string): unknown =>
    Object.values(Object(read(shape, json))).find((value) => value !== undefined);
  const sound: [string, unknown][] = [
    ['{"i":"-12"}', -12],
    ['{"i":1e2}', 100],
    ['{"i":"1e2"}', 100],
    ['{"i":1.0}', 1],
    ['{"ll":9007199254740991}', 9007199254740991n],
    ['{"ll":"-9223372036854775808"}', -(2n ** 63n)],
    ['{"ll":"1e3"}', 1000n],
    ['{"uuu":"18446744073709551615"}', 2n ** 64n - 1n],
    ['{"dddd":"NaN"}', Number.NaN],
    ['{"dddd":"-Infinity"}', Number.NEGATIVE_INFINITY],
    ['{"dddd":"1.5e300"}', 1.5e300],
    ['{"fffff":0.1}', Math.fround(0.1)],
    ['{"bbbbbb":"-_8"}', Uint8Array.of(251, 255)],
    ['{"bbbbbb":"+/8="}', Uint8Array.of(251, 255)],
    ['{"bbbbbb":""}', new Uint8Array(0)],
  ];
  for (const [json, value] of sound) assert.deepEqual(one(json), value, json);
  const wrong = [
    '{"i":1.5}',
    '{"i":""}',
    '{"i":" 1"}',
    '{"i":"0x10"}',
    '{"i":2147483648}',
    '{"i":true}',
    '{"i":[1]}',
    '{"ll":9007199254740993}',
    '{"ll":"9223372036854775808"}',
    `{"ll":"${"9".repeat(100_000)}"}`,
    '{"ll":"1.5"}',
    '{"uuu":"-1"}',
    '{"dddd":1e999}',
    '{"dddd":"1e999"}',
    '{"dddd":"inf"}',
    '{"dddd":""}',
    '{"fffff":3.5e38}',
    '{"bbbbbb":"a"}',
    '{"bbbbbb":"a==="}',
    '{"bbbbbb":"ab="}',
    '{"bbbbbb":"a b"}',
    '{"ooooooo":"true"}',
    '{"ooooooo":1}',
    '{"ssssssss":1}',
    '{"ssssssss":"\\ud800"}',
  ];
  for (const json of wrong)
    assert.throws(() => read(shape, json), /^ProtoError: \w+ must be/, json.slice(0, 60));
});

test("keys of maps are texts of their type", () => {
  const shape = new MessageShape("t.M", [
    field("b", "string", { cardinality: "map", key: "bool" }),
    field("ii", "int32", { cardinality: "map", key: "int64" }),
    field("sss", "int32", { cardinality: "map", key: "string" }),
  ]);
  const value = {
    b: new Map([[true, "x"]]),
    ii: new Map([[-5n, 1]]),
    sss: new Map([
      ["__proto__", 1],
      ['"', 2],
    ]),
  };
  const text = write(shape, value);
  assert.equal(text, '{"b":{"true":"x"},"ii":{"-5":1},"sss":{"__proto__":1,"\\"":2}}');
  assert.deepEqual(read(shape, text), value);
  for (const json of [{ b: { 1: "x" } }, { ii: { a: 1 } }, { sss: { a: null } }, { sss: [] }])
    assert.throws(() => read(shape, json), ProtoError);
  assert.throws(
    () => read(shape, { sss: { ["a".repeat(1000)]: "x" } }),
    /^ProtoError: sss\["a{40}\.\.\."\] must/,
  );
});

test("what is no JSON object, and no UTF-8", () => {
  const shape = new MessageShape("t.M", [field("a", "string")]);
  for (const json of ["", " ", "{", "null", "[]", "7", '"a"', '{"a":1,}'])
    assert.throws(() => read(shape, json), /^ProtoError: the message must be/, json);
  const bytes = Buffer.from('{"a":"\xff"}', "latin1");
  assert.throws(() => jsonFormat(shape).read(bytes), /UTF-8/);
});

test("messages are nested 100 deep, and no deeper", () => {
  const shape = new MessageShape("t.M");
  shape.fields = [field("a", shape)];
  const nested = (depth: number): string => `${'{"a":'.repeat(depth)}{}${"}".repeat(depth)}`;
  assert.ok(read(shape, nested(100)));
  assert.throws(() => read(shape, nested(101)), /nested too deeply/);
  assert.throws(() => read(shape, nested(100_000)), ProtoError);
});

test("lists of lists, which protobuf needs a message for, are that message in JSON", () => {
  const inner = new MessageShape("t.Row", [field("values", "int32", { cardinality: "packed" })]);
  const row = new WrappedShape(inner, "values", () => new MessageCompiler().codec(inner));
  const shape = new MessageShape("t.M", [field("rows", row, { cardinality: "expanded" })]);
  const value = { rows: [[1, 2], [], [3]] };
  const text = write(shape, value);
  assert.equal(text, '{"rows":[{"values":[1,2]},{},{"values":[3]}]}');
  assert.deepEqual(read(shape, text), value);
  assert.throws(() => read(shape, { rows: [{ values: ["x"] }] }), /^ProtoError: rows\[0\]\.values\[0\] must/);
});
