import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type Answer, startTest, type TestServer } from "fourfold/testing";
import { Animal, zoo } from "./zoo.ts";

// A member that is stated twice is refused wherever JSON comes in: which of them holds is told differently by different parsers.

let server: TestServer;
before(async () => {
  server = await startTest(zoo);
});
after(() => server.close());

const send = (line: string, body: string): Promise<Answer> =>
  server.request(line, { body, headers: { "content-type": "application/json" } });

test("in content over REST, at any depth; what it would have done is not done", async () => {
  const before = (await server.call(Animal.list, {})).items.length;
  const cases: readonly (readonly [string, string, string])[] = [
    ["POST /animals", '{"name":"Rex","name":"Max"}', "name"],
    ["POST /animals", '{"name":"Rex","home":{"country":"GB","country":"FR"}}', "home.country"],
    ["POST /animals", '{"name":"Rex","extras":[{"a":1,"a":2}]}', "extras[0].a"],
    [
      "POST /animals:batchCreate",
      '{"animals":[{"name":"A"},{"name":"B","legs":1,"legs":2}]}',
      "animals[1].legs",
    ],
  ];
  for (const [line, body, path] of cases) {
    const answer = await send(line, body);
    assert.equal(answer.status, 400, body);
    assert.deepEqual((answer.json as { error: object }).error, {
      code: "INVALID_JSON",
      message: `${path}: is stated twice`,
      violations: [
        { path, rule: "repeatedMember", message: "is stated twice", mend: "State it once (RFC 8259 §4)" },
      ],
    });
  }
  assert.equal((await server.call(Animal.list, {})).items.length, before);
});

test("in Connect's messages, and in GraphQL's requests", async () => {
  const get = "POST /zoo.v2.AnimalService/GetAnimal";
  const connect = await send(get, '{"id":"a","id":"b"}');
  assert.equal(connect.status, 400, connect.text);
  assert.match(connect.text, /"invalid_argument".*id is stated twice/);
  assert.equal((await send(get, '{"id":"a"}')).status, 404);
  const graphql = await send("POST /graphql", '{"query":"{ __typename }","variables":{"a":1,"a":2}}');
  assert.equal(graphql.status, 400, graphql.text);
  assert.match(graphql.text, /variables\.a: is stated twice/);
});
