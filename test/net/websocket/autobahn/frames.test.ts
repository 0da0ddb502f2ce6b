import { BINARY, CLOSE, frame, PING, PONG, TEXT } from "../frames.ts";
import { type AutobahnCase, atOnce, binary, inChops, pong, runCases, text } from "./case.ts";

const hello = "Hello, world!";
const noText = Buffer.from([0x00, 0xff, 0xfe, 0xfd, 0xfc, 0xfb, 0x00, 0xff]);

/** 1: whole messages of every length at which the head changes. */
function* framing(): Iterable<AutobahnCase> {
  const sizes = [0, 125, 126, 127, 128, 65535, 65536, 65536];
  for (const [index, size] of sizes.entries()) {
    const star = Buffer.alloc(size, "*");
    const fe = Buffer.alloc(size, 0xfe);
    const sent = (bytes: Buffer) => (index === 7 ? inChops(997, bytes) : [bytes]);
    yield { id: `1.1.${index + 1}`, send: sent(frame(TEXT, star)), expect: [text(star)], closes: null };
    yield { id: `1.2.${index + 1}`, send: sent(frame(BINARY, fe)), expect: [binary(fe)], closes: null };
  }
}

/** 2: pings and pongs. */
function* pings(): Iterable<AutobahnCase> {
  const longest = Buffer.alloc(125, 0xfe);
  const ten = Array.from({ length: 10 }, (_, index) => `payload-${index}`);
  const tenPings = ten.map((payload) => frame(PING, payload));
  const tenPongs = ten.map(pong);
  const unsolicited = frame(PONG, "unsolicited pong payload");
  yield { id: "2.1", send: [frame(PING)], expect: [pong("")], closes: null };
  yield { id: "2.2", send: [frame(PING, hello)], expect: [pong(hello)], closes: null };
  yield { id: "2.3", send: [frame(PING, noText)], expect: [pong(noText)], closes: null };
  yield { id: "2.4", send: [frame(PING, longest)], expect: [pong(longest)], closes: null };
  yield { id: "2.5", send: [frame(PING, Buffer.alloc(126, 0xfe))], expect: [], closes: 1002 };
  yield { id: "2.6", send: inChops(1, frame(PING, longest)), expect: [pong(longest)], closes: null };
  yield { id: "2.7", send: [frame(PONG)], expect: [], closes: null };
  yield { id: "2.8", send: [unsolicited], expect: [], closes: null };
  yield { id: "2.9", send: atOnce(unsolicited, frame(PING, "ping")), expect: [pong("ping")], closes: null };
  yield { id: "2.10", send: atOnce(...tenPings), expect: tenPongs, closes: null };
  yield { id: "2.11", send: inChops(1, ...tenPings), expect: tenPongs, closes: null };
}

/** 3: reserved bits. */
function* reservedBits(): Iterable<AutobahnCase> {
  const good = frame(TEXT, hello);
  const bad = (reserved: number) => [good, frame(TEXT, hello, { reserved }), frame(PING)];
  yield { id: "3.1", send: [frame(TEXT, hello, { reserved: 1 })], expect: [], closes: 1002 };
  yield { id: "3.2", send: atOnce(...bad(2)), expect: [text(hello)], closes: 1002 };
  yield { id: "3.3", send: bad(3), expect: [text(hello)], closes: 1002 };
  yield { id: "3.4", send: inChops(1, ...bad(4)), expect: [text(hello)], closes: 1002 };
  yield { id: "3.5", send: [frame(BINARY, noText, { reserved: 5 })], expect: [], closes: 1002 };
  yield { id: "3.6", send: [frame(PING, hello, { reserved: 6 })], expect: [], closes: 1002 };
  yield { id: "3.7", send: [frame(CLOSE, "", { reserved: 7 })], expect: [], closes: 1002 };
}

/** 4: reserved opcodes. */
function* reservedOpcodes(): Iterable<AutobahnCase> {
  for (const [section, first] of [3, 11].entries()) {
    const id = (index: number) => `4.${section + 1}.${index}`;
    const after = (opcode: number, payload = "") => [frame(TEXT, hello), frame(opcode, payload), frame(PING)];
    const expect = [text(hello)];
    yield { id: id(1), send: [frame(first)], expect: [], closes: 1002 };
    yield { id: id(2), send: [frame(first + 1, "reserved opcode")], expect: [], closes: 1002 };
    yield { id: id(3), send: atOnce(...after(first + 2)), expect, closes: 1002 };
    yield { id: id(4), send: atOnce(...after(first + 3, hello)), expect, closes: 1002 };
    yield { id: id(5), send: inChops(1, ...after(first + 4, hello)), expect, closes: 1002 };
  }
}

runCases([...framing(), ...pings(), ...reservedBits(), ...reservedOpcodes()]);
