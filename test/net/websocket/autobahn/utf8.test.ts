import { CONTINUATION, fragments, frame, TEXT } from "../frames.ts";
import { type AutobahnCase, atOnce, runCases, text } from "./case.ts";

const open = { isFinal: false };
const hex = (digits: string): Buffer => Buffer.from(digits.replaceAll(" ", ""), "hex");

/** "Hello-µ@ßöäüàá-UTF-8!!" */
const greeting = Buffer.from("Hello-µ@ßöäüàá-UTF-8!!");
const greek = hex("ce ba e1 bd b9 cf 83 ce bc ce b5");
const invalid = Buffer.concat([greek, hex("ed a0 80"), Buffer.from("edited")]);

/** 6.1: texts with empty fragments. */
function* empty(): Iterable<AutobahnCase> {
  const around = (payload: string) =>
    atOnce(frame(TEXT, "", open), frame(CONTINUATION, payload, open), frame(CONTINUATION, ""));
  yield { id: "6.1.1", send: [frame(TEXT)], expect: [text("")], closes: null };
  yield { id: "6.1.2", send: around(""), expect: [text("")], closes: null };
  yield { id: "6.1.3", send: around("middle"), expect: [text("middle")], closes: null };
}

/** 6.2 and 6.3: characters that are cut by frames. */
function* cut(): Iterable<AutobahnCase> {
  const half = [frame(TEXT, greeting.subarray(0, 13), open), frame(CONTINUATION, greeting.subarray(13))];
  const bytewise = (payload: Buffer) => atOnce(...fragments(TEXT, payload, 1));
  yield { id: "6.2.1", send: [frame(TEXT, greeting)], expect: [text(greeting)], closes: null };
  yield { id: "6.2.2", send: atOnce(...half), expect: [text(greeting)], closes: null };
  yield { id: "6.2.3", send: bytewise(greeting), expect: [text(greeting)], closes: null };
  yield { id: "6.2.4", send: bytewise(greek), expect: [text(greek)], closes: null };
  yield { id: "6.3.1", send: [frame(TEXT, invalid)], expect: [], closes: 1007 };
  yield { id: "6.3.2", send: bytewise(invalid), expect: [], closes: 1007 };
}

/** 6.4: what is invalid is refused before the message is whole. That it is not comes by never being sent. */
function* failFast(): Iterable<AutobahnCase> {
  const beyond = Buffer.concat([greek, hex("f4 90 80 80"), Buffer.from("edited")]);
  const head = frame(TEXT, beyond).subarray(0, 6);
  const payload = frame(TEXT, beyond).subarray(6);
  const frames = (first: number, second: number) => [
    frame(TEXT, beyond.subarray(0, first), open),
    frame(CONTINUATION, beyond.subarray(first, second), open),
  ];
  const chops = (first: number, second: number) => [
    Buffer.concat([head, payload.subarray(0, first)]),
    payload.subarray(first, second),
  ];
  yield { id: "6.4.1", send: frames(11, 15), expect: [], closes: 1007 };
  yield { id: "6.4.2", send: frames(12, 13), expect: [], closes: 1007 };
  yield { id: "6.4.3", send: chops(11, 15), expect: [], closes: 1007 };
  yield { id: "6.4.4", send: chops(12, 13), expect: [], closes: 1007 };
}

const incomplete = [
  "c0",
  "e0 80",
  "f0 80 80",
  "f8 80 80 80",
  "fc 80 80 80 80",
  "df",
  "ef bf",
  "f7 bf bf",
  "fb bf bf bf",
  "fd bf bf bf bf",
];

/** Each byte of a range, with a space behind it. */
function lonely(from: number, to: number): string {
  let digits = "";
  for (let byte = from; byte < to; byte += 1) digits += `${byte.toString(16)}20`;
  return digits;
}

/** U+nFFFE and U+nFFFF of the planes 1 to 16, of the first bytes F0 to F4. */
function nonCharacters(): string[] {
  const found = ["ef bf be", "ef bf bf"];
  for (const first of ["f0", "f1", "f2", "f3", "f4"])
    for (const second of ["8f", "9f", "af", "bf"]) {
      if ((first === "f0" && second === "8f") || (first === "f4" && second !== "8f")) continue;
      found.push(`${first} ${second} bf be`, `${first} ${second} bf bf`);
    }
  return found;
}

