import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { startTest, type TestServer } from "fourfold/testing";
import { type Client, createClient } from "graphql-sse";
import streams, { told } from "../streams-fixture.ts";

// GraphQL over SSE by the client of those who wrote it, in its usual mode: a connection for each operation.

let server: TestServer;
let client: Client;
before(async () => {
  server = await startTest(streams);
  client = createClient({ url: `${server.origin}/graphql`, retryAttempts: 0 });
});
after(async () => {
  client.dispose();
  await server.close();
});

async function all(query: string, variables: Record<string, unknown> = {}): Promise<readonly unknown[]> {
  const results: unknown[] = [];
  for await (const result of client.iterate({ query, variables })) results.push(result);
  return results;
}

test("subscriptions, queries and mutations come to their ends", async () => {
  assert.deepEqual(
    await all("subscription ($to: Int!) { count(to: $to) { number } }", { to: 3 }),
    [1, 2, 3].map((number) => ({ data: { count: { number } } })),
  );
  assert.deepEqual(await all('mutation { keep(text: "é \u{1f600}") }'), [{ data: { keep: "é \u{1f600}" } }]);
  assert.deepEqual(await all("{ kept }"), [{ data: { kept: "é \u{1f600}" } }]);
});

test("what is wrong is told as a result", async () => {
  const [syntax] = await all("{ nothing }");
  assert.match(JSON.stringify(syntax), /"code":"DOCUMENT_INVALID"/);
  const broken = await all("subscription { count(to: 3, breaksAt: 2) { number } }");
  assert.equal(broken.length, 2);
  assert.match(JSON.stringify(broken[1]), /"code":"BROKEN".*"after":1/);
});

test("a client that leaves ends the source", async () => {
  const results = client.iterate({ query: "subscription { silence }" });
  const first = results.next();
  while (told.open === 0) await sleep(5);
  await results.return?.();
  assert.deepEqual(await first, { done: true, value: undefined });
  while (told.open > 0) await sleep(5);
});
