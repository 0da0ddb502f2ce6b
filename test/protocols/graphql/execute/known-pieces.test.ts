import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { api, resource, t } from "fourfold";
import { openRig } from "./rig.ts";

interface Line {
  id: string;
  text: string;
  note: string | null;
  size: number;
  share: number;
  open: boolean | null;
  kind: "a" | "b";
  made: Date;
  worth: bigint;
  tags: string[];
  more: Record<string, string | number>;
}

let lines: Line[] = [];
let words = new Map<string, { id: string; word: string }[]>();

/** What handlers answer, against their definition too. */
const wrong = (value: unknown): never => value as never;

const Line = resource("Line", {
  fields: {
    id: t.id(),
    text: t.text(),
    note: t.text({ optional: true }),
    size: t.int32(),
    share: t.float(),
    open: t.boolean({ optional: true }),
    kind: t.enum(["a", "b"]),
    made: t.timestamp(),
    worth: t.int64(),
    tags: t.list(t.string()),
    more: t.json(),
  },
  pageSize: { default: 300, max: 300 },
  handlers: {
    get: ({ input }) => {
      if (input.id === "broken") throw new Error("secret");
      return null;
    },
    list: () => ({ items: lines, nextPageToken: "" }),
  },
});

const Word = resource("Word", {
  fields: { id: t.id(), word: t.string(), line: t.ref(() => Line, { inverse: "words" }) },
  handlers: { get: () => null },
  related: { line: ({ input }) => wrong(input.ids.map((id) => words.get(id) ?? [])) },
});

function newLine(number: number): Line {
  const id = `line ${number}`;
  words.set(
    id,
    Array.from({ length: number % 3 }, (_, index) => ({ id: `${id}.${index}`, word: `word ${index}` })),
  );
  return {
    id,
    text: `\u{1f600}"${"x".repeat(500 * (number % 4))}`,
    note: number % 2 === 0 ? null : `note ${number}`,
    size: number,
    share: number / 7,
    open: null,
    kind: "a",
    made: new Date(number),
    worth: BigInt(number),
    tags: ["a", "b"],
    more: { number },
  };
}

/** What may happen to rows between two answers, most of it to one row. */
const changes: readonly ((at: number, lines: Line[]) => void)[] = [
  () => {},
  (at, all) => all.splice(at, 1, newLine(at)),
  (at, all) => all.splice(at, 1, newLine(1000 + at)),
  (at, all) => all.splice(at, 0, newLine(2000 + at)),
  (at, all) => all.splice(at, 1),
  (at, all) => all.splice(at, 20),
  (_, all) => all.push(newLine(3000), newLine(3001)),
  (at, all) => Object.assign(all[at] ?? {}, { text: "other" }),
  (at, all) => Object.assign(all[at] ?? {}, { note: null }),
  (at, all) => Object.assign(all[at] ?? {}, { open: true }),
  (at, all) => Object.assign(all[at] ?? {}, { share: -0 }),
  (at, all) => Object.assign(all[at] ?? {}, { kind: "b" }),
  (at, all) => Object.assign(all[at] ?? {}, { worth: 5n }),
  // The same objects, which have other values now.
  (at, all) => all[at]?.made.setTime(77),
  (at, all) => all[at]?.tags.push("c"),
  (at, all) => Object.assign(all[at]?.more ?? {}, { number: "other" }),
  (at, all) => words.get(all[at]?.id ?? "")?.push({ id: "new", word: "new" }),
  (at, all) => Object.assign(words.get(all[at]?.id ?? "")?.[0] ?? {}, { word: "other" }),
  // Against the definition: the field is an error, and the list with it.
  (at, all) => Object.assign(all[at] ?? {}, { size: "5" }),
  (at, all) => Object.assign(all[at] ?? {}, { text: null }),
  (at, all) => Object.assign(all[at] ?? {}, { note: 5 }),
  (at, all) => Object.assign(all[at] ?? {}, { worth: "5" }),
  (_, all) => all.reverse(),
  (_, all) => all.splice(100),
  () => words.clear(),
];

