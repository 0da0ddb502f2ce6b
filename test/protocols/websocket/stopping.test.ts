import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { api, channel, command, query, resource, subscription, t } from "fourfold";
import { startTest } from "fourfold/testing";
import { WebSocket } from "ws";
import { type Json, RpcPeer } from "./rpc-peer.ts";

// A server that stops lets what is under way over its sockets come to its end.

interface Gate {
  readonly entered: PromiseWithResolvers<void>;
  readonly go: PromiseWithResolvers<void>;
}

let gate: Gate = newGate();

function newGate(): Gate {
  return { entered: Promise.withResolvers(), go: Promise.withResolvers() };
}

/** Resolves when the gate is opened. */
async function pass(): Promise<void> {
  gate.entered.resolve();
  await gate.go.promise;
}

const Task = resource("Task", { fields: { id: t.id(), name: t.string(), isOpen: t.boolean() } });
const finish = command("finish", {
  input: { name: t.string() },
  output: Task,
  handle: async ({ input, db }) => {
    await pass();
    return db(Task).create({ name: input.name, isOpen: false });
  },
});
const quick = query("quick", { output: t.string(), handle: () => "at once" });
/** Hears of its end by nothing but `return`, which waits for what it waits for itself. */
const deaf = subscription("deaf", {
  output: t.string(),
  async *handle() {
    yield "first";
    await new Promise(() => {});
  },
});
const room = channel("/room", {
  message: t.text(),
  receive: async ({ message, sender }) => {
    await pass();
    sender.send(`taken: ${message}`);
  },
});
const definition = api("tasks", {
  resources: [Task],
  operations: [finish, quick, deaf],
  channels: [room],
});

async function messagesUntil(peer: RpcPeer, holds: (message: Json) => boolean): Promise<Json> {
  for (;;) {
    const message = await peer.next();
    if (holds(message)) return message;
  }
}

test("calls under way are answered, new ones are not begun, and then the socket closes with 1001", async () => {
  gate = newGate();
  const { server, origin } = await startTest(definition, { drainTimeout: 20_000 });
  const peer = await RpcPeer.open({ origin });
  const closed = once(peer.socket, "close");
  const finishing = (id: number | undefined, name: string): object => ({
    jsonrpc: "2.0",
    id,
    method: "finish",
    params: { name },
  });
  peer.say(finishing(1, "one"));
  peer.say([finishing(2, "two"), { jsonrpc: "2.0", id: 3, method: "quick" }]);
  await gate.entered.promise;
  assert.equal((await peer.ask("$/ping")).result, null);
  const stopped = server.close();
  const refused = await peer.ask("quick");
  assert.deepEqual(
    [refused.error.code, refused.error.data.code, refused.error.data.retryAfter],
    [-32014, "UNAVAILABLE", 1],
  );
  assert.equal((await peer.ask("$/ping")).result, null, "the socket is open");
  gate.go.resolve();
  const answers = [await peer.next(), await peer.next()];
  const single = answers.find((answer) => !Array.isArray(answer));
  const batch = answers.find((answer) => Array.isArray(answer));
  assert.deepEqual([single.id, single.result.name], [1, "one"]);
  assert.deepEqual(
    (batch ?? []).map(({ id, result }: Json) => [id, result.name ?? result]),
    [
      [2, "two"],
      [3, "at once"],
    ],
  );
  assert.deepEqual((await closed)[0], 1001);
  assert.deepEqual(peer.messages, []);
  await stopped;
});

test("a call that takes longer than the drain is cut off", async () => {
  gate = newGate();
  const { server, origin } = await startTest(definition, { drainTimeout: 100 });
  const peer = await RpcPeer.open({ origin });
  const closed = once(peer.socket, "close");
  peer.say({ jsonrpc: "2.0", id: 1, method: "finish", params: { name: "never" } });
  await gate.entered.promise;
  await server.close();
  assert.deepEqual((await closed)[0], 1006);
  gate.go.resolve();
});

