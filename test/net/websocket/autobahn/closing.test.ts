import { CONTINUATION, close, frame, PING, TEXT } from "../frames.ts";
import { type AutobahnCase, atOnce, runCases, text } from "./case.ts";

const hello = "Hello World!";

/** 7.1: what comes after a close frame is not looked at. */
function* afterwards(): Iterable<AutobahnCase> {
  const after = (...frames: readonly Buffer[]) => atOnce(close(1000), ...frames);
  yield { id: "7.1.1", send: [frame(TEXT, hello)], expect: [text(hello)], closes: null };
  yield { id: "7.1.2", send: after(close()), expect: [], closes: 1000 };
  yield { id: "7.1.3", send: after(frame(PING)), expect: [], closes: 1000 };
  yield { id: "7.1.4", send: after(frame(TEXT, hello)), expect: [], closes: 1000 };
  const between = atOnce(
    frame(TEXT, "fragment1", { isFinal: false }),
    close(1000),
    frame(CONTINUATION, "fragment2"),
  );
  yield { id: "7.1.5", send: between, expect: [], closes: 1000 };
  const large = Buffer.alloc(256 * 1024, "BAsd7&jh23");
  const back = atOnce(frame(TEXT, large), frame(TEXT, hello), close(1000), frame(PING));
  yield { id: "7.1.6", send: back, expect: [text(large), text(hello)], closes: 1000 };
}

/** 7.3: close frames of every length; an empty one is answered by an empty one. */
function* lengths(): Iterable<AutobahnCase> {
  yield { id: "7.3.1", send: [close()], expect: [], closes: 1005 };
  yield { id: "7.3.2", send: [frame(8, "a")], expect: [], closes: 1002 };
  yield { id: "7.3.3", send: [close(1000)], expect: [], closes: 1000 };
  yield { id: "7.3.4", send: [close(1000, hello)], expect: [], closes: 1000 };
  yield { id: "7.3.5", send: [close(1000, "*".repeat(123))], expect: [], closes: 1000 };
  yield { id: "7.3.6", send: [close(1000, "*".repeat(124))], expect: [], closes: 1002 };
}

const notUtf8 = Buffer.from("cebae1bdb9cf83cebcceb5eda080656469746564", "hex");

/** 7.5 to 7.13: the reason, and the codes. */
function* codes(): Iterable<AutobahnCase> {
  yield { id: "7.5.1", send: [close(1000, notUtf8)], expect: [], closes: 1007 };
  const good = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999];
  for (const [index, code] of good.entries())
    yield { id: `7.7.${index + 1}`, send: [close(code)], expect: [], closes: code };
  const bad = [0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999];
  for (const [index, code] of bad.entries())
    yield { id: `7.9.${index + 1}`, send: [close(code)], expect: [], closes: 1002 };
  yield { id: "7.13.1", send: [close(5000)], expect: [], closes: 1002 };
  yield { id: "7.13.2", send: [close(65535)], expect: [], closes: 1002 };
}

runCases([...afterwards(), ...lengths(), ...codes()]);
