import assert from "node:assert/strict";
import { test } from "node:test";
import { api, resource, t } from "fourfold";
import { startTest } from "fourfold/testing";

let read = 0;
let handled = 0;

const Word = resource("Word", {
  fields: { id: t.id(), text: t.string() },
  cache: { maxAge: "5m", visibility: "public" },
  handlers: {
    get: ({ input }) => {
      handled++;
      return {
        id: input.id,
        get text() {
          read++;
          return `${input.id} "é"`;
        },
      };
    },
  },
});

test("what is selected of a cached row is written once for each selection, up to some", async () => {
  await using server = await startTest(api("words", { resources: [Word] }));
  const ask = async (query: string, id: string): Promise<unknown> => {
    const response = await fetch(`${server.origin}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query, variables: { id } }),
    });
    return response.json();
  };
  const one = "query($id: ID!) { word(id: $id) { text } }";
  const other = "query($id: ID!) { a: word(id: $id) { id, t: text } }";
  for (let time = 0; time < 5; time++) {
    assert.deepEqual(await ask(one, "x"), { data: { word: { text: 'x "é"' } } });
    assert.deepEqual(await ask(other, "x"), { data: { a: { id: "x", t: 'x "é"' } } });
    assert.deepEqual(await ask(one, "y"), { data: { word: { text: 'y "é"' } } });
  }
  // Two rows are looked at when they are kept, and then for three answers.
  assert.deepEqual([handled, read], [2, 2 + 3]);
  // Two fields are made of two entries.
  const both = 'query($id: ID!) { word(id: $id) { text } x: word(id: "x") { text } }';
  for (let time = 0; time < 2; time++)
    assert.deepEqual(await ask(both, "y"), { data: { word: { text: 'y "é"' }, x: { text: 'x "é"' } } });
  assert.equal(read, 5 + 4);
  // Callers choose their selections: not all of them are kept.
  for (let index = 0; index < 40; index++)
    await ask(`query($id: ID!) { w${index}: word(id: $id) { text } }`, "y");
  read = 0;
  for (let index = 0; index < 40; index++)
    await ask(`query($id: ID!) { w${index}: word(id: $id) { text } }`, "y");
  assert.equal(read, 40 - 15);
});
