import { BINARY, fragments, frame, TEXT } from "../frames.ts";
import { type AutobahnCase, atOnce, binary, inChops, runCases, text } from "./case.ts";

const KIB = 1024;
const MIB = 1024 * KIB;

const sorts = [
  { opcode: TEXT, expected: text },
  { opcode: BINARY, expected: binary },
];

function payloadOf(length: number): Buffer {
  return Buffer.alloc(length, "BAsd7&jh23");
}

/** 9.1 and 9.2: messages up to 16 MiB in one frame. */
function* whole(): Iterable<AutobahnCase> {
  for (const [section, { opcode, expected }] of sorts.entries())
    for (const [index, length] of [64 * KIB, 256 * KIB, MIB, 4 * MIB, 8 * MIB, 16 * MIB].entries()) {
      const payload = payloadOf(length);
      const id = `9.${1 + section}.${index + 1}`;
      yield { id, send: [frame(opcode, payload)], expect: [expected(payload)], closes: null };
    }
}

/** 9.3 and 9.4: 4 MiB in frames of 64 bytes up to 4 MiB. */
function* inFragments(): Iterable<AutobahnCase> {
  const payload = payloadOf(4 * MIB);
  for (const [section, { opcode, expected }] of sorts.entries())
    for (let index = 0; index < 9; index += 1) {
      const send = atOnce(...fragments(opcode, payload, 64 * 4 ** index));
      yield { id: `9.${3 + section}.${index + 1}`, send, expect: [expected(payload)], closes: null };
    }
}

/** 9.5 and 9.6: 1 MiB (here 128 KiB) in pieces of 64 bytes up to 2 KiB. */
function* chopped(): Iterable<AutobahnCase> {
  const payload = payloadOf(128 * KIB);
  for (const [section, { opcode, expected }] of sorts.entries())
    for (let index = 0; index < 6; index += 1) {
      const send = inChops(64 * 2 ** index, frame(opcode, payload));
      yield { id: `9.${5 + section}.${index + 1}`, send, expect: [expected(payload)], closes: null };
    }
}

/** 9.7 and 9.8: 1000 (here 250) messages of one size, sent without waiting. */
function* many(): Iterable<AutobahnCase> {
  for (const [section, { opcode, expected }] of sorts.entries())
    for (const [index, length] of [0, 16, 64, 256, KIB, 4 * KIB].entries()) {
      const payload = payloadOf(length);
      const send = Array.from({ length: 250 }, () => frame(opcode, payload));
      const expect = Array.from({ length: 250 }, () => expected(payload));
      yield { id: `9.${7 + section}.${index + 1}`, send: atOnce(...send), expect, closes: null };
    }
}

/** 10.1.1: fragments of 1300 bytes. */
function* misc(): Iterable<AutobahnCase> {
  const payload = Buffer.alloc(65536, "*");
  const send = atOnce(...fragments(TEXT, payload, 1300));
  yield { id: "10.1.1", send, expect: [text(payload)], closes: null };
}

runCases([...whole(), ...inFragments(), ...chopped(), ...many(), ...misc()]);
