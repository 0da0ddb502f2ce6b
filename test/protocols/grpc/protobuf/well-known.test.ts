import assert from "node:assert/strict";
import { test } from "node:test";
import { create, fromBinary, fromJson, toBinary, toJson } from "@bufbuild/protobuf";
import {
  DurationSchema,
  FieldMaskSchema,
  Int64ValueSchema,
  ListValueSchema,
  StringValueSchema,
  StructSchema,
  TimestampSchema,
  timestampFromDate,
  ValueSchema,
} from "@bufbuild/protobuf/wkt";
import fc from "fast-check";
import { OutputMismatch } from "../../../../src/plan/codec/codec.ts";
import { listValue, struct, value } from "../../../../src/protocols/grpc/protobuf/json-value.ts";
import type { ValueShape } from "../../../../src/protocols/grpc/protobuf/message-shape.ts";
import { ProtoError } from "../../../../src/protocols/grpc/protobuf/proto-error.ts";
import { ProtoReader } from "../../../../src/protocols/grpc/protobuf/proto-reader.ts";
import { ProtoWriter } from "../../../../src/protocols/grpc/protobuf/proto-writer.ts";
import { duration, empty, fieldMask, timestamp } from "../../../../src/protocols/grpc/protobuf/well-known.ts";
import { wrappers } from "../../../../src/protocols/grpc/protobuf/wrappers.ts";

function write(shape: ValueShape, given: unknown): Uint8Array {
  const writer = new ProtoWriter();
  shape.write(writer, given);
  return writer.take();
}

function read(shape: ValueShape, bytes: Uint8Array): unknown {
  return shape.read(new ProtoReader(bytes));
}

test("timestamps are dates of the years 1 to 9999", () => {
  const dates = fc.date({
    min: new Date("0001-01-01T00:00:00Z"),
    max: new Date("9999-12-31T23:59:59.999Z"),
    noInvalidDate: true,
  });
  fc.assert(
    fc.property(dates, (date) => {
      const reference = toBinary(TimestampSchema, timestampFromDate(date));
      assert.deepEqual([...write(timestamp, date)], [...reference]);
      assert.deepEqual(read(timestamp, reference), date);
    }),
  );
  for (const given of [new Date(Number.NaN), new Date(253_402_300_800_000), "2026-01-01", 0])
    assert.throws(() => write(timestamp, given), OutputMismatch);
  for (const { seconds, nanos } of [
    { seconds: 253_402_300_800n, nanos: 0 },
    { seconds: -62_135_596_801n, nanos: 0 },
    { seconds: 0n, nanos: -1 },
    { seconds: 0n, nanos: 1_000_000_000 },
    { seconds: -(2n ** 63n), nanos: 0 },
  ]) {
    const bytes = toBinary(TimestampSchema, create(TimestampSchema, { seconds, nanos }));
    assert.throws(() => read(timestamp, bytes), ProtoError, String(seconds));
  }
});

test("durations are nanoseconds", () => {
  const most = 315_576_000_000_000_000_000n;
  fc.assert(
    fc.property(fc.bigInt({ min: -most, max: most }), (nanoseconds) => {
      const { seconds, nanos } = fromBinary(DurationSchema, write(duration, nanoseconds));
      assert.equal(seconds * 1_000_000_000n + BigInt(nanos), nanoseconds);
      assert.equal(read(duration, write(duration, nanoseconds)), nanoseconds);
    }),
  );
  assert.throws(() => write(duration, 2n * most), OutputMismatch);
  const mixed = toBinary(DurationSchema, create(DurationSchema, { seconds: 1n, nanos: -1 }));
  assert.throws(() => read(duration, mixed), ProtoError);
});

test("structs, values and lists are JSON", () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6, noUnicodeString: false }), (json) => {
      // -0 is 0 in JSON.
      const given = JSON.parse(JSON.stringify(json));
      assert.deepEqual(toJson(ValueSchema, fromBinary(ValueSchema, write(value, given))), given);
      assert.deepEqual(read(value, toBinary(ValueSchema, fromJson(ValueSchema, given))), given);
      assert.deepEqual(toJson(ListValueSchema, fromBinary(ListValueSchema, write(listValue, [given]))), [
        given,
      ]);
      assert.deepEqual(read(struct, toBinary(StructSchema, fromJson(StructSchema, { a: given }))), {
        a: given,
      });
    }),
  );
  const key = read(struct, write(struct, JSON.parse('{"__proto__":{"polluted":true}}')));
  assert.equal(JSON.stringify(key), '{"__proto__":{"polluted":true}}');
  assert.equal(Reflect.get({}, "polluted"), undefined);
  for (const given of [Number.NaN, undefined, 1n, () => 1])
    assert.throws(() => write(value, given), OutputMismatch);
  for (const given of [null, [], "a"]) assert.throws(() => write(struct, given), OutputMismatch);
  assert.throws(() => read(value, new Uint8Array(0)), ProtoError);
  let deep: unknown = 1;
  for (let depth = 0; depth < 10_000; depth++) deep = [deep];
  assert.throws(() => write(value, deep), OutputMismatch);
});

test("wrappers, field masks and Empty", () => {
  const [text, int64] = ["google.protobuf.StringValue", "google.protobuf.Int64Value"].map((name) =>
    wrappers.find((shape) => shape.name === name),
  );
  assert.ok(text !== undefined && int64 !== undefined);
  assert.equal(fromBinary(StringValueSchema, write(text, "é")).value, "é");
  assert.equal(read(text, toBinary(StringValueSchema, create(StringValueSchema, { value: "é" }))), "é");
  assert.equal(read(text, new Uint8Array(0)), "");
  assert.equal(read(int64, toBinary(Int64ValueSchema, create(Int64ValueSchema, { value: -5n }))), -5n);
  const mask = create(FieldMaskSchema, { paths: ["name", "author.name"] });
  assert.deepEqual(read(fieldMask, toBinary(FieldMaskSchema, mask)), ["name", "author.name"]);
  assert.deepEqual([...write(fieldMask, mask.paths)], [...toBinary(FieldMaskSchema, mask)]);
  assert.throws(() => write(fieldMask, "name"), OutputMismatch);
  assert.deepEqual(read(empty, Uint8Array.of(8, 1)), {});
  assert.equal(write(empty, {}).length, 0);
});
