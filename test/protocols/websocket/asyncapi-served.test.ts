import assert from "node:assert/strict";
import { test } from "node:test";
import { api, channel, command, resource, t } from "fourfold";
import { startTest, type TestServer } from "fourfold/testing";
import blog from "../../../examples/blog/api.ts";
import { zoo } from "../../wire/zoo.ts";
import { AsyncApiDocument } from "./asyncapi-document.ts";
import { type Json, RpcPeer } from "./rpc-peer.ts";

const rpc = "#/channels/rpc/messages/";

/** A socket whose every message, either way, is held against the document. */
class Witness {
  readonly peer: RpcPeer;
  readonly document: AsyncApiDocument;
  /** Names of the messages that came. */
  readonly seen = new Set<string>();
  /** The operation of each stream that is open. */
  readonly #streams = new Map<string, string>();
  #next = 0;

  constructor(peer: RpcPeer, document: AsyncApiDocument) {
    this.peer = peer;
    this.document = document;
  }

  static async open(server: TestServer, version: string, bearer?: string): Promise<Witness> {
    const { json } = await server.request(`GET /api/v${version}/asyncapi.json`);
    const document = new AsyncApiDocument(json as never);
    const path = String(document.at("channels", "rpc")["address"]);
    const headers = bearer === undefined ? {} : { authorization: `Bearer ${bearer}` };
    return new Witness(await RpcPeer.open(server, { path, headers }), document);
  }

  /** Calls what the document calls `operation`; answers the message. `isValid`: whether the request is as described. */
  async ask(operation: string, params: object, { isValid = true, meta = {} } = {}): Promise<Json> {
    const [request = ""] = this.document.messagesOf(operation);
    const method = request.slice(rpc.length).replace("rpc-", "$/");
    const id = `${operation} ${this.#next++}`;
    const sent = { jsonrpc: "2.0", id, method, params, meta };
    assert.equal(this.document.fits(request, sent), isValid, JSON.stringify(sent));
    this.#streams.set(id, operation);
    this.peer.say(sent);
    const answer = await this.peer.next();
    assert.equal(answer.id, id);
    this.#note(this.document.repliesOf(operation), answer);
    return answer;
  }

  /** The next message of a stream. */
  async told(): Promise<Json> {
    const message = await this.peer.next();
    const operation = this.#streams.get(message.params.stream) ?? "";
    this.#note(this.document.messagesOf(`${operation}.stream`), message);
    return message.params;
  }

  async refused(text: string): Promise<Json> {
    this.peer.say(text);
    const answer = await this.peer.next();
    this.#note(this.document.messagesOf("rpc-refuse"), answer);
    return answer;
  }

  #note(references: readonly string[], payload: unknown): void {
    this.seen.add(this.document.assertOneOf(references, payload));
  }
}

/** In version 1, where names and types are others than in handlers. */
const animal = {
  title: "Rex",
  tag: "AB-1",
  cells: "9007199254740993",
  weight: "12.5kg",
  price: "12.80",
  photo: "AP+A",
  bornAt: "2020-02-29T12:00:00.123Z",
  arrived: "2024-02-29",
  diet: "meat",
  nicknames: ["R"],
  home: { country: "GB", latitude: -12.25 },
  mood: null,
  secret: "hush",
};

test("what travels is as the document says, errors and changes of a watch too", async () => {
  await using server = await startTest(zoo);
  const witness = await Witness.open(server, "1", "kim");
  await witness.ask("animals.watch", {});
  assert.equal((await witness.told()).value.type, "synced");
  const { result: rex, meta } = await witness.ask("animals.create", animal);
  assert.deepEqual(meta, { version: 1 });
  assert.equal((await witness.told()).value.type, "created");
  assert.equal((await witness.ask("animals.create", animal)).error.data.code, "TAG_TAKEN");
  await witness.ask("animals.create", { title: 5 }, { isValid: false });
  await witness.ask("animals.create", { title: "a", more: 1 }, { isValid: false });
  await witness.ask("animals.list", { pageSize: 1, filter: 'title = "Rex"', orderBy: "title" });
  assert.equal((await witness.ask("animals.list", { filter: "(" })).error.data.code, "INVALID_FILTER");
  await witness.ask("animals.get", { id: rex.id });
  assert.equal((await witness.ask("animals.get", { id: "none" })).error.code, -32005);
  await witness.ask("animals.update", { id: rex.id, legs: 3, ifVersion: 1 });
  assert.equal((await witness.told()).value.type, "updated");
  const stale = await witness.ask("animals.update", { id: rex.id, legs: 3, ifVersion: 1 });
  assert.equal(stale.error.data.code, "PRECONDITION_FAILED");
  await witness.ask("animals.update", { id: rex.id, ifVersion: "1" }, { isValid: false });
  await witness.ask("animals.batchGet", { ids: [rex.id] });
  await witness.ask("animals.batchCreate", { animals: [{ title: "A" }] });
  await witness.told();
  await witness.ask("animals.age", { id: rex.id, inDogYears: true });
  await witness.ask("animals.feed", { id: rex.id, grams: 5 });
  await witness.told();
  const full = await witness.ask("animals.feed", { id: rex.id, grams: 5000 });
  assert.deepEqual(full.error.data.details, { cage: "Rex", since: "1970-01-01T00:00:00.000Z" });
  await witness.ask("animals.delete", { id: rex.id });
  assert.equal((await witness.told()).value.type, "deleted");
  const keeper = await witness.ask("keepers.create", { name: "Kim" });
  const unstated = { id: keeper.result.id, name: "K" };
  const blind = await witness.ask("keepers.update", unstated, { isValid: false });
  assert.equal(blind.error.data.code, "PRECONDITION_REQUIRED");
  await witness.ask("echo", { word: "a", big: "1", when: "2020-01-01T00:00:00Z", list: [{ a: 1 }] });
  await witness.ask("sum", { numbers: [1, 2], scale: 0.5 });
  await witness.ask("fail", { how: "error" });
  await witness.ask("whoami", {});
  const key = { meta: { idempotencyKey: "a key", timeout: 5000, traceparent: "00-x" } };
  await witness.ask("animals.rename", { from: "Rex", to: "Max" }, key);
  await witness.ask("animals.rename", { from: "Rex", to: "Max" });
  const late = await witness.ask("wait", { ms: 10_000 }, { meta: { timeout: 5 } });
  assert.equal(late.error.data.code, "DEADLINE_EXCEEDED");
  await witness.ask("ticks", {});
  await witness.told();
  await witness.told();
  await witness.ask("animals.watch", { after: "nonsense" });
  await witness.ask("rpc-ping", {});
  await witness.ask("rpc-cancel", { id: "none" });
  await witness.ask("rpc-cancel", {}, { isValid: false });
  await witness.ask("rpc-authenticate", { token: "ann" });
  await witness.refused("{");
  await witness.refused("{}");
  await witness.refused("[]");
  const batch = [{ jsonrpc: "2.0", id: 1, method: "whoami" }, 5];
  witness.peer.say(batch);
  witness.document.assertOneOf(witness.document.repliesOf("rpc-batch"), await witness.peer.next());
  for (const name of ["animals.watch.next", "rpc-complete", "animals.feed.error", "rpc-refused", "rpc-error"])
    assert.ok(witness.seen.has(name), `${name} was not seen`);
  await witness.peer.close();
});

