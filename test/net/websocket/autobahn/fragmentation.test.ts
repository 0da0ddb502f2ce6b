import { CONTINUATION, frame, PING, PONG, TEXT } from "../frames.ts";
import { type AutobahnCase, atOnce, inChops, pong, runCases, text } from "./case.ts";

const open = { isFinal: false };
const hello = frame(TEXT, "Hello, world!");

/** Frames in one piece, each in a piece, and in pieces of one byte. */
const ways = [
  (frames: readonly Buffer[]) => atOnce(...frames),
  (frames: readonly Buffer[]) => frames,
  (frames: readonly Buffer[]) => inChops(1, ...frames),
];

/** 5.3 to 5.8: a message in two fragments, without and with a ping between. */
function* fragmented(): Iterable<AutobahnCase> {
  const first = frame(TEXT, "fragment1", open);
  const second = frame(CONTINUATION, "fragment2");
  const ping = frame(PING, "ping payload");
  const whole = text("fragment1fragment2");
  for (const [index, sent] of ways.entries()) {
    yield { id: `5.${3 + index}`, send: sent([first, second]), expect: [whole], closes: null };
    const withPing = sent([first, ping, second]);
    yield { id: `5.${6 + index}`, send: withPing, expect: [pong("ping payload"), whole], closes: null };
  }
}

/** 5.9 to 5.14: a continuation of nothing. */
function* continuations(): Iterable<AutobahnCase> {
  for (const [index, sent] of ways.entries()) {
    const final = sent([frame(CONTINUATION, "non-continuation payload"), hello]);
    const more = sent([frame(CONTINUATION, "non-continuation payload", open), hello]);
    yield { id: `5.${9 + index}`, send: final, expect: [], closes: 1002 };
    yield { id: `5.${12 + index}`, send: more, expect: [], closes: 1002 };
  }
}

/** 5.1, 5.2 and 5.15 to 5.18: orders of frames that there may not be. */
function* disorder(): Iterable<AutobahnCase> {
  const last = frame(CONTINUATION, "fragment2");
  yield { id: "5.1", send: atOnce(frame(PING, "fragment1", open), last), expect: [], closes: 1002 };
  yield { id: "5.2", send: atOnce(frame(PONG, "fragment1", open), last), expect: [], closes: 1002 };
  const stray = [
    frame(TEXT, "fragment1", open),
    last,
    frame(CONTINUATION, "fragment3", open),
    frame(TEXT, "fragment4"),
  ];
  yield { id: "5.15", send: atOnce(...stray), expect: [text("fragment1fragment2")], closes: 1002 };
  for (const [index, isFinal] of [false, true].entries()) {
    const once = [frame(CONTINUATION, "fragment1", { isFinal }), frame(TEXT, "fragment2", open), last];
    yield { id: `5.${16 + index}`, send: atOnce(...once, ...once), expect: [], closes: 1002 };
  }
  const twoTexts = atOnce(frame(TEXT, "fragment1", open), frame(TEXT, "fragment2"));
  yield { id: "5.18", send: twoTexts, expect: [], closes: 1002 };
}

/** 5.19 and 5.20: five fragments with two pings between them. */
function* interleaved(): Iterable<AutobahnCase> {
  const before = [
    frame(TEXT, "fragment1", open),
    frame(CONTINUATION, "fragment2", open),
    frame(PING, "pongme 1!"),
  ];
  const after = [
    frame(CONTINUATION, "fragment3", open),
    frame(CONTINUATION, "fragment4", open),
    frame(PING, "pongme 2!"),
    frame(CONTINUATION, "fragment5"),
  ];
  const whole = text("fragment1fragment2fragment3fragment4fragment5");
  const expect = [pong("pongme 1!"), pong("pongme 2!"), whole];
  yield { id: "5.19", send: [...atOnce(...before), ...atOnce(...after)], expect, closes: null };
  yield { id: "5.20", send: [...before, ...after], expect, closes: null };
}

runCases([...fragmented(), ...continuations(), ...disorder(), ...interleaved()]);
