import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  emptyTable,
  encodeFields,
  encodeStatus,
  sizeOfField,
  writeField,
} from "../../../src/net/hpack/encoder.ts";
import { staticFields } from "../../../src/net/hpack/static-table.ts";
import { decoded, decoder } from "./decoded.ts";

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}

test("statuses are one byte where the static table has them, and four at most", () => {
  assert.equal(hex(encodeStatus(200)), "88");
  assert.equal(hex(encodeStatus(204)), "89");
  assert.equal(hex(encodeStatus(206)), "8a");
  assert.equal(hex(encodeStatus(304)), "8b");
  assert.equal(hex(encodeStatus(400)), "8c");
  assert.equal(hex(encodeStatus(404)), "8d");
  assert.equal(hex(encodeStatus(500)), "8e");
  for (let status = 100; status <= 599; status += 1) {
    assert.ok(encodeStatus(status).length <= 5);
    assert.deepEqual(decoded(decoder(), encodeStatus(status)), [":status", String(status)]);
  }
});

test("a whole field of the static table is one byte", () => {
  staticFields.forEach((field, position) => {
    assert.equal(hex(encodeFields(field)), (0x81 + position).toString(16));
  });
});

test("a name of the static table is an index", () => {
  assert.equal(hex(encodeFields(["content-type", "a"])), "0f100161");
  assert.equal(hex(encodeFields([":path", "a"])), "040161");
});

test("secrets may be kept by nobody on the way (RFC 7541 §7.1.3)", () => {
  assert.equal(hex(encodeFields(["set-cookie", "a=b"])), "1f2803613d62");
  assert.equal(hex(encodeFields(["authorization", "a"])), "1f080161");
  const target = new Uint8Array(32);
  assert.equal(hex(target.subarray(0, writeField(target, 0, "set-cookie", "a=b"))), "1f2803613d62");
});

test("strings are in Huffman's code where that is shorter", () => {
  assert.equal(hex(encodeFields(["cache-control", "no-cache"])), "0f0986a8eb10649cbf");
  assert.equal(hex(encodeFields(["custom-key", "custom-value"])), "008825a849e95ba97d7f8925a849e95bb8e8b4bf");
  assert.equal(hex(encodeFields(["etag", "\x01\x02"])), "0f13020102");
});

test("every list of fields comes back, and leaves the peer's table alone", () => {
  const name = fc.oneof(
    fc.constantFrom(...staticFields.map(([known]) => known)),
    fc.stringMatching(/^[a-z0-9-]{1,40}$/),
    fc.constant("x".repeat(300)),
  );
  const bytes = fc.uint8Array({ maxLength: 300 }).map((value) => Buffer.from(value).toString("latin1"));
  const value = fc.oneof(fc.constantFrom("GET", "/", "200", ""), fc.stringMatching(/^[ -~]{0,40}$/), bytes);
  const property = fc.property(fc.array(fc.tuple(name, value)), (pairs) => {
    const fields = pairs.flat();
    const state = decoder();
    assert.deepEqual(decoded(state, encodeFields(fields)), fields);
    assert.deepEqual(decoded(state, written(fields)), fields);
    assert.equal(state.tableSize, 0);
  });
  fc.assert(property, { seed: 1, numRuns: 500 });
});

/** Every field by `writeField`, into exactly the room that `sizeOfField` asks for. */
function written(fields: readonly string[]): Uint8Array {
  const parts: Uint8Array[] = [];
  for (let index = 0; index < fields.length; index += 2) {
    const [name = "", value = ""] = fields.slice(index, index + 2);
    const target = new Uint8Array(sizeOfField(name, value) + 3);
    const end = writeField(target, 3, name, value);
    assert.ok(end <= target.length, `${name} needs ${end - 3} bytes`);
    parts.push(target.subarray(3, end));
  }
  return Buffer.concat(parts);
}

test("lengths around each step of an integer", () => {
  for (const length of [0, 1, 126, 127, 128, 254, 255, 256, 16_510, 16_511, 2_113_662, 2_113_663]) {
    const fields = ["a", "\xff".repeat(length)];
    assert.deepEqual(decoded(decoder(), encodeFields(fields)), fields);
    assert.deepEqual(decoded(decoder(), written(fields)), fields);
  }
});

test("more names than are kept are encoded all the same", () => {
  for (let number = 0; number < 2000; number += 1) {
    const fields = [`x-${number}`, "1"];
    assert.deepEqual(decoded(decoder(), written(fields)), fields);
  }
});

test("the table can be given up at the beginning of a block", () => {
  const state = decoder();
  decoded(state, "40 0161 0162");
  state.allowTable(10);
  assert.deepEqual(decoded(state, Buffer.concat([emptyTable, encodeStatus(200)])), [":status", "200"]);
  assert.equal(state.tableSize, 0);
});
