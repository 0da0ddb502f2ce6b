import assert from "node:assert/strict";
import { test } from "node:test";
import { HpackError } from "../../../src/net/hpack/hpack-error.ts";
import { decoded, decoder } from "./decoded.ts";

const malformed: readonly (readonly [what: string, block: string])[] = [
  ["index 0", "80"],
  ["the index after the static table, while the dynamic one is empty", "be"],
  ["an index far beyond both tables", "ffffffff07"],
  ["a name by an index beyond both tables", "7e 0161"],
  ["a name by an index beyond both tables, not to be indexed", "0f30 0161"],
  ["an integer that does not end", "ff"],
  ["an integer that ends nowhere", "ff 80808080"],
  ["an integer of too many bytes", "ff 8080808080 00"],
  ["an integer above 32 bits", "ff ffffffff 7f"],
  ["a length above 32 bits", "00 7fffffffff7f"],
  ["a name that is missing", "40"],
  ["a value that is missing", "40 0161"],
  ["a name longer than the block", "00 0261"],
  ["a value longer than the block", "00 0161 0262"],
  ["a length longer than the block by a continuation", "00 0161 7f01 62"],
  ["a value in Huffman's code longer than the block", "00 0161 84 ffff"],
  ["padding of eight bits", "00 0161 82 1fff"],
  ["padding with zeros", "00 0161 81 18"],
  ["padding that is partly zeros", "00 0161 81 1e"],
  ["only padding of eight bits", "00 0161 81 ff"],
  ["the end of the string within it", "00 0161 84 ffffffff"],
  ["the end of the string and then a symbol", "00 0161 85 fffffffc7f"],
  ["a size update after a field", "82 20"],
  ["a size update in the middle", "82 20 82"],
  ["a size update above what is allowed", "3fe21f"],
  ["a size update that does not end", "3f"],
  ["a second size update above what is allowed", "20 3fe21f"],
];

for (const [what, block] of malformed)
  test(`refuses ${what}`, () => {
    assert.throws(() => decoded(decoder(), block), HpackError);
  });

test("takes what is on the right side of each boundary", () => {
  assert.deepEqual(decoded(decoder(), "00 0161 81 1f"), ["a", "a"], "padding of three bits");
  assert.deepEqual(decoded(decoder(), "00 0161 81 07"), ["a", "0"], "padding of three bits after a zero");
  assert.deepEqual(decoded(decoder(), "00 0161 83 028a7f"), ["a", "0  "], "padding of seven bits");
  assert.deepEqual(decoded(decoder(), "00 0161 80"), ["a", ""], "an empty string has no padding");
  assert.deepEqual(decoded(decoder(), "00 0161 00"), ["a", ""]);
  assert.deepEqual(decoded(decoder(), "3fe11f"), [], "a size update to exactly what is allowed");
  assert.deepEqual(decoded(decoder(), "20 3fe11f 82"), [":method", "GET"], "two size updates");
  assert.deepEqual(decoded(decoder(), "bd")[0], "www-authenticate", "the last static entry");
  assert.deepEqual(decoded(decoder(), "40 0161 0162 be"), ["a", "b", "a", "b"], "the first dynamic entry");
  assert.deepEqual(decoded(decoder(), ""), []);
});

test("takes an integer with needless zeros, as long as it is short", () => {
  const value = "62".repeat(127);
  assert.deepEqual(decoded(decoder(), `00 0161 7f 00 ${value}`), ["a", "b".repeat(127)]);
  assert.deepEqual(decoded(decoder(), `00 0161 7f 80808000 ${value}`), ["a", "b".repeat(127)]);
  assert.throws(() => decoded(decoder(), `00 0161 7f 8080808000 ${value}`), HpackError);
});

test("reads no further than it is told", () => {
  const block = Buffer.from("ffff82ff", "hex");
  const fields: string[] = [];
  decoder().decode(block, { field: (name, value) => fields.push(name, value) }, 2, 3);
  assert.deepEqual(fields, [":method", "GET"]);
  const cut = Buffer.from("0001610462626262", "hex");
  assert.throws(() => decoder().decode(cut, { field: () => {} }, 0, 7), HpackError);
});
