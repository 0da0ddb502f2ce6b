import assert from "node:assert/strict";
import { once } from "node:events";
import { after, before, test } from "node:test";
import { api, channel, command, query, resource, subscription, t } from "fourfold";
import { startTest, type TestServer } from "fourfold/testing";
import { RpcPeer } from "./rpc-peer.ts";

const Note = resource("Note", { fields: { id: t.id(), text: t.string() }, requireMatch: true });
const Loose = resource("Loose", { fields: { id: t.id(), text: t.string() } });
const who = query("who", {
  output: t.string({ nullable: true }),
  handle: ({ caller }) => caller?.id ?? null,
});
const endless = subscription("endless", {
  output: t.int32(),
  async *handle({ signal }) {
    yield 1;
    await new Promise((resolve) => signal.addEventListener("abort", resolve));
  },
});
const state = query("state", { output: t.string(), handle: ({ traceparent }) => traceparent });
const large = query("large", { output: t.text(), handle: () => "x".repeat(64 * 1024) });
const touch = command("touch", { on: Note, handle: () => undefined });
const wait = query("wait", {
  handle: ({ signal }) =>
    new Promise<void>((_, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
});
const lobby = channel("/ws", { message: t.text() });

let now = Date.parse("2026-05-01T00:00:00Z");
let slow: PromiseWithResolvers<void> | null = null;
const definition = api("strict", {
  resources: [Note, Loose],
  operations: [who, endless, state, large, touch, wait],
  channels: [lobby],
  authenticate: async ({ bearer }) => {
    if (bearer === null) return null;
    await slow?.promise;
    if (bearer === "bad") throw new Error("secret: the key of the keys");
    return { id: bearer, roles: [], claims: { exp: Date.parse("2026-05-01T00:10:00Z") / 1000 } };
  },
});

let server: TestServer;
before(async () => {
  server = await startTest(definition, { now: () => new Date(now) });
});
after(() => server.close());

/** What is wrong, and where. */
function wrong({ error }: { readonly error: Refusal }): readonly [number, string, string?, string?] {
  const [first] = error.data.violations ?? [];
  return first === undefined
    ? [error.code, error.data.code]
    : [error.code, error.data.code, first.path, first.rule];
}

interface Refusal {
  readonly code: number;
  readonly data: {
    readonly code: string;
    readonly violations?: readonly { readonly path: string; readonly rule: string }[];
  };
}

test("what a request says of itself is checked, and nothing is ignored", async () => {
  const peer = await RpcPeer.open(server);
  const cases: readonly (readonly [object, string, string])[] = [
    [{ meta: 1 }, "meta", "type"],
    [{ meta: { timeout: "5" } }, "meta.timeout", "type"],
    [{ meta: { timeout: 0 } }, "meta.timeout", "type"],
    [{ meta: { timeout: 2 ** 31 } }, "meta.timeout", "type"],
    [{ meta: { idempotencyKey: "" } }, "meta.idempotencyKey", "pattern"],
    [{ meta: { idempotencyKey: "x".repeat(256) } }, "meta.idempotencyKey", "pattern"],
    [{ meta: { idempotencyKey: 5 } }, "meta.idempotencyKey", "pattern"],
    [{ meta: { repeated: 1 } }, "meta.repeated", "type"],
    [{ meta: { traceparent: 5 } }, "meta.traceparent", "type"],
    [{ meta: { idempotencykey: "a" } }, "meta.idempotencykey", "unknownField"],
    [{ metadata: {} }, "metadata", "unknownField"],
  ];
  for (const [more, path, rule] of cases) {
    const answer = await peer.ask("who", {}, more);
    assert.deepEqual(wrong(answer), [-32600, "MALFORMED_REQUEST", path, rule], JSON.stringify(more));
    assert.equal(answer.id, "ask");
  }
  const trace = await peer.ask("state", {}, { meta: { traceparent: "none", tracestate: "a=1" } });
  assert.match(trace.result, /^00-[0-9a-f]{32}-/);
  await peer.close();
});

test("the version that a row must have is a number, and stands where it is looked at", async () => {
  const peer = await RpcPeer.open(server);
  const { result: loose, meta } = await peer.ask("looses.create", { text: "a" });
  assert.deepEqual(meta, { version: 1 });
  for (const ifVersion of ["1", 0, 1.5, null])
    assert.deepEqual(wrong(await peer.ask("looses.update", { id: loose.id, text: "b", ifVersion })), [
      -32602,
      "INVALID_INPUT",
      "ifVersion",
      "type",
    ]);
  assert.equal((await peer.ask("looses.update", { id: loose.id, text: "b" })).result.text, "b");
  const { result: note } = await peer.ask("notes.create", { text: "a" });
  for (const [method, params] of [
    ["notes.update", { id: note.id, text: "b" }],
    ["notes.delete", { id: note.id }],
  ] as const)
    assert.deepEqual(wrong(await peer.ask(method, params)), [-32009, "PRECONDITION_REQUIRED"]);
  const other = await peer.ask("notes.update", { id: note.id, text: "b", ifVersion: 2 });
  assert.deepEqual(wrong(other), [-32010, "PRECONDITION_FAILED"]);
  assert.equal((await peer.ask("notes.update", { id: note.id, text: "b", ifVersion: 1 })).meta.version, 2);
  // Nothing compares it there.
  for (const method of ["notes.get", "notes.touch"])
    assert.deepEqual(wrong(await peer.ask(method, { id: note.id, ifVersion: 2 })), [
      -32602,
      "INVALID_INPUT",
      "ifVersion",
      "unknownField",
    ]);
  await peer.close();
});

test("the protocol's own methods read their params as strictly", async () => {
  const peer = await RpcPeer.open(server);
  const cases: readonly (readonly [string, object, string, string])[] = [
    ["$/cancel", {}, "id", "required"],
    ["$/cancel", { id: null }, "id", "type"],
    ["$/cancel", { id: 1, more: 1 }, "more", "unknownField"],
    ["$/authenticate", {}, "token", "required"],
    ["$/authenticate", { token: 1 }, "token", "type"],
    ["$/ping", { a: 1 }, "a", "unknownField"],
  ];
  for (const [method, params, path, rule] of cases)
    assert.deepEqual(wrong(await peer.ask(method, params)), [-32602, "INVALID_INPUT", path, rule], method);
  assert.deepEqual(await peer.ask("$/ping"), { jsonrpc: "2.0", id: "ask", result: null });
  assert.deepEqual(await peer.ask("$/cancel", { id: "none" }), { jsonrpc: "2.0", id: "ask", result: null });
  await peer.close();
});

test("credentials end on a live socket, and are renewed on it", async () => {
  const peer = await RpcPeer.open(server, { headers: { authorization: "Bearer ada" } });
  assert.equal((await peer.ask("who")).result, "ada");
  now += 10 * 60_000;
  assert.deepEqual(wrong(await peer.ask("who")), [-32016, "UNAUTHENTICATED"]);
  now -= 1;
  const failed = await peer.ask("$/authenticate", { token: "bad" });
  assert.deepEqual(wrong(failed), [-32603, "INTERNAL"]);
  assert.ok(!JSON.stringify(failed).includes("secret"));
  assert.equal((await peer.ask("who")).result, "ada");
  slow = Promise.withResolvers();
  peer.say({ jsonrpc: "2.0", id: 1, method: "$/authenticate", params: { token: "grace" } });
  assert.deepEqual(wrong(await peer.ask("$/authenticate", { token: "bob" })), [
    -32600,
    "MALFORMED_REQUEST",
    "method",
    "unique",
  ]);
  slow.resolve();
  assert.deepEqual(await peer.next(), { jsonrpc: "2.0", id: 1, result: { caller: "grace" } });
  slow = null;
  assert.equal((await peer.ask("who")).result, "grace");
  await peer.close();
});

test("a stream ends when its caller's time is over, and says so", async () => {
  const peer = await RpcPeer.open(server);
  const opened = await peer.ask("endless", {}, { meta: { timeout: 50 } });
  assert.deepEqual(opened.result, { stream: "ask" });
  assert.equal((await peer.next()).params.value, 1);
  const { method, params } = await peer.next();
  assert.deepEqual([method, params.stream, params.error.code], ["$/error", "ask", -32004]);
  await peer.close();
});

test("too many calls and a batch of the wrong size are refused; those under way go on", async () => {
  const peer = await RpcPeer.open(server);
  for (let id = 0; id < 200; id++) peer.say({ jsonrpc: "2.0", id, method: "wait" });
  assert.deepEqual(wrong(await peer.ask("who")), [-32014, "OVERLOADED", "", "maxInFlight"]);
  // What ends calls, and finds out whether the socket lives, is not counted among them.
  assert.equal((await peer.ask("$/ping")).result, null);
  peer.say({ jsonrpc: "2.0", method: "$/cancel", params: { id: 7 } });
  assert.equal((await peer.next()).id, 7);
  assert.equal((await peer.ask("who")).result, null);
  for (const size of [0, 101]) {
    peer.say(Array(size).fill({ jsonrpc: "2.0", id: 1, method: "who" }));
    const rule = size === 0 ? "minItems" : "maxItems";
    assert.deepEqual(wrong(await peer.next()), [-32600, "MALFORMED_REQUEST", "", rule]);
  }
  peer.socket.terminate();
});

test("what is nested without end is refused as anything else, and what is too large closes the socket", async () => {
  const peer = await RpcPeer.open(server);
  const deep = 200_000;
  peer.say(`${"[".repeat(deep)}${"]".repeat(deep)}`);
  assert.deepEqual((await peer.next()).map(wrong), [[-32600, "MALFORMED_REQUEST", "", "type"]]);
  peer.say(`{"jsonrpc":"2.0","id":1,"method":"who","params":{"a":${"[".repeat(deep)}${"]".repeat(deep)}}}`);
  assert.deepEqual(wrong(await peer.next()), [-32602, "INVALID_INPUT", "a", "unknownField"]);
  assert.equal((await peer.ask("who")).result, null);
  peer.say(`"${"x".repeat(1024 * 1024)}"`);
  const [code, reason] = await once(peer.socket, "close");
  assert.deepEqual([code, String(reason)], [1009, "The message is too big"]);
});

test("a peer that calls and never reads is closed with 1013, and nobody else notices", async () => {
  const greedy = await RpcPeer.open(server, { deflate: false });
  const other = await RpcPeer.open(server);
  greedy.socket.pause();
  const closed = once(greedy.socket, "close");
  // More than the system keeps for a connection.
  for (let id = 0; id < 400; id++) {
    greedy.say({ jsonrpc: "2.0", id, method: "large" });
    if (id % 20 === 0) assert.equal((await other.ask("who")).result, null);
  }
  greedy.socket.resume();
  const [code, reason] = await closed;
  assert.deepEqual([code, String(reason)], [1013, "The peer reads too slowly"]);
  await other.close();
});

test("what is too large for a channel closes the socket; a message that is none does not", async () => {
  const peer = new WebSocket(`${server.origin.replace("http", "ws")}/ws`);
  await new Promise((resolve) => peer.addEventListener("open", resolve));
  const next = (): Promise<string> =>
    new Promise((resolve) =>
      peer.addEventListener("message", ({ data }) => resolve(String(data)), { once: true }),
    );
  peer.send("a\u0000b");
  const told = JSON.parse(await next());
  assert.deepEqual(
    [told.type, told.error.code, told.error.violations[0].rule],
    ["error", "INVALID_INPUT", "encoding"],
  );
  peer.send("still here");
  assert.equal(await next(), "still here");
  const closed = new Promise<CloseEvent>((resolve) => peer.addEventListener("close", resolve));
  peer.send("x".repeat(1024 * 1024 + 1));
  assert.equal((await closed).code, 1009);
});
