import assert from "node:assert/strict";
import { test } from "node:test";
import { FieldMarks } from "../../../src/net/hpack/field-marks.ts";
import { HpackError } from "../../../src/net/hpack/hpack-error.ts";
import { decoded, decoder } from "./decoded.ts";

test("too many fields are not handed over, and the table stays in step", () => {
  const state = decoder({ headerCount: 2 });
  assert.deepEqual(decoded(state, "82 86 40 0161 0162"), [":method", "GET", ":scheme", "http"]);
  assert.equal(state.isTooLarge, true);
  assert.deepEqual(decoded(state, "be"), ["a", "b"]);
  assert.equal(state.isTooLarge, false);
  decoded(state, "82 86");
  assert.equal(state.isTooLarge, false, "exactly as many as are allowed");
});

test("a list counts its names, its values and 32 bytes a field (RFC 9113 §6.5.2)", () => {
  for (const block of ["40 0161 0162 be", "00 0161 0162 10 0161 0162"]) {
    const exact = decoder({ headerBytes: 68 });
    assert.deepEqual(decoded(exact, block), ["a", "b", "a", "b"]);
    assert.equal(exact.isTooLarge, false);
    const short = decoder({ headerBytes: 67 });
    assert.deepEqual(decoded(short, block), ["a", "b"]);
    assert.equal(short.isTooLarge, true);
  }
});

test("nothing is handed over after the first field too many, however small the next ones are", () => {
  const state = decoder({ headerBytes: 100 });
  const long = `00 0161 7f00${"63".repeat(127)}`;
  assert.deepEqual(decoded(state, `${long} 82`), []);
  assert.equal(state.isTooLarge, true);
});

test("what is malformed is so after the limit too", () => {
  const state = decoder({ headerCount: 1 });
  assert.throws(() => decoded(state, "82 82 80"), HpackError);
  assert.throws(() => decoded(decoder({ headerCount: 1 }), "82 82 00 0161 81 18"), HpackError);
});

test("an HPACK bomb is one reference to a large entry a byte, and costs no more than its bytes", () => {
  const state = decoder({ headerBytes: 16 * 1024, headerCount: 100 });
  const value = "v".repeat(3900);
  const block = Buffer.concat([
    Buffer.from("4001617fbd1d", "hex"),
    Buffer.from(value),
    Buffer.alloc(1024 * 1024, 0xbe),
  ]);
  const heapBefore = process.memoryUsage().heapUsed;
  assert.deepEqual(decoded(state, block), ["a", value, "a", value, "a", value, "a", value]);
  assert.equal(state.isTooLarge, true);
  assert.ok(process.memoryUsage().heapUsed - heapBefore < 16 * 1024 * 1024);
});

test("marks are asked for once for each entry of a table", () => {
  const asked: string[] = [];
  const marks = new FieldMarks((name, value) => {
    asked.push(`${name}: ${value}`);
    return asked.length;
  });
  assert.equal(asked.length, 61);
  const state = decoder({ marks });
  const seen: number[] = [];
  const sink = { field: (_name: string, _value: string, mark: number): number => seen.push(mark) };
  const block = Buffer.from("8240016101620001630164be82be", "hex");
  state.decode(block, sink);
  state.decode(Buffer.from("be", "hex"), sink);
  assert.deepEqual(seen, [2, 62, 63, 62, 2, 62, 62]);
  assert.deepEqual(asked.slice(61), ["a: b", "c: d"]);
});
