import assert from "node:assert/strict";
import { isUtf8 } from "node:buffer";
import { test } from "node:test";
import { CHARACTER, checkUtf8, INVALID } from "../../../src/net/websocket/utf8.ts";
import { Random } from "../../fuzz/random.ts";

/** Whether bytes that come in pieces of at most so many are a whole text. */
function isValid(bytes: Uint8Array, size: number): boolean {
  let state = CHARACTER;
  for (let at = 0; at < bytes.length; at += size) state = checkUtf8(state, bytes.subarray(at, at + size));
  return state === CHARACTER;
}

test("every code point is valid, in one piece and in pieces of one byte", () => {
  for (let code = 0; code <= 0x10ffff; code += code < 0x3000 || code > 0xd000 ? 1 + (code >> 14) : 61) {
    const isSurrogate = code >= 0xd800 && code <= 0xdfff;
    const bytes = Buffer.from(String.fromCodePoint(isSurrogate ? 0x41 : code));
    assert.ok(isValid(bytes, 4) && isValid(bytes, 1), code.toString(16));
  }
});

test("every sequence of up to three bytes is judged as by node", () => {
  const bytes = new Uint8Array(3);
  const tails = [0x00, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xff];
  for (let first = 0; first < 256; first += 1)
    for (let second = 0; second < 256; second += 1)
      for (const third of tails) {
        bytes.set([first, second, third]);
        for (let length = 1; length <= 3; length += 1) {
          const part = bytes.subarray(0, length);
          assert.equal(isValid(part, 1), isUtf8(part), Buffer.from(part).toString("hex"));
        }
      }
});

test("texts with random errors, in random pieces, are judged as by node", () => {
  const random = new Random(7);
  for (let run = 0; run < 5000; run += 1) {
    const text = Buffer.from(random.some(["a", "é", "€", "😀", "\u0000", "\ud7ff", "\uffff"], 30).join(""));
    if (random.chance(0.5) && text.length > 0) text[random.below(text.length)] = random.below(256);
    const size = 1 + random.below(9);
    assert.equal(isValid(text, size), isUtf8(text), `${text.toString("hex")} by ${size}`);
  }
});

test("what cannot become valid any more is said at that byte", () => {
  const cases: readonly (readonly [string, number])[] = [
    ["c0", 0],
    ["80", 0],
    ["f5", 0],
    ["e080", 1],
    ["eda0", 1],
    ["f08f", 1],
    ["f490", 1],
    ["e282c3", 2],
    ["61f09f98ff", 4],
  ];
  for (const [hex, at] of cases) {
    const bytes = Buffer.from(hex, "hex");
    let state = CHARACTER;
    for (let index = 0; index < bytes.length; index += 1) {
      state = checkUtf8(state, bytes.subarray(index, index + 1));
      assert.equal(state === INVALID, index >= at, `${hex} at ${index}`);
    }
  }
});
