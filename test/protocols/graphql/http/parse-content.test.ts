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
    // Damaged, or with something beside.
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

test("a member that is stated twice is refused beside a known query, too", () => {
  assert.deepEqual(read('{"query":"{ b }"}'), { query: "{ b }" });
  for (const [text, name] of [
    ['{"query":"{ b }","query":"{ c }"}', "query"],
    ['{"query":"{ b }","variables":{},"variables":{"a":1}}', "variables"],
    ['{"query":"{ b }","variables":{"a":{"b":1,"b":2}}}', "variables.a.b"],
  ] as const)
    assert.equal(read(text), `${name}: is stated twice`);
});
