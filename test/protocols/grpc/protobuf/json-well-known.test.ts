import assert from "node:assert/strict";
import { test } from "node:test";
import { type DescMessage, fromBinary, fromJson, type JsonValue, toBinary, toJson } from "@bufbuild/protobuf";
import {
  DurationSchema,
  FieldMaskSchema,
  ListValueSchema,
  StructSchema,
  TimestampSchema,
  ValueSchema,
} from "@bufbuild/protobuf/wkt";
import fc from "fast-check";
import { OutputMismatch } from "../../../../src/plan/codec/codec.ts";
import { jsonFormat } from "../../../../src/protocols/grpc/protobuf/json-format.ts";
import { listValue, struct, value } from "../../../../src/protocols/grpc/protobuf/json-value.ts";
import { MessageShape, type ValueShape } from "../../../../src/protocols/grpc/protobuf/message-shape.ts";
import { ProtoError } from "../../../../src/protocols/grpc/protobuf/proto-error.ts";
import { ProtoReader } from "../../../../src/protocols/grpc/protobuf/proto-reader.ts";
import { ProtoWriter } from "../../../../src/protocols/grpc/protobuf/proto-writer.ts";
import { duration, empty, fieldMask, timestamp } from "../../../../src/protocols/grpc/protobuf/well-known.ts";
import { wrappers } from "../../../../src/protocols/grpc/protobuf/wrappers.ts";

function write(shape: ValueShape, given: unknown): JsonValue {
  return JSON.parse(Buffer.from(jsonFormat(shape).write(given)).toString("utf8", 5));
}

function read(shape: ValueShape, json: unknown): unknown {
  return jsonFormat(shape).read(Buffer.from(JSON.stringify(json)));
}

/** The JSON that @bufbuild/protobuf has for a value as the binary format carries it. */
function reference(shape: ValueShape, schema: DescMessage, given: unknown): JsonValue {
  const writer = new ProtoWriter();
  shape.write(writer, given);
  return toJson(schema, fromBinary(schema, writer.take()));
}

/** The value of the JSON that @bufbuild/protobuf reads. */
function readByReference(shape: ValueShape, schema: DescMessage, json: JsonValue): unknown {
  return shape.read(new ProtoReader(toBinary(schema, fromJson(schema, json))));
}

function refuses(shape: ValueShape, ...wrong: readonly unknown[]): void {
  for (const json of wrong)
    assert.throws(() => read(shape, json), ProtoError, `${shape.name} takes ${JSON.stringify(json)}`);
}

test("timestamps are RFC 3339", () => {
  const dates = fc.date({
    min: new Date("0001-01-01T00:00:00Z"),
    max: new Date("9999-12-31T23:59:59.999Z"),
    noInvalidDate: true,
  });
  fc.assert(
    fc.property(dates, (date) => {
      assert.equal(write(timestamp, date), reference(timestamp, TimestampSchema, date));
      assert.deepEqual(read(timestamp, write(timestamp, date)), date);
    }),
  );
  for (const text of [
    "2026-02-28T23:59:59Z",
    "2024-02-29T00:00:00.5+05:30",
    "1969-12-31T23:59:59.123456789-11:59",
    "0001-01-01T00:00:00Z",
  ])
    assert.deepEqual(read(timestamp, text), readByReference(timestamp, TimestampSchema, text), text);
  refuses(
    timestamp,
    ...["", "2026-02-29T00:00:00Z", "2026-01-01", "2026-01-01T00:00:00", "2026-01-01T24:00:00Z", "x"],
    ...["0000-12-31T23:59:59Z", "0001-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01"],
    ...["2026-01-01T00:00:00.1234567890Z", "2026-01-01T00:00:00+24:00", "2026-01-01 00:00:00Z", 0, null, {}],
  );
  for (const given of [new Date(Number.NaN), "2026-01-01T00:00:00Z"])
    assert.throws(() => write(timestamp, given), OutputMismatch);
});