test("a watch ends with its position, and goes on from there at another server", async () => {
  const first = await startTest(definition);
  const peer = await RpcPeer.open(first);
  const closed = once(peer.socket, "close");
  peer.say({ jsonrpc: "2.0", id: 1, method: "tasks.watch", params: { filter: "isOpen = true" } });
  const synced = await messagesUntil(peer, ({ params }) => params?.value.type === "synced");
  peer.say({ jsonrpc: "2.0", id: 2, method: "deaf" });
  await messagesUntil(peer, ({ params }) => params?.value === "first");
  const other = await RpcPeer.open(first);
  other.say({ jsonrpc: "2.0", id: 1, method: "tasks.watch", params: { snapshot: false } });
  await messagesUntil(other, ({ params }) => params?.value.type === "synced");
  // The other one sees it, so that the feed has read it; this one has nothing to see of it.
  assert.ok((await first.server.call(Task.create, { name: "closed", isOpen: false })).id);
  const seen = await messagesUntil(other, ({ params }) => params?.value.type === "created");
  await first.server.close();
  assert.deepEqual((await closed)[0], 1001);
  const [position, ...ends] = peer.messages;
  assert.equal(position.params.value.type, "synced");
  assert.equal(position.params.value.position, seen.params.value.position);
  assert.notEqual(position.params.value.position, synced.params.value.position);
  const told = ends.map(({ method, params }: Json) => [method, params.stream, params.error.data.code]);
  assert.deepEqual(told.sort(), [
    ["$/error", 1, "UNAVAILABLE"],
    ["$/error", 2, "UNAVAILABLE"],
  ]);
  // It had been told already.
  assert.deepEqual(
    other.messages.map(({ method }: Json) => method),
    ["$/error"],
  );
});

test("GraphQL over WebSocket: mutations are answered; subscriptions end without a word, to be opened again", async () => {
  gate = newGate();
  const { server, origin } = await startTest(definition, { drainTimeout: 20_000 });
  const peer = await RpcPeer.open({ origin }, { path: "/graphql", protocols: ["graphql-transport-ws"] });
  const closed = once(peer.socket, "close");
  const subscribe = (id: string, text: string): void =>
    peer.say({ type: "subscribe", id, payload: { query: text } });
  peer.say({ type: "connection_init" });
  assert.equal((await peer.next()).type, "connection_ack");
  subscribe("watch", "subscription { taskChanged { type position } }");
  await messagesUntil(peer, ({ payload }) => payload.data.taskChanged.type === "synced");
  subscribe("deaf", "subscription { deaf }");
  await peer.next();
  subscribe("finish", 'mutation { finish(name: "one") { name } }');
  await gate.entered.promise;
  const stopped = server.close();
  subscribe("late", "{ quick }");
  const late = await peer.next();
  assert.deepEqual([late.type, late.id], ["error", "late"]);
  assert.deepEqual(
    [late.payload[0].extensions.code, late.payload[0].extensions.retryAfter],
    ["UNAVAILABLE", 1],
  );
  gate.go.resolve();
  assert.deepEqual((await peer.next()).payload, { data: { finish: { name: "one" } } });
  assert.deepEqual(await peer.next(), { id: "finish", type: "complete" });
  assert.deepEqual((await closed)[0], 1001);
  assert.deepEqual(peer.messages, []);
  await stopped;
});

test("a channel takes the message that it has begun to take", async () => {
  gate = newGate();
  const { server, origin } = await startTest(definition, { drainTimeout: 20_000 });
  const sockets = [1, 2].map(() => new WebSocket(`${origin.replace("http", "ws")}/room`));
  const [busy, idle] = sockets;
  assert.ok(busy !== undefined && idle !== undefined);
  await Promise.all(sockets.map((socket) => once(socket, "open")));
  const message = once(busy, "message");
  const ends = sockets.map((socket) => once(socket, "close"));
  busy.send("one");
  busy.send("two");
  await gate.entered.promise;
  const stopped = server.close();
  assert.equal((await ends[1])?.[0], 1001);
  gate.go.resolve();
  assert.equal(String((await message)[0]), "taken: one");
  assert.equal((await ends[0])?.[0], 1001);
  await stopped;
});
