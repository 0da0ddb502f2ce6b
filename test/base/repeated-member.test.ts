import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { repeatedMember } from "../../src/base/repeated-member.ts";

const find = (text: string): string | null => repeatedMember(text, JSON.parse(text));

test("a member that is stated twice is found, by its path", () => {
  const cases: readonly (readonly [string, string | null])[] = [
    ['{"a":1,"b":2}', null],
    ['{"a":1,"a":1}', "a"],
    [' { "a" : 1 , "b" : { "a" : 1 } }', null],
    ['{"b":{"a":1,"c":2,"a":3},"a":1}', "b.a"],
    ['{"items":[{"a":1},{"a":1},{"a":1,"b":[],"a":2}]}', "items[2].a"],
    ['[[{"a":1}],[{"a":1,"a":1}]]', "[1][0].a"],
    // The same name, written otherwise.
    ['{"a":1,"\\u0061":2}', "a"],
    ['{"a\\\\":1,"a\\"":2,"a\\\\":3}', "a\\"],
    // Colons and quotation marks within strings are none of the text's own.
    ['{"a":"\\":","b":":","c":"x\\\\","d":"\\"a\\":1,\\"a\\":2"}', null],
    ['{"a":":","b":"\\":","a":"{\\"b\\":1}"}', "a"],
    ['{"__proto__":1,"constructor":2}', null],
    ['{"__proto__":1,"__proto__":2}', "__proto__"],
    ['{"":1,"":2}', ""],
    ['"a:b"', null],
    ["1", null],
    ['{"a":"2020-01-01T00:00:00Z","b":{},"c":[]}', null],
  ];
  for (const [text, path] of cases) assert.equal(find(text), path, text);
});

test("text that is nested without end is gone through all the same", () => {
  const depth = 100_000;
  assert.equal(find("[".repeat(depth) + "]".repeat(depth)), null);
  // What JSON.parse takes of objects within objects.
  const deep = `${'{"a":'.repeat(2_000)}1${"}".repeat(2_000)}`;
  assert.equal(find(deep), null);
  const repeated = `${'{"a":'.repeat(2_000)}{"b":1,"b":2}${"}".repeat(2_000)}`;
  assert.match(find(repeated) ?? "", /^a\.a\..*\.b$/);
});

test("whatever JSON there is: none is found in what was written by JSON.stringify, and one in an object that has one more", () => {
  // None begins with a backslash: once it has read such a name, JSON.parse of V8 14.6 takes others that are written with an escape for it.
  const names = fc
    .oneof(fc.constantFrom("a", "b", '"', "a\\", ":", '":', "__proto__"), fc.string())
    .filter((name) => !name.startsWith("\\"));
  const strings = fc.oneof(fc.constantFrom('":', ':"', "\\", '\\":', "a:b"), fc.string());
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      strings,
      fc.integer(),
      fc.constant(null),
      fc.array(tie("value"), { maxLength: 4 }),
      fc.dictionary(names, tie("value"), { maxKeys: 4, noNullPrototype: true }),
    ),
  }));
  fc.assert(
    fc.property(value, fc.constantFrom(undefined, 2), (json, spaces) => {
      assert.equal(find(JSON.stringify(json, null, spaces)), null);
    }),
  );
  fc.assert(
    fc.property(names, value, value, fc.dictionary(names, value), (name, first, second, others) => {
      const rest = Object.entries(others)
        .filter(([other]) => other !== name)
        .map(([other, each]) => `${JSON.stringify(other)}:${JSON.stringify(each)},`);
      const member = (each: unknown): string => `${JSON.stringify(name)} : ${JSON.stringify(each)}`;
      const text = `[{${rest.join("")}${member(first)},${member(second)}}]`;
      assert.equal(find(text), `[0].${name.slice(0, 64)}`);
    }),
  );
});
