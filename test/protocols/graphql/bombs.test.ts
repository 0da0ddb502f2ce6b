import assert from "node:assert/strict";
import { once } from "node:events";
import { after, before, test } from "node:test";
import { startTest, type TestServer } from "fourfold/testing";
import { WebSocket } from "ws";
import blog from "../../../examples/blog/api.ts";

let server: TestServer;
before(async () => {
  server = await startTest(blog);
});
after(() => server.close());

const times = (count: number, part: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => part(index)).join("");

/** Documents, and the first word of what each is refused with. */
const bombs: readonly (readonly [refusal: string, document: string])[] = [
  ["depth", `{users${"{posts{author".repeat(1_200)}`],
  ["aliases", `{${times(9_000, (index) => `a${index}:__typename `)}}`],
  ["repeats", `{users{${"id ".repeat(4_900)}}}`],
  ["fields", `{users{${"...F ".repeat(20_000)}}}fragment F on User{id}`],
  ["directives", `{users{id ${"@skip(if:false) ".repeat(6_000)}}}`],
  ["fragments", times(600, (index) => `fragment F${index} on User{...F${(index + 1) % 600}}`)],
  ["operations", times(700, (index) => `query Q${index}{__typename}`)],
  ["nesting", `{user(id:${"[".repeat(4_900)}`],
  ["tokens", `{user(id:1){id}}${"query ($a:ID=1){user(id:$a){id}}".repeat(500)}`],
  ["lines", "#\n".repeat(50_000)],
  ["Cannot query", `{users{${times(1_900, (index) => `f${index} `)}}}`],
  ["Unknown argument", `{users(${times(1_500, (index) => `a${index}:1 `)}){id}}`],
  ["Variable", `query(${times(900, (index) => `$v${index}:ID `)}){__typename}`],
  ["Expected value", `{user(id:{${times(1_600, (index) => `a${index}:1 `)}}){id}}`],
  ["There can be only one", `{users(${"first:1 ".repeat(1_600)}){id}}`],
];

async function posted(query: string, accept: string): Promise<string> {
  const response = await fetch(`${server.origin}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", accept },
    body: JSON.stringify({ query: query.padEnd(100_000, ",") }),
  });
  return response.text();
}

/** The message of the first error in a response. */
function firstMessage(text: string): string {
  const { errors } = JSON.parse(text) as { readonly errors?: readonly { readonly message: string }[] };
  return errors?.[0]?.message ?? text;
}

test("bombs are refused alike over POST, server-sent events and WebSocket, by what they have too much of", async () => {
  const socket = new WebSocket(`${server.origin.replace("http", "ws")}/graphql`, "graphql-transport-ws");
  const next = async (): Promise<{ readonly type: string; readonly payload: unknown }> =>
    JSON.parse(String((await once(socket, "message"))[0]));
  await once(socket, "open");
  socket.send('{"type":"connection_init"}');
  await next();
  for (const [refusal, document] of bombs) {
    const message = firstMessage(await posted(document, "application/json"));
    assert.ok(message.startsWith(refusal), `${refusal}: ${message.slice(0, 200)}`);
    const event = /^event: next\ndata: (.*)$/m.exec(await posted(document, "text/event-stream"))?.[1] ?? "{}";
    assert.equal(firstMessage(event), message);
    socket.send(JSON.stringify({ type: "subscribe", id: "1", payload: { query: document } }));
    const { type, payload } = await next();
    assert.equal(type, "error");
    assert.equal(firstMessage(JSON.stringify({ errors: payload })), message);
  }
  socket.close();
  assert.match(await posted("{__typename}", "application/json"), /"__typename":"Query"/);
});

test("GET refuses the same, as far as an address reaches", async () => {
  const short: readonly (readonly [refusal: string, document: string])[] = [
    ["depth", `{users${"{posts{author".repeat(15)}`],
    ["aliases", `{${times(150, (index) => `a${index}:__typename `)}}`],
    ["repeats", `{users{${"id ".repeat(150)}}}`],
    ["nesting", `{user(id:${"[".repeat(600)}`],
    ["Unknown argument", `{users(${times(60, (index) => `a${index}:1 `)}){id}}`],
  ];
  for (const [refusal, document] of short) {
    const response = await fetch(`${server.origin}/graphql?query=${encodeURIComponent(document)}`);
    const message = firstMessage(await response.text());
    assert.ok(message.startsWith(refusal), `${refusal}: ${message.slice(0, 200)}`);
  }
});

test("JSON that is nested without end is refused, whatever it is for", async () => {
  const nested = (levels: number): string => `${"[".repeat(levels)}${"]".repeat(levels)}`;
  const content = (levels: number): string => `{"query":"{__typename}","variables":{"a":${nested(levels)}}}`;
  const post = async (body: string): Promise<string> =>
    (
      await fetch(`${server.origin}/graphql`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body,
      })
    ).text();
  assert.match(await post(content(400)), /"data"/);
  assert.match(
    await post(content(50_000)),
    /INVALID_JSON.*nested too deeply|nested too deeply.*INVALID_JSON/,
  );
  // The query is known by now.
  assert.match(await post(content(5_000)), /nested too deeply/);
  const socket = new WebSocket(`${server.origin.replace("http", "ws")}/graphql`, "graphql-transport-ws");
  await once(socket, "open");
  socket.send(`{"type":"connection_init","payload":{"a":${nested(5_000)}}}`);
  const [code, reason] = await once(socket, "close");
  assert.deepEqual([code, String(reason)], [4400, "Messages may be nested on 500 levels"]);
});
