import assert from "node:assert/strict";
import { test } from "node:test";
import { turnMask, unmask } from "../../../src/net/websocket/unmask.ts";
import { Random } from "../../fuzz/random.ts";

const mask = 0x12a4c7fe;
const maskBytes = [0x12, 0xa4, 0xc7, 0xfe];

test("every length and alignment, around the change from bytes to words", () => {
  const random = new Random(3);
  for (const length of [...Array(20).keys(), 63, 64, 254, 255, 256, 257, 258, 259, 260, 1023, 5000])
    for (let offset = 0; offset < 8; offset += 1) {
      const whole = Buffer.alloc(length + 16);
      for (let index = 0; index < whole.length; index += 1) whole[index] = random.below(256);
      const before = Buffer.from(whole);
      unmask(whole.subarray(offset), 3, 3 + length, mask);
      for (let index = 0; index < whole.length; index += 1) {
        const at = index - offset - 3;
        const bits = at >= 0 && at < length ? (maskBytes[at & 3] ?? 0) : 0;
        assert.equal(whole[index], (before[index] ?? 0) ^ bits, `${length} at ${offset}: ${index}`);
      }
    }
});

test("a payload in pieces, the mask turned by each", () => {
  for (let first = 0; first < 9; first += 1) {
    const bytes = Buffer.from("a payload of some length");
    const expected = bytes.map((byte, index) => byte ^ (maskBytes[index & 3] ?? 0));
    unmask(bytes, 0, first, mask);
    unmask(bytes, first, bytes.length, turnMask(mask, first));
    assert.ok(bytes.equals(expected), `${first}`);
  }
});

test("it says whether few bytes are ASCII", () => {
  const masked = (text: string) => {
    const bytes = Buffer.from(text);
    unmask(bytes, 0, bytes.length, mask);
    return bytes;
  };
  for (const text of ["", "a", "abc", "abcd", "abcdefg\u007f"]) {
    const bytes = masked(text);
    assert.ok(unmask(bytes, 0, bytes.length, mask) < 0x80, text);
    assert.equal(bytes.toString(), text);
  }
  for (const text of ["é", "abcé", "éabcdefg", "abcdefé"]) {
    const bytes = masked(text);
    assert.ok(unmask(bytes, 0, bytes.length, mask) >= 0x80, text);
  }
});
