import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { startTest, type TestServer } from "fourfold/testing";
import streams, { told } from "../streams-fixture.ts";

let server: TestServer;
before(async () => {
  server = await startTest(streams);
});
after(() => server.close());

function open(query: string, init: RequestInit = {}): Promise<Response> {
  return fetch(`${server.origin}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "text/event-stream" },
    body: JSON.stringify({ query }),
    ...init,
  });
}

async function events(query: string): Promise<readonly (readonly [string, unknown])[]> {
  const response = await open(query);
  assert.equal(response.status, 200);
  assert.match(response.headers.get("content-type") ?? "", /^text\/event-stream/);
  return (await response.text())
    .split("\n\n")
    .filter((block) => block !== "")
    .map((block) => {
      const [, event = "", data = ""] = /^event: (.*)\ndata: (.*)$/.exec(block) ?? [];
      return [event, data === "" ? null : JSON.parse(data)] as const;
    });
}

test("each result is an event, and `complete` comes last", async () => {
  assert.deepEqual(await events("subscription { count(to: 2) { number } }"), [
    ["next", { data: { count: { number: 1 } } }],
    ["next", { data: { count: { number: 2 } } }],
    ["complete", null],
  ]);
  assert.deepEqual(await events('mutation { keep(text: "x") }'), [
    ["next", { data: { keep: "x" } }],
    ["complete", null],
  ]);
});

test("what is wrong with a request is an event too", async () => {
  for (const [query, code] of [
    ["{", "DOCUMENT_SYNTAX"],
    ["{ nothing }", "DOCUMENT_INVALID"],
    ["subscription { count(to: -1) { number } }", "INVALID_INPUT"],
  ] as const) {
    const [first, second, ...rest] = await events(query);
    assert.equal(first?.[0], "next");
    assert.match(JSON.stringify(first), new RegExp(`"code":"${code}"`));
    assert.deepEqual([second, rest], [["complete", null], []]);
  }
});

test("an error of the source is the last result", async () => {
  const all = await events("subscription { count(to: 3, breaksAt: 2) { number } }");
  assert.equal(all.length, 3);
  assert.match(JSON.stringify(all[1]), /"code":"BROKEN"/);
});

test("a subscription is refused where events are not accepted", async () => {
  const response = await open("subscription { silence }", {
    headers: { "content-type": "application/json", accept: "application/graphql-response+json" },
  });
  assert.equal(response.status, 406);
  assert.match(await response.text(), /text\/event-stream/);
});

test("GET opens streams as EventSource does, and changes nothing", async () => {
  const ask = (query: string): Promise<Response> =>
    fetch(`${server.origin}/graphql?${new URLSearchParams({ query })}`, {
      headers: { accept: "text/event-stream" },
    });
  assert.match(await (await ask("subscription { count(to: 1) { number } }")).text(), /"number":1/);
  assert.match(await (await ask('mutation { keep(text: "by GET") }')).text(), /METHOD_NOT_ALLOWED/);
});

test("who leaves ends the source", async () => {
  const leaving = new AbortController();
  const response = await open("subscription { silence }", { signal: leaving.signal });
  for (let tries = 0; told.open === 0 && tries < 200; tries++) await sleep(10);
  assert.equal(told.open, 1);
  leaving.abort();
  await assert.rejects(response.text());
  for (let tries = 0; told.open > 0 && tries < 200; tries++) await sleep(10);
  assert.equal(told.open, 0);
});
