import assert from "node:assert/strict";
import { once } from "node:events";
import { after, before, test } from "node:test";
import { api, channel, command, resource, subscription, t } from "fourfold";
import { createClient as createCaller } from "fourfold/client";
import { startTest, type TestServer } from "fourfold/testing";
import { createClient } from "graphql-ws";
import { WebSocket } from "ws";
import { until } from "../../client/until.ts";
import { RpcPeer } from "./rpc-peer.ts";

// Sockets do not outlive the credentials of who opened them.

const Note = resource("Note", { fields: { id: t.id(), text: t.string() } });
const gate = { entered: Promise.withResolvers<void>(), go: Promise.withResolvers<void>() };
const slow = command("slow", {
  output: t.string(),
  handle: async () => {
    gate.entered.resolve();
    await gate.go.promise;
    return "done";
  },
});
/** Why the handlers of subscriptions were ended. */
const endings: unknown[] = [];
/** A stream of the application's own: it tells who listens, and then waits for ever. */
const listen = subscription("listen", {
  output: t.string(),
  handle: async function* ({ caller, signal }) {
    yield caller?.id ?? "nobody";
    await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
    endings.push(signal.reason);
  },
});
const chat = channel("/chat", {
  message: t.text(),
  receive: ({ message, caller, everyone }) => everyone.send(`${caller?.id ?? "nobody"}: ${message}`),
});

const start = Date.parse("2026-05-01T00:00:00Z");
/** What the application's clock is ahead by, in milliseconds. */
let ahead = 0;
/** Tokens say for how many milliseconds they are good from the start: `ada/200`. */
const definition = api("expiring", {
  resources: [Note],
  operations: [slow, listen],
  channels: [chat],
  authenticate: ({ bearer }) => {
    if (bearer === null) return null;
    const [id = "", ms] = bearer.split("/");
    return { id, roles: [], claims: ms === undefined ? {} : { exp: (start + Number(ms)) / 1000 } };
  },
});

let server: TestServer;
before(async () => {
  server = await startTest(definition, { now: () => new Date(start + ahead) });
});
after(() => server.close());

test("a channel's socket is closed with 4401 when its token ends; those without an end stay", async () => {
  ahead = 0;
  const address = `${server.origin.replace("http", "ws")}/chat`;
  const open = (token: string | null): WebSocket =>
    new WebSocket(address, { headers: token === null ? {} : { authorization: `Bearer ${token}` } });
  const ending = open("ada/100");
  const staying = [open("grace"), open(null)];
  await Promise.all([ending, ...staying].map((socket) => once(socket, "open")));
  const closed = once(ending, "close");
  const heard = staying.map((socket) => once(socket, "message"));
  ending.send("hello");
  assert.deepEqual(
    (await Promise.all(heard)).map(([data]) => String(data)),
    ["ada: hello", "ada: hello"],
  );
  ahead = 100;
  const [code, reason] = await closed;
  assert.deepEqual([code, String(reason)], [4401, "UNAUTHENTICATED"]);
  const again = staying.map((socket) => once(socket, "message"));
  staying[1]?.send("still here");
  await Promise.all(again);
  for (const socket of staying) socket.close();
});

test("the client comes back to a channel with another token", async () => {
  ahead = 0;
  const asked: (string | null)[] = [];
  const client = createCaller({
    url: server.origin,
    backOffMs: 5,
    token: (refused) => {
      asked.push(refused);
      return refused === null ? "ada/100" : "ada";
    },
  });
  const room = client.channel(chat);
  const messages: string[] = [];
  room.listen((event) => event.type === "message" && messages.push(event.message));
  room.send("first");
  await until(() => messages.length === 1);
  ahead = 100;
  await until(() => asked.length === 2 && room.state === "open");
  room.send("second");
  await until(() => messages.length === 2);
  assert.deepEqual(
    [asked, messages],
    [
      [null, "ada/100"],
      ["ada: first", "ada: second"],
    ],
  );
  client.close();
});