/** 6.5 to 6.23, after Markus Kuhn's stress test: the sequences of each section; null for one as a whole that is half and half. */
const sections: readonly (readonly [valid: boolean, sequences: readonly string[]])[] = [
  [
    true,
    [
      "68656c6c6f24776f726c64",
      "68656c6c6fc2a2776f726c64",
      "68656c6c6fe282ac776f726c64",
      "68656c6c6ff0a4ada2776f726c64",
      greek.toString("hex"),
    ],
  ],
  [true, []],
  [true, ["00", "c2 80", "e0 a0 80", "f0 90 80 80"]],
  [false, ["f8 88 80 80 80", "fc 84 80 80 80 80"]],
  [true, ["7f", "df bf", "ef bf bf", "f4 8f bf bf"]],
  [false, ["f7 bf bf bf", "fb bf bf bf bf", "fd bf bf bf bf bf"]],
  [true, ["ed 9f bf", "ee 80 80", "ef bf bd", "f4 8f bf bf"]],
  [
    false,
    [
      "80",
      "bf",
      "80 bf",
      "80 bf 80",
      "80 bf 80 bf",
      "80 bf 80 bf 80",
      "80 bf 80 bf 80 bf",
      Buffer.from(Array.from({ length: 0x3f }, (_, index) => 0x80 + index)).toString("hex"),
    ],
  ],
  [
    false,
    [lonely(0xc0, 0xdf), lonely(0xe0, 0xef), lonely(0xf0, 0xf7), lonely(0xf8, 0xfb), lonely(0xfc, 0xfd)],
  ],
  [false, incomplete],
  [false, [incomplete.join("")]],
  [false, ["fe", "ff", "fe fe ff ff"]],
  [false, ["c0 af", "e0 80 af", "f0 80 80 af", "f8 80 80 80 af", "fc 80 80 80 80 af"]],
  [false, ["c1 bf", "e0 9f bf", "f0 8f bf bf", "f8 87 bf bf bf", "fc 83 bf bf bf bf"]],
  [false, ["c0 80", "e0 80 80", "f0 80 80 80", "f8 80 80 80 80", "fc 80 80 80 80 80"]],
  [false, ["ed a0 80", "ed ad bf", "ed ae 80", "ed af bf", "ed b0 80", "ed be 80", "ed bf bf"]],
  [
    false,
    [
      "ed a0 80 ed b0 80",
      "ed a0 80 ed bf bf",
      "ed ad bf ed b0 80",
      "ed ad bf ed bf bf",
      "ed ae 80 ed b0 80",
      "ed ae 80 ed bf bf",
      "ed af bf ed b0 80",
      "ed af bf ed bf bf",
    ],
  ],
  [true, nonCharacters()],
  [true, ["ef bf b9", "ef bf ba", "ef bf bb", "ef bf bc", "ef bf bd", "ef bf be", "ef bf bf"]],
];

function one(id: string, payload: Buffer, isValid: boolean): AutobahnCase {
  const send = [frame(TEXT, payload)];
  return isValid
    ? { id, send, expect: [text(payload)], closes: null }
    : { id, send, expect: [], closes: 1007 };
}

function* sequences(): Iterable<AutobahnCase> {
  for (const [section, [isValid, all]] of sections.entries())
    for (const [index, digits] of all.entries())
      yield one(`6.${5 + section}.${index + 1}`, hex(digits), isValid);
  // 6.6: every prefix; those that end with a character are valid.
  for (let length = 1; length <= greek.length; length += 1)
    yield one(`6.6.${length}`, greek.subarray(0, length), [2, 5, 7, 9, 11].includes(length));
  // The last of 6.11 lies beyond U+10FFFF.
  yield one("6.11.5", hex("f4 90 80 80"), false);
}

runCases([...empty(), ...cut(), ...failFast(), ...sequences()]);
