import assert from "node:assert/strict";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { api, command, query, subscription, t } from "fourfold";
import { startTest, type TestServer } from "fourfold/testing";
import { WebSocket } from "ws";
import blog, { User } from "../../../examples/blog/api.ts";
import { type Json, type PeerOptions, RpcPeer } from "./rpc-peer.ts";

const told = { open: 0, aborted: 0, done: 0 };
const wait = query("wait", {
  input: { ms: t.int32() },
  output: t.int32(),
  async handle({ input, signal }) {
    try {
      await sleep(input.ms, null, { signal });
      told.done++;
      return input.ms;
    } catch (thrown) {
      told.aborted++;
      throw thrown;
    }
  },
});
const count = subscription("count", {
  input: { to: t.int32(), fails: t.boolean({ default: false }) },
  output: t.int32(),
  async *handle({ input }) {
    told.open++;
    try {
      for (let number = 1; number <= input.to; number++) yield number;
      if (input.fails) throw new Error("a fault of ours");
    } finally {
      told.open--;
    }
  },
});
let kept = "";
const keep = command("keep", {
  input: { text: t.string({ minLength: 1 }) },
  handle: ({ input }) => {
    kept = input.text;
  },
});
const trace = query("trace", { output: t.string(), handle: ({ traceparent }) => traceparent });
const who = query("who", {
  output: t.string({ nullable: true }),
  handle: ({ caller }) => caller?.id ?? null,
});
const definition = api("calls", {
  operations: [wait, count, keep, trace, who],
  authenticate: ({ bearer }) => (bearer === null ? null : { id: bearer, roles: [], claims: {} }),
});

let server: TestServer;
before(async () => {
  server = await startTest(definition);
});
after(() => server.close());

const open = (how?: PeerOptions): Promise<RpcPeer> => RpcPeer.open(server, how);

async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; !holds(); tries++) {
    assert.ok(tries < 500, "it did not come to be");
    await sleep(10);
  }
}

test("the blog's operations are called, in the version of the path or the header", async () => {
  await using served = await startTest(blog);
  const peer = await RpcPeer.open(served);
  assert.equal(peer.socket.protocol, "fourfold.jsonrpc.v1");
  const listed = await peer.ask("users.list", { pageSize: 1 });
  const [ada] = listed.result.users;
  assert.equal(ada.name, "Ada Lovelace");
  const got = await peer.ask("users.get", { id: ada.id });
  assert.deepEqual(got, { jsonrpc: "2.0", id: "ask", result: ada, meta: { version: 1 } });
  const changed = await peer.ask("users.update", { id: ada.id, name: "Ada King", ifVersion: 1 });
  assert.deepEqual([changed.result.name, changed.meta], ["Ada King", { version: 2 }]);
  const stale = await peer.ask("users.update", { id: ada.id, name: "Ada", ifVersion: 1 });
  assert.deepEqual([stale.error.code, stale.error.data.code], [-32010, "PRECONDITION_FAILED"]);
  const missing = await peer.ask("users.get", { id: "none" });
  assert.deepEqual(missing.error, {
    code: -32005,
    message: "User not found",
    data: { code: "USER_NOT_FOUND", kind: "not_found" },
  });
  const taken = await peer.ask("users.create", { name: "Other", email: "grace@example.com" });
  assert.deepEqual(taken.error.data.details, { email: "grace@example.com" });
  assert.equal((await peer.ask("users.delete", { id: ada.id })).result, null);
  await peer.close();
  for (const [path, headers] of [
    ["/api/v2/rpc", {}],
    ["/rpc", { "api-version": "2" }],
  ] as const) {
    const today = await RpcPeer.open(served, { path, headers });
    assert.equal((await today.ask("users.list")).result.users[0].displayName, "Grace Hopper");
    await today.close();
  }
  const contradicting = new WebSocket(`${served.origin.replace("http", "ws")}/api/v2/rpc`, {
    headers: { "api-version": "1" },
  });
  contradicting.on("error", () => {});
  const [, refused] = await once(contradicting, "unexpected-response");
  const [{ path, rule }] = JSON.parse(await text(refused)).error.violations;
  assert.deepEqual([refused.statusCode, path, rule], [400, "API-Version", "const"]);
});

