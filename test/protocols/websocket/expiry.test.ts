import assert from "node:assert/strict";
import { once } from "node:events";
import { after, before, test } from "node:test";
import { api, channel, command, resource, t } from "fourfold";
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
  operations: [slow],
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