const documents = [
  "{ lines { id text words { id word } } }",
  "{ lines { id note size share open kind } }",
  "{ lines { id made worth tags } other: lines { more id } }",
  "{ lines { words { word line { id } } __typename size } }",
  "{ linesConnection { edges { node { id text words(first: 1) { id } } } pageInfo { hasNextPage } } }",
  "{ linesConnection { nodes { note words { id } words2: words(first: 2) { word } } } }",
  '{ lines { id text } line(id: "broken") { id } }',
  "{ lines { __proto__: text } }",
];

test("a long list whose pieces are known is answered as one that is written anew, whatever has changed", async () => {
  await using rig = await openRig(api("lines", { resources: [Line, Word] }));
  const change = fc.record({ change: fc.constantFrom(...changes), at: fc.nat(139) });
  const steps = fc.array(change, { minLength: 1, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...documents), steps, async (text, each) => {
      words = new Map();
      lines = Array.from({ length: 140 }, (_, index) => newLine(index));
      const run = rig.compiled(text, { inPieces: true });
      assert.ok(run !== null, text);
      // With care, then by compiled code, then compared.
      for (let time = 0; time < 3; time++) await run();
      for (const { change, at } of each) {
        change(at, lines);
        const result = await run();
        const reference = await rig.runBy("reference", text);
        assert.equal(result.isLong ? Buffer.concat(result.pieces).toString() : result.text, reference?.text);
        assert.equal(result.text, reference?.text);
      }
    }),
    { numRuns: 60 },
  );
});

/** Tells of each answer how many of its bytes, in percent, were written for it, and did not stand in memory where an answer before had them. */
class Written {
  readonly #known = new Map<ArrayBufferLike, Set<number>>();

  percent(pieces: readonly Uint8Array[]): number {
    let written = 0;
    let all = 0;
    for (const { buffer, byteOffset, length } of pieces) {
      const known = this.#known.get(buffer) ?? new Set();
      this.#known.set(buffer, known);
      all += length;
      for (let at = byteOffset; at < byteOffset + length; at++) {
        if (!known.has(at)) written++;
        known.add(at);
      }
    }
    return Math.round((100 * written) / all);
  }
}

test("what has not changed is not written again, on whichever page it stands, and a list that is never the same is not kept", async () => {
  await using rig = await openRig(api("lines", { resources: [Line, Word] }));
  words = new Map();
  const all = Array.from({ length: 400 }, (_, index) => newLine(index));
  lines = all.slice(0, 140);
  const run = rig.compiled("{ lines { text words { id word } } }", { inPieces: true });
  assert.ok(run !== null);
  await run();
  const answers = new Written();
  const written = async (): Promise<number> => answers.percent((await run()).pieces);
  assert.equal(await written(), 100);
  assert.equal(await written(), 0);
  lines = lines.with(63, newLine(467));
  assert.equal(await written(), 1);
  assert.equal(await written(), 0);
  lines = [newLine(463), ...lines];
  assert.equal(await written(), 1);
  // Another page, half of which is on the first one as well, and back.
  lines = all.slice(70, 210);
  assert.ok(Math.abs((await written()) - 50) <= 1);
  for (let time = 0; time < 3; time++) {
    lines = all.slice(70, 210);
    assert.equal(await written(), 0);
    lines = all.slice(0, 140);
    assert.equal(await written(), 0);
  }
  // Values that are others each time: two answers go by after the first of them, and four after the next.
  const change = (time: number): void => {
    lines = lines.map((line, index) => ({ ...line, text: `${time} ${index}`.padEnd(500, "x") }));
  };
  change(1);
  assert.equal(await written(), 100);
  for (const expected of [100, 100, 100, 0, 0]) assert.equal(await written(), expected);
  change(2);
  assert.equal(await written(), 100);
  for (const expected of [100, 100, 100, 0]) assert.equal(await written(), expected);
});

test("rows that never came before are not kept for long", async () => {
  await using rig = await openRig(api("lines", { resources: [Line, Word] }));
  words = new Map();
  const run = rig.compiled("{ lines { id size } }", { inPieces: true });
  assert.ok(run !== null);
  let number = 0;
  const next = async (): Promise<readonly Uint8Array[]> => {
    lines = Array.from({ length: 140 }, () => newLine(number++));
    return (await run()).pieces;
  };
  for (let time = 0; time < 18; time++) await next();
  const answers = new Written();
  answers.percent(await next());
  // Though nothing has changed.
  assert.equal(answers.percent((await run()).pieces), 100);
});