test("what is no request is told what of it, and the socket goes on", async () => {
  const peer = await open();
  const sent: readonly (readonly [string, number, string | null, string | number | null])[] = [
    ["{", -32700, "", null],
    ['{"jsonrpc":"2.0","id":1,"id":2,"method":"who"}', -32700, "id", null],
    ["1", -32600, "", null],
    ["{}", -32600, "jsonrpc", null],
    ['{"jsonrpc":"2.0","id":7,"method":5}', -32600, "method", 7],
    ['{"jsonrpc":"2.0","id":1.5,"method":"who"}', -32600, "id", null],
    ['{"jsonrpc":"2.0","id":7,"method":"who","params":[1]}', -32602, "params", 7],
    ['{"jsonrpc":"2.0","id":7,"method":"who","params":1}', -32600, "params", 7],
    ['{"jsonrpc":"2.0","id":"x","method":"none"}', -32601, "method", "x"],
    ['{"jsonrpc":"2.0","id":"x","method":"$/none"}', -32601, "method", "x"],
    ['{"jsonrpc":"2.0","id":"x","method":"wait","params":{"ms":"1"}}', -32602, "ms", "x"],
    ['{"jsonrpc":"2.0","id":"x","method":"wait","params":{"ms":1,"more":1}}', -32602, "more", "x"],
    ["[]", -32600, "", null],
    [`[${Array(101).fill("1").join(",")}]`, -32600, "", null],
  ];
  for (const [message, code, path, id] of sent) {
    peer.say(message);
    const { error, id: answered } = await peer.next();
    assert.deepEqual([error.code, answered], [code, id], message);
    if (path !== null) {
      assert.equal(error.data.violations[0].path, path, message);
      assert.ok(error.data.violations[0].mend.length > 5);
    }
  }
  peer.socket.send(Buffer.from('{"jsonrpc":"2.0","id":1,"method":"who"}'));
  assert.equal((await peer.next()).error.code, -32700);
  assert.equal((await peer.ask("who")).result, null);
  await peer.close();
});

test("calls that are answered at once are answered in their order, past one that takes its time", async () => {
  const peer = await open();
  peer.say({ jsonrpc: "2.0", id: "slow", method: "wait", params: { ms: 60_000 } });
  const ids = Array.from({ length: 250 }, (_, index) => index);
  for (const id of ids) peer.say({ jsonrpc: "2.0", id, method: "who" });
  for (const id of ids) assert.equal((await peer.next()).id, id);
  peer.say({ jsonrpc: "2.0", method: "$/cancel", params: { id: "slow" } });
  assert.equal((await peer.next()).id, "slow");
  await peer.close();
});

test("notifications are carried out and not answered; batches are answered together", async () => {
  const peer = await open();
  peer.say({ jsonrpc: "2.0", method: "keep", params: { text: "noted" } });
  peer.say({ jsonrpc: "2.0", method: "keep", params: { text: "" } });
  peer.say({ jsonrpc: "2.0", method: "none" });
  assert.equal((await peer.ask("who")).result, null);
  assert.equal(kept, "noted");
  peer.say([
    { jsonrpc: "2.0", id: 1, method: "wait", params: { ms: 30 } },
    { jsonrpc: "2.0", method: "keep", params: { text: "batched" } },
    { jsonrpc: "2.0", id: 2, method: "wait", params: { ms: 1 } },
    { jsonrpc: "2.0", id: 3, method: "count", params: { to: 1 } },
    5,
  ]);
  const answers = await peer.next();
  assert.deepEqual(
    answers.map(({ id, result, error }: Json) => [id, result ?? error.code]),
    [
      [1, 30],
      [2, 1],
      [3, -32600],
      [null, -32600],
    ],
  );
  assert.equal(kept, "batched");
  await peer.close();
});

test("requests are answered as they are ready, and an id that is under way is not taken twice", async () => {
  const peer = await open();
  peer.say({ jsonrpc: "2.0", id: "slow", method: "wait", params: { ms: 100 } });
  peer.say({ jsonrpc: "2.0", id: "quick", method: "wait", params: { ms: 1 } });
  peer.say({ jsonrpc: "2.0", id: "slow", method: "who" });
  const ids = [(await peer.next()).id, (await peer.next()).id, (await peer.next()).id];
  assert.deepEqual(ids.sort(), ["quick", "slow", "slow"]);
  await peer.close();
});

test("a call is cancelled by its id, by its deadline, and by the socket's end", async () => {
  told.aborted = 0;
  const peer = await open();
  peer.say({ jsonrpc: "2.0", id: 1, method: "wait", params: { ms: 60_000 } });
  peer.say({ jsonrpc: "2.0", method: "$/cancel", params: { id: 1 } });
  assert.equal((await peer.next()).error.data.code, "CANCELLED");
  await until(() => told.aborted === 1);
  const late = await peer.ask("wait", { ms: 60_000 }, { meta: { timeout: 20 } });
  assert.equal(late.error.data.code, "DEADLINE_EXCEEDED");
  await until(() => told.aborted === 2);
  peer.say({ jsonrpc: "2.0", id: 1, method: "wait", params: { ms: 60_000 } });
  peer.say({ jsonrpc: "2.0", method: "wait", params: { ms: 60_000 } });
  await peer.ask("who");
  peer.socket.terminate();
  await until(() => told.aborted === 4);
});