test("graphql-transport-ws: what answers once is answered, and the socket closed with 4403", async () => {
  ahead = 0;
  const peer = await RpcPeer.open(server, { path: "/graphql", protocols: ["graphql-transport-ws"] });
  const closed = once(peer.socket, "close");
  peer.say({ type: "connection_init", payload: { authorization: "Bearer ada/100" } });
  assert.equal((await peer.next()).type, "connection_ack");
  peer.say({ type: "subscribe", id: "slow", payload: { query: "mutation { slow }" } });
  await gate.entered.promise;
  ahead = 100;
  peer.say({ type: "subscribe", id: "late", payload: { query: "{ notes { items { id } } }" } });
  const late = await peer.next();
  assert.deepEqual(
    [late.id, late.type, late.payload[0].extensions.code],
    ["late", "error", "UNAUTHENTICATED"],
  );
  gate.go.resolve();
  assert.deepEqual((await peer.next()).payload, { data: { slow: "done" } });
  assert.equal((await peer.next()).type, "complete");
  const [code, reason] = await closed;
  assert.deepEqual([code, String(reason)], [4403, "Forbidden"]);
});

test("clients of graphql-ws open their subscriptions again, with another token", async () => {
  ahead = 0;
  const given = ["ada/100", "ada"];
  const client = createClient({
    url: `${server.origin.replace("http", "ws")}/graphql`,
    webSocketImpl: WebSocket,
    retryWait: async () => {},
    connectionParams: () => ({ authorization: `Bearer ${given.shift()}` }),
  });
  const events: unknown[] = [];
  const ended = (async () => {
    for await (const { data } of client.iterate<{ noteChanged: { type: string } }>({
      query: "subscription { noteChanged { type } }",
    }))
      events.push(data?.noteChanged.type);
  })();
  await until(() => events.length === 1);
  ahead = 100;
  await until(() => events.length === 2);
  await server.server.call(Note.create, { text: "a" });
  await until(() => events.length === 3);
  assert.deepEqual([events, given], [["synced", "synced", "created"], []]);
  await client.dispose();
  await ended;
});

test("/rpc: a subscription of the application's own ends as a watch does, and the socket stays", async () => {
  ahead = 0;
  endings.length = 0;
  const peer = await RpcPeer.open(server, { headers: { authorization: "Bearer ada/100" } });
  const lasting = await RpcPeer.open(server, { headers: { authorization: "Bearer grace" } });
  for (const each of [peer, lasting]) {
    each.say({ jsonrpc: "2.0", id: "own", method: "listen" });
    assert.deepEqual((await each.next()).result, { stream: "own" });
  }
  assert.equal((await peer.next()).params.value, "ada");
  assert.equal((await lasting.next()).params.value, "grace");
  peer.say({ jsonrpc: "2.0", id: "watch", method: "notes.watch", params: { snapshot: false } });
  assert.deepEqual((await peer.next()).result, { stream: "watch" });
  assert.equal((await peer.next()).params.value.type, "synced");
  ahead = 100;
  const ends = new Map<string, unknown>();
  for (const { method, params } of [await peer.next(), await peer.next()]) {
    const { stream, ...end } = params;
    ends.set(stream, { method, ...end });
  }
  assert.deepEqual(ends.get("own"), ends.get("watch"));
  assert.deepEqual((ends.get("own") as { error: { code: number } }).error.code, -32016);
  await until(() => endings.length === 1);
  assert.equal((endings[0] as { code: string }).code, "UNAUTHENTICATED");
  assert.equal((await peer.ask("$/authenticate", { token: "ada" })).result.caller, "ada");
  peer.say({ jsonrpc: "2.0", id: "own", method: "listen" });
  assert.deepEqual((await peer.next()).result, { stream: "own" });
  assert.equal((await peer.next()).params.value, "ada");
  await peer.close();
  await lasting.close();
  await until(() => endings.length === 3);
});

test("REST and GraphQL over server-sent events: a subscription of the application's own ends, too", async () => {
  ahead = 0;
  const headers = { authorization: "Bearer ada/100", accept: "text/event-stream" };
  const [rest, graphql] = await Promise.all([
    fetch(`${server.origin}/listen`, { headers }),
    fetch(`${server.origin}/graphql?query=${encodeURIComponent("subscription { listen }")}`, { headers }),
  ]);
  const begun = new Set<Response>();
  const told = [rest, graphql].map(async (answer) => {
    let text = "";
    for await (const part of answer.body ?? []) {
      text += Buffer.from(part).toString();
      if (text.includes("ada")) begun.add(answer);
      if (begun.size === 2) ahead = 100;
    }
    return text;
  });
  const [events = "", results = ""] = await Promise.all(told);
  assert.match(events, /data: "ada"[\s\S]*UNAUTHENTICATED/);
  assert.match(results, /"listen":"ada"[\s\S]*UNAUTHENTICATED/);
});
