import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { isoTime, timeAt } from "../../src/observe/iso-time.ts";
import { BYTES_A_CHARACTER, LineBuffer } from "../../src/observe/line-buffer.ts";
import { TimedText } from "../../src/observe/timed-text.ts";

test("texts are quoted as JSON quotes them, numbers are written by their digits", () => {
  const line = new LineBuffer();
  const anyText = fc.oneof(fc.string({ unit: "binary" }), fc.string(), fc.constant("\ud800"));
  fc.assert(
    fc.property(anyText, fc.maxSafeNat(), fc.integer({ min: 2, max: 36 }), (text, number, base) => {
      line.reserve(text.length * BYTES_A_CHARACTER + 64);
      line.addQuoted(text);
      line.addNumber(number, base);
      assert.equal(taken(line), JSON.stringify(text).slice(1, -1) + number.toString(base));
    }),
  );
  for (const number of [0, 7, 10, 99, 100, 1234]) {
    line.reserve(16);
    line.addNumber(number, 10, 3);
    assert.equal(taken(line), String(number).padStart(3, "0"));
  }
});

test("what is taken in parts comes in order, however much is waiting", () => {
  const line = new LineBuffer();
  let written = "";
  let read = "";
  for (let index = 0; index < 3_000; index += 1) {
    const text = `${index}:${"ä".repeat(index % 100)}\n`;
    line.reserve(text.length * 3);
    line.addText(text);
    written += text;
    line.take((bytes) => {
      const part = index % 7 === 0 ? Math.floor(bytes.length / 3) : 0;
      read += Buffer.from(bytes.subarray(0, part)).toString("latin1");
      return part;
    });
  }
  line.take((bytes) => {
    read += Buffer.from(bytes).toString("latin1");
    return bytes.length;
  });
  assert.equal(Buffer.from(read, "latin1").toString(), written);
  assert.equal(line.size, 0);
});

test("a text with the time in it is right for every time, whichever came before", () => {
  const text = new TimedText('{"at":"', '"}');
  const nearby = fc.tuple(fc.integer({ min: 0, max: 4_102_444_800 }), fc.integer({ min: 0, max: 1_500 }));
  fc.assert(
    fc.property(fc.array(nearby, { minLength: 1, maxLength: 20 }), (times) => {
      for (const [second, milliseconds] of times) {
        for (const now of [second * 1_000, second * 1_000 + milliseconds])
          assert.equal(Buffer.from(text.at(now)).toString(), `{"at":"${new Date(now).toISOString()}"}`);
      }
    }),
  );
});

test("the time of a moment just past is the system's", () => {
  const before = Date.now();
  const found = [timeAt(performance.now()), Date.parse(isoTime())];
  const after = Date.now();
  for (const each of found) assert.ok(each >= before - 3 && each <= after + 3, `${before} ${each} ${after}`);
});

function taken(line: LineBuffer): string {
  let text = "";
  line.take((bytes) => {
    text = Buffer.from(bytes).toString();
    return bytes.length;
  });
  return text;
}
