import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { HpackError } from "../../../src/net/hpack/hpack-error.ts";
import { huffmanCodes, huffmanLengths } from "../../../src/net/hpack/huffman-code.ts";
import { decodeHuffman } from "../../../src/net/hpack/huffman-decoder.ts";
import { encodeHuffman, huffmanSize } from "../../../src/net/hpack/huffman-encoder.ts";

test("codes are those of RFC 7541 Appendix B", () => {
  // One of each length and both ends of the table; the published vectors hold the rest.
  const published: Record<number, [code: number, length: number]> = {
    0: [0x1ff8, 13],
    1: [0x7fffd8, 23],
    2: [0xfffffe2, 28],
    9: [0xffffea, 24],
    10: [0x3ffffffc, 30],
    32: [0x14, 6],
    33: [0x3f8, 10],
    35: [0xffa, 12],
    38: [0xf8, 8],
    39: [0x7fa, 11],
    48: [0x0, 5],
    58: [0x5c, 7],
    60: [0x7ffc, 15],
    92: [0x7fff0, 19],
    94: [0x3ffc, 14],
    127: [0xffffffc, 28],
    128: [0xfffe6, 20],
    129: [0x3fffd2, 22],
    153: [0x1fffdc, 21],
    192: [0x3ffffe0, 26],
    199: [0x1ffffec, 25],
    203: [0x7ffffde, 27],
    255: [0x3ffffee, 26],
    256: [0x3fffffff, 30],
  };
  for (const [symbol, [code, length]] of Object.entries(published)) {
    assert.equal(huffmanCodes[Number(symbol)], code, `code of ${symbol}`);
    assert.equal(huffmanLengths[Number(symbol)], length, `length of ${symbol}`);
  }
});

test("every text comes back, in the bytes that were foreseen", () => {
  const bytes = fc.oneof(fc.uint8Array({ maxLength: 60 }), fc.string().map(Buffer.from));
  const property = fc.property(bytes, (original) => {
    const text = Buffer.from(original).toString("latin1");
    const encoded = new Uint8Array(huffmanSize(text) + 2);
    assert.equal(encodeHuffman(encoded, 1, text), encoded.length - 1);
    assert.equal(encoded.at(-1), 0);
    assert.equal(decodeText(encoded.subarray(1, -1)), text);
  });
  fc.assert(property, { seed: 1, numRuns: 1000 });
});

test("each byte alone, and after a symbol of each alignment", () => {
  for (let byte = 0; byte < 256; byte += 1)
    for (const before of ["", "0", "00", "000", "0000", "00000", "000000", "0000000"]) {
      const text = before + String.fromCharCode(byte);
      const encoded = new Uint8Array(huffmanSize(text));
      encodeHuffman(encoded, 0, text);
      assert.equal(decodeText(encoded), text);
    }
});

test("decodes as a reader bit by bit does, and refuses what that refuses", () => {
  const symbols = new Map(huffmanCodes.map((code, symbol) => [`${huffmanLengths[symbol]} ${code}`, symbol]));
  const likely = fc.integer({ min: 0, max: 255 }).map((byte) => (byte < 100 ? 0xff : byte));
  const property = fc.property(fc.array(likely, { maxLength: 12 }), (bytes) => {
    const expected = readBits(symbols, bytes);
    if (expected === null) assert.throws(() => decodeText(Uint8Array.from(bytes)), HpackError);
    else assert.equal(decodeText(Uint8Array.from(bytes)), expected);
  });
  fc.assert(property, { seed: 1, numRuns: 3000 });
});

/** The text, or null where RFC 7541 §5.2 asks for an error. */
function readBits(symbols: ReadonlyMap<string, number>, bytes: readonly number[]): string | null {
  let text = "";
  let code = 0;
  let length = 0;
  for (let position = 0; position < bytes.length * 8; position += 1) {
    code = code * 2 + (((bytes[position >> 3] ?? 0) >> (7 - (position & 7))) & 1);
    length += 1;
    const symbol = symbols.get(`${length} ${code}`);
    if (symbol === undefined) continue;
    if (symbol === 256) return null;
    text += String.fromCharCode(symbol);
    code = 0;
    length = 0;
  }
  return length <= 7 && code === 2 ** length - 1 ? text : null;
}

function decodeText(bytes: Uint8Array): string {
  const target = Buffer.alloc(Math.ceil((bytes.length * 8) / 5));
  return target.toString("latin1", 0, decodeHuffman(bytes, 0, bytes.length, target));
}