test("durations are seconds", () => {
  const most = 315_576_000_000_000_000_000n;
  const scales = fc.constantFrom(1n, 1000n, 1_000_000n, 1_000_000_000n);
  fc.assert(
    fc.property(fc.bigInt({ min: -most, max: most }), scales, (any, scale) => {
      const nanoseconds = (any / scale) * scale;
      assert.equal(write(duration, nanoseconds), reference(duration, DurationSchema, nanoseconds));
      assert.equal(read(duration, write(duration, nanoseconds)), nanoseconds);
    }),
  );
  for (const text of ["0s", "-0.5s", "1.000000001s", "-315576000000s"])
    assert.equal(read(duration, text), readByReference(duration, DurationSchema, text), text);
  refuses(duration, "1", "s", "1.s", ".5s", "1.0000000001s", "315576000000.1s", "1e3s", " 1s", 1, null);
  assert.throws(() => write(duration, 2n * most), OutputMismatch);
  assert.throws(() => write(duration, 1), OutputMismatch);
});

test("field masks are one text", () => {
  const paths = ["name", "author.display_name", "a_b_c"];
  assert.equal(write(fieldMask, paths), reference(fieldMask, FieldMaskSchema, paths));
  assert.deepEqual(read(fieldMask, "name,author.displayName,aBC"), paths);
  assert.equal(write(fieldMask, []), "");
  assert.deepEqual(read(fieldMask, ""), []);
  refuses(fieldMask, "display_name", "a b", ["a"], null, 1);
  for (const wrong of [["displayName"], ["a_1"], ["a__b"], ["a,b"], [1], "a"])
    assert.throws(() => write(fieldMask, wrong), OutputMismatch, String(wrong));
});

test("structs, values and lists are the JSON that they stand for", () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6, noUnicodeString: false }), (json) => {
      // -0 is 0 in JSON.
      const given = JSON.parse(JSON.stringify(json));
      assert.deepEqual(write(value, given), reference(value, ValueSchema, given));
      assert.deepEqual(read(value, given), readByReference(value, ValueSchema, given));
      assert.deepEqual(write(struct, { a: given }), reference(struct, StructSchema, { a: given }));
      assert.deepEqual(read(struct, { a: given }), { a: given });
      assert.deepEqual(write(listValue, [given]), reference(listValue, ListValueSchema, [given]));
      assert.deepEqual(read(listValue, [given]), [given]);
    }),
  );
  refuses(struct, [], null, "a");
  refuses(listValue, {}, null);
  const { read: readValue } = jsonFormat(value);
  for (const text of ["1e999", '"\\ud800"', '{"\\ud800":1}', `${"[".repeat(200)}${"]".repeat(200)}`])
    assert.throws(() => readValue(Buffer.from(text)), ProtoError, text.slice(0, 20));
  const polluting = readValue(Buffer.from('{"__proto__":{"polluted":true}}'));
  assert.equal(JSON.stringify(polluting), '{"__proto__":{"polluted":true}}');
  assert.equal(Reflect.get({}, "polluted"), undefined);
  for (const given of [Number.NaN, undefined, 1n, [undefined]])
    assert.throws(() => write(value, given), OutputMismatch);
});

test("a member of type Value has null as a value", () => {
  const shape = new MessageShape("t.M", [{ name: "a", number: 1, type: value, cardinality: "explicit" }]);
  const { read: readMessage } = jsonFormat(shape);
  assert.deepEqual(readMessage(Buffer.from('{"a":null}')), { a: null });
  assert.deepEqual(readMessage(Buffer.from("{}")), { a: undefined });
});

test("wrappers are the value that they hold, and Empty is an object", () => {
  const given: Record<string, [unknown, JsonValue]> = {
    DoubleValue: [1.5, 1.5],
    FloatValue: [Number.NaN, "NaN"],
    Int64Value: [-5n, "-5"],
    UInt64Value: [5n, "5"],
    Int32Value: [-5, -5],
    UInt32Value: [5, 5],
    BoolValue: [true, true],
    StringValue: ["", ""],
    BytesValue: [Uint8Array.of(251, 255), "+/8="],
  };
  for (const shape of wrappers) {
    const [native, json] = given[shape.name.replace("google.protobuf.", "")] ?? [];
    assert.deepEqual(write(shape, native), json, shape.name);
    assert.deepEqual(read(shape, json), native, shape.name);
    refuses(shape, null, {}, []);
  }
  assert.deepEqual(write(empty, {}), {});
  assert.deepEqual(read(empty, { unknown: 1 }), {});
  refuses(empty, null, [], "");
});