test("a subscription opens, tells what it has, and ends; or is cancelled without another word", async () => {
  const peer = await open();
  peer.say({ jsonrpc: "2.0", id: 5, method: "count", params: { to: 2 } });
  assert.deepEqual(await peer.next(), { jsonrpc: "2.0", id: 5, result: { stream: 5 } });
  for (const value of [1, 2])
    assert.deepEqual(await peer.next(), { jsonrpc: "2.0", method: "$/next", params: { stream: 5, value } });
  assert.deepEqual(await peer.next(), { jsonrpc: "2.0", method: "$/complete", params: { stream: 5 } });
  peer.say({ jsonrpc: "2.0", id: 5, method: "count", params: { to: 0, fails: true } });
  await peer.next();
  const failed = await peer.next();
  assert.equal(failed.method, "$/error");
  assert.deepEqual([failed.params.stream, failed.params.error.code], [5, -32603]);
  assert.ok(!JSON.stringify(failed).includes("fault of ours"));
  peer.say({ jsonrpc: "2.0", id: 6, method: "count", params: { to: 2 ** 31 - 1 } });
  await peer.next();
  peer.say({ jsonrpc: "2.0", method: "$/cancel", params: { id: 6 } });
  await until(() => told.open === 0);
  await peer.close();
});

test("a watch tells changes, and goes on from a position on another socket", async () => {
  await using served = await startTest(blog);
  const peer = await RpcPeer.open(served);
  peer.say({ jsonrpc: "2.0", id: "w", method: "users.watch", params: { snapshot: false } });
  assert.deepEqual((await peer.next()).result, { stream: "w" });
  const create = (name: string) =>
    served.call(User.create, { displayName: name, email: `${name}@example.com` });
  await create("one");
  const position = async (from: RpcPeer, name: string): Promise<string> => {
    for (;;) {
      const { params } = await from.next();
      if (params?.value.row?.name === name) return params.value.position;
    }
  };
  const at = await position(peer, "one");
  await peer.close();
  await create("two");
  const again = await RpcPeer.open(served);
  again.say({ jsonrpc: "2.0", id: "w", method: "users.watch", params: { after: at } });
  assert.ok(await position(again, "two"));
  await again.close();
});

test("callers are known by the handshake, and anew by $/authenticate; traces go on", async () => {
  const peer = await open({ headers: { authorization: "Bearer ada" } });
  assert.equal((await peer.ask("who")).result, "ada");
  assert.deepEqual((await peer.ask("$/authenticate", { token: "grace" })).result, { caller: "grace" });
  assert.equal((await peer.ask("who")).result, "grace");
  assert.equal((await peer.ask("$/authenticate")).error.data.violations[0].path, "token");
  const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  assert.match(
    (await peer.ask("trace", {}, { meta: { traceparent } })).result,
    /^00-0af7651916cd43dd8448eb211c80319c/,
  );
  await peer.close();
});

test("a client of other subprotocols is closed, one of none is served, one of another site is refused", async () => {
  const none = await open({ protocols: [] });
  assert.equal((await none.ask("who")).result, null);
  await none.close();
  const raw = new WebSocket(`${server.origin.replace("http", "ws")}/rpc`, [], {
    headers: { "sec-websocket-protocol": "soap" },
  });
  raw.on("error", () => {});
  const [code] = await once(raw, "close");
  assert.ok(code === 1008 || code === 1006);
  const evil = new WebSocket(`${server.origin.replace("http", "ws")}/rpc`, {
    origin: "https://evil.example",
  });
  evil.on("error", () => {});
  const [, response] = await once(evil, "unexpected-response");
  assert.equal(response.statusCode, 403);
  evil.terminate();
});

test("calls under way are limited, and a reader that stops holds its streams back", async () => {
  const peer = await open();
  for (let id = 0; id < 201; id++) peer.say({ jsonrpc: "2.0", id, method: "wait", params: { ms: 60_000 } });
  const refused = await peer.next();
  assert.deepEqual([refused.id, refused.error.data.code], [200, "OVERLOADED"]);
  peer.socket.terminate();
  const slow = await open();
  slow.socket.pause();
  slow.say({ jsonrpc: "2.0", id: 1, method: "count", params: { to: 2 ** 31 - 1 } });
  await until(() => told.open === 1);
  await sleep(200);
  const before = process.memoryUsage().arrayBuffers;
  await sleep(200);
  assert.ok(process.memoryUsage().arrayBuffers - before < 20_000_000);
  slow.socket.terminate();
  await until(() => told.open === 0);
});
