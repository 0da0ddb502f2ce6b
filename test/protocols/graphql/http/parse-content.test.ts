import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { ApiError } from "../../../../src/errors/api-error.ts";
import { parseContent } from "../../../../src/protocols/graphql/http/parse-content.ts";

/** What is read, or what is wrong: repeated members are not told by `JSON.parse`. */
function read(text: string): unknown {
  try {
    return parseContent(Buffer.from(text));
  } catch (thrown) {
    assert.ok(thrown instanceof ApiError, `${thrown}`);
    return thrown.message;
  }
}

function expected(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return "The content is not JSON";
  }
}

const queries = [
  "{ a }",
  'query Q($id: ID!) { user(id: $id, name: "\\"\u{1f600}\\\\") { id } }',
  "",
  "\n\t{ a }\\",
];

test("contents with queries that are known already are read as others are", () => {
  const ends = fc.oneof(
    fc
      .dictionary(fc.constantFrom("variables", "operationName", "__proto__", "x"), fc.jsonValue())
      .map((others) => {
        const text = JSON.stringify(others);
        return text === "{}" ? text.slice(1) : `,${text.slice(1)}`;
      }),
    // Texts alone, which are cut out when they come again, some with what JSON states otherwise.
    fc
      .dictionary(
        fc.constantFrom("id", "name", "a_1", "__proto__"),
        fc.oneof(
          fc.string(),
          fc.uuid(),
          fc.constantFrom("", '"', "\\", "}}", "\u007f", "\u{1f600}", "\ud800"),
        ),
      )
      .map((variables) => `,"variables":${JSON.stringify(variables)}}`),
    // Damaged, or with something beside.
    fc.constantFrom(
      ',"variables":{"id":"\n"}}',
      ',"variables":{"id":"a"},}',
      ',"variables":{"id":"a",}}',
      ',"variables":{"id":"a"}}}',
      ',"variables":{"id":"a"}',
      ',"variables":{"id":"a',
      ',"variables":{"id":"\\""}}',
      ',"variables":{"id":"a"}} ',
      ',"variables":{"id":1}}',
    ),
    fc.constantFrom(
      ",}",
      ", }",
      "",
      "x",
      ',"variables":{}',
      ' , "variables" : {} }',
      ',"variables":{}}}',
      ",,}",
      '"}',
    ),
  );
  fc.assert(
    fc.property(fc.constantFrom(...queries), ends, (query, end) => {
      const text = `{"query":${JSON.stringify(query)}${end}`;
      for (let time = 0; time < 2; time++) assert.deepEqual(read(text), expected(text));
    }),
    { numRuns: 500 },
  );
});

test("variables that are texts are read as they are the first time, whatever follows the form that is known", () => {
  for (const [index, name] of ["id", "a_1", "name"].entries()) {
    const begin = `{"query":"{ known${index} }","variables":{"${name}":"`;
    for (const [known, text] of [
      ["a", "b"],
      ["", "0190b1c2-7b1e-7cc3-98c4-dc0c0c07398f"],
      ["a", "\u00e4 \u{1f600}"],
      ["a", "\\n \\u0041 \\\\"],
      ["a", '\\"'],
      ["a", "x".repeat(5000)],
      ['a","other":"b', 'c","other":"d'],
    ])
      for (let time = 0; time < 4; time++) {
        assert.deepEqual(read(`${begin}${known}"}}`), JSON.parse(`${begin}${known}"}}`));
        assert.deepEqual(read(`${begin}${text}"}}`), JSON.parse(`${begin}${text}"}}`));
        assert.equal(read(`${begin}${known}","${name}":"a"}}`), `variables.${name}: is stated twice`);
        for (const wrong of ["", '"', '"}', '"}}}', '"}},', '",}}', '\n"}}', '\\"}}', '\\x"}}'])
          assert.equal(read(`${begin}${text}${wrong}`), "The content is not JSON");
        assert.deepEqual(read(`${begin}${text}"},"operationName":"A"}`), {
          ...JSON.parse(`${begin}${text}"}}`),
          operationName: "A",
        });
      }
  }
});

test("a member that is stated twice is refused beside a known query, too", () => {
  assert.deepEqual(read('{"query":"{ b }"}'), { query: "{ b }" });
  for (const [text, name] of [
    ['{"query":"{ b }","query":"{ c }"}', "query"],
    ['{"query":"{ b }","variables":{},"variables":{"a":1}}', "variables"],
    ['{"query":"{ b }","variables":{"a":{"b":1,"b":2}}}', "variables.a.b"],
  ] as const)
    assert.equal(read(text), `${name}: is stated twice`);
});

test("ids that come again are read as they are stated, whichever of them were known", () => {
  const id = "0190b1c2-7b1e-7cc3-98c4-dc0c0c07398f";
  // Each differs from the others by one character, hyphens among them; some are no ids.
  const others = Array.from(id, (_, at) =>
    ["0", "-", "z", "\u007f"].map((character) => id.slice(0, at) + character + id.slice(at + 1)),
  );
  const all = [id, ...others.flat(), id.slice(1), `${id}0`, id.toUpperCase()];
  for (const text of [...all, ...all, ...all, ...all.toReversed()]) {
    const content = `{"query":"query Again($id: ID!) { user(id: $id) { id } }","variables":{"id":"${text}","a":"${text}"}}`;
    assert.deepEqual(read(content), JSON.parse(content));
  }
});