test("the document tells what does not fit", async () => {
  await using server = await startTest(zoo);
  const { document, peer } = await Witness.open(server, "2");
  const replies = document.repliesOf("animals.feed");
  const answer = (more: object) => ({ jsonrpc: "2.0", id: 1, ...more });
  const data = {
    code: "CAGE_FULL",
    kind: "failed_precondition",
    details: { cage: "a", since: "1970-01-01T00:00:00Z" },
  };
  const error = { code: -32009, message: "m", data };
  document.assertOneOf(replies, answer({ error }));
  for (const wrong of [
    { error: { ...error, code: -32005 } },
    { error: { ...error, data: { ...data, details: { cage: 5 } } } },
    { error: { ...error, data: { ...data, kind: "internal" } } },
    { result: {} },
    { result: null },
    {},
  ])
    assert.throws(() => document.assertOneOf(replies, answer(wrong)), JSON.stringify(wrong));
  await peer.close();
});

const Note = resource("Note", { fields: { id: t.id(), text: t.string() } });
const room = channel("/rooms/{id}", {
  message: t.object({ text: t.string({ minLength: 1 }) }),
  sends: t.object({ text: t.string(), at: t.timestamp(), by: t.string({ optional: true }) }),
  presence: true,
  history: 2,
  receive: ({ message, everyone }) => everyone.send({ text: message.text, at: new Date(0) }),
});
const post = command("post", {
  input: { text: t.string() },
  handle: ({ input, channel: to }) =>
    to(room, { id: "tea" }).send({ text: input.text, at: new Date(0), by: "us" }),
});
const chat = api("chat", { resources: [Note], operations: [post], channels: [room] });

test("what a room is sent is as the document says", async () => {
  await using server = await startTest(chat);
  const document = new AsyncApiDocument((await server.request("GET /asyncapi.json")).json as never);
  const [received = ""] = document.messagesOf("rooms-id-receive");
  const sent = document.messagesOf("rooms-id-send");
  const seen: string[] = [];
  const take = async (from: RpcPeer): Promise<void> => {
    seen.push(document.assertOneOf(sent, await from.next()));
  };
  const path = String(document.at("channels", "rooms-id")["address"]).replace("{id}", "tea");
  const peer = await RpcPeer.open(server, { path, protocols: [] });
  await take(peer);
  for (const [message, fits] of [
    [{ text: "hello" }, true],
    [{ text: "" }, false],
    [{ text: "hello", more: 1 }, false],
  ] as const) {
    assert.equal(document.fits(received, message), fits);
    peer.say(message);
    await take(peer);
  }
  await server.call(post, { text: "from a handler" });
  await take(peer);
  const other = await RpcPeer.open(server, { path, protocols: [] });
  await take(peer);
  for (let count = 0; count < 3; count++) await take(other);
  await other.close();
  await take(peer);
  assert.deepEqual(seen, [
    "here",
    "message",
    "error",
    "error",
    "message",
    "joined",
    "message",
    "message",
    "here",
    "left",
  ]);
  await peer.close();
});

test("the blog's lobby is as the document says", async () => {
  await using server = await startTest(blog);
  const document = new AsyncApiDocument((await server.request("GET /asyncapi.json")).json as never);
  const peer = new WebSocket(
    `${server.origin.replace("http", "ws")}${document.at("channels", "ws")["address"]}`,
  );
  await new Promise((resolve) => peer.addEventListener("open", resolve));
  const told = new Promise((resolve) => peer.addEventListener("message", ({ data }) => resolve(data)));
  assert.ok(document.fits(document.messagesOf("ws-receive")[0] ?? "", "Hello"));
  peer.send("Hello");
  assert.equal(document.assertOneOf(document.messagesOf("ws-send"), await told), "message");
  peer.close();
});
