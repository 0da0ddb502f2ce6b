import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { encodeFields } from "../../../src/net/hpack/encoder.ts";
import { HpackError } from "../../../src/net/hpack/hpack-error.ts";
import { decoded, decoder } from "./decoded.ts";

// Blocks with every form of a field: RFC 7541 Appendix C, and what uses the table that they leave.
const valid: readonly Uint8Array[] = [
  "828684410f7777772e6578616d706c652e636f6d",
  "828684be58086e6f2d6361636865",
  "828785bf400a637573746f6d2d6b65790c637573746f6d2d76616c7565",
  "828684418cf1e3c2e5f23a6ba0ab90f4ff",
  "828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf",
  "203fe11f4882640258 85aec3771a4b6196d07abe941054d444a8200595040b8166e082a62d1bffc0bfbe",
  "10087061737377 6f726406736563726574040c2f73616d706c652f70617468",
].map((hex) => Buffer.from(hex.replaceAll(" ", ""), "hex"));

/** What is not refused must stay within the limits. */
function decodeAnything(blocks: readonly Uint8Array[]): void {
  const state = decoder({ headerBytes: 4096, headerCount: 50 });
  for (const block of blocks) {
    let size = 0;
    try {
      const fields = decoded(state, block);
      size = fields.join("").length + fields.length * 16;
      assert.ok(fields.length <= 100);
    } catch (error) {
      assert.ok(error instanceof HpackError, String(error));
      return;
    }
    assert.ok(size <= 4096);
    assert.ok(state.tableSize <= 4096);
  }
}

test("every prefix of a block is refused or is a block itself", () => {
  for (const block of valid)
    for (let length = 0; length <= block.length; length += 1)
      decodeAnything([...valid, block.subarray(0, length)]);
});

test("every change of one byte in a block", () => {
  for (const block of valid)
    for (let at = 0; at < block.length; at += 1)
      for (let byte = 0; byte < 256; byte += 1) {
        const changed = Uint8Array.from(block);
        changed[at] = byte;
        decodeAnything([changed, block]);
      }
});

test("any bytes, and any mixture of pieces of blocks", () => {
  const lengths = fc.constantFrom("ff", "ff80", "7fff7f", "3fe11f", "20", "be", "c0ffee", "0082", "40");
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 30 }),
    fc.constantFrom(...valid),
    fc.tuple(fc.constantFrom(...valid), fc.nat(60), fc.nat(60)).map(([block, a, b]) => block.subarray(a, b)),
    lengths.map((hex) => Buffer.from(hex, "hex")),
    fc.array(fc.stringMatching(/^[a-z]{1,9}$/)).map((words) => encodeFields(words.flatMap((w) => [w, w]))),
  );
  const block = fc.array(piece, { maxLength: 6 }).map((pieces) => Buffer.concat(pieces));
  fc.assert(
    fc.property(fc.array(block, { minLength: 1, maxLength: 4 }), (blocks) => decodeAnything(blocks)),
    { seed: 1, numRuns: 5000 },
  );
});
