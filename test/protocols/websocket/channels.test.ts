import assert from "node:assert/strict";
import { once } from "node:events";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { api, channel, error, rule, t } from "fourfold";
import { startTest, type TestServer } from "fourfold/testing";
import { WebSocket } from "ws";
import blog from "../../../examples/blog/api.ts";

const Rude = error("RUDE", {
  kind: "permission_denied",
  message: "Be polite",
  details: { word: t.string() },
});
const insider = rule("insider", ({ caller, input }) => input["id"] !== "secret" || caller !== null);

const rooms = channel("/rooms/{id}", {
  message: t.object({ text: t.string({ minLength: 1, maxLength: 20 }) }),
  sends: t.object({ from: t.string(), room: t.string(), text: t.string() }),
  allow: insider,
  history: 3,
  presence: true,
  async receive({ message, parameters, caller, everyone, sender, member }) {
    const from = caller?.id ?? "somebody";
    if (message.text === "damn") throw Rude({ word: message.text });
    if (message.text === "crash") throw new Error("the wheels came off");
    const sent = { from, room: parameters.id, text: message.text };
    if (message.text === "only me") sender.send({ ...sent, text: member.id });
    else if (message.text === "wrong") everyone.send({ from } as never);
    else {
      await sleep(message.text === "slow" ? 50 : 0);
      everyone.send(sent);
    }
  },
});
const plain = channel("/plain", { message: t.object({ n: t.int32() }) });
const others = channel("/others", {
  message: t.string(),
  receive: ({ message, others: rest }) => rest.send(message),
});

const definition = api("rooms", {
  channels: [rooms, plain, others],
  authenticate: ({ bearer }) => (bearer === null ? null : { id: bearer, roles: [], claims: {} }),
});

let server: TestServer;
before(async () => {
  server = await startTest(definition);
});
after(() => server.close());

/** A connection that keeps what it is sent. */
class Peer {
  readonly socket: WebSocket;
  readonly texts: string[] = [];
  #waiting: (() => void) | null = null;

  constructor(origin: string, path: string, bearer: string | null = null) {
    const headers = bearer === null ? {} : { authorization: `Bearer ${bearer}` };
    this.socket = new WebSocket(`${origin.replace("http", "ws")}${path}`, { headers });
    this.socket.on("message", (data) => {
      this.texts.push(String(data));
      this.#waiting?.();
    });
  }

  static async open(path: string, bearer: string | null = null, origin = server.origin): Promise<Peer> {
    const peer = new Peer(origin, path, bearer);
    await once(peer.socket, "open");
    return peer;
  }

  async text(): Promise<string> {
    while (this.texts.length === 0)
      await new Promise<void>((go) => {
        this.#waiting = go;
      });
    return this.texts.shift() ?? "";
  }

  // biome-ignore lint/suspicious/noExplicitAny: any JSON, looked into by the tests
  async json(): Promise<any> {
    return JSON.parse(await this.text());
  }

  say(text: string): void {
    this.socket.send(JSON.stringify({ text }));
  }

  async close(): Promise<void> {
    const closed = once(this.socket, "close");
    this.socket.close();
    await closed;
  }
}

test("the lobby of the blog sends each text to everybody, the sender included", async () => {
  await using served = await startTest(blog, { cors: { origins: "*" } });
  const peers = await Promise.all([1, 2, 3].map(() => Peer.open("/ws", null, served.origin)));
  const [first] = peers;
  first?.socket.send("Hello, wörld");
  for (const peer of peers) assert.equal(await peer.text(), "Message: Hello, wörld");
  const metrics = await served.request("GET /metrics");
  assert.match(metrics.text, /fourfold_channel_connections\{channel="\/ws"\} 3/);
  assert.match(metrics.text, /fourfold_channel_rooms\{channel="\/ws"\} 1/);
  const page = await served.request("GET /ws");
  assert.equal(page.status, 426);
  for (const peer of peers) await peer.close();
});

test("a room is the connections of one path, and knows who is there", async () => {
  const ada = await Peer.open("/rooms/tea", "ada");
  const here = await ada.json();
  assert.equal(here.type, "here");
  assert.deepEqual(here.members, [{ id: here.you, caller: "ada" }]);
  const elsewhere = await Peer.open("/rooms/coffee");
  assert.equal((await elsewhere.json()).members.length, 1);
  const somebody = await Peer.open("/rooms/t%65a");
  const there = await somebody.json();
  assert.deepEqual(
    new Set(there.members.map(({ caller }: { caller: string }) => caller)),
    new Set(["ada", null]),
  );
  assert.deepEqual(await ada.json(), { type: "joined", member: { id: there.you, caller: null } });
  somebody.say("hello");
  for (const peer of [ada, somebody])
    assert.deepEqual(await peer.json(), {
      type: "message",
      message: { from: "somebody", room: "tea", text: "hello" },
    });
  somebody.say("only me");
  assert.equal((await somebody.json()).message.text, there.you);
  await somebody.close();
  assert.deepEqual(await ada.json(), { type: "left", member: { id: there.you, caller: null } });
  assert.deepEqual(elsewhere.texts, []);
  await Promise.all([ada.close(), elsewhere.close()]);
});

test("who joins is sent the last messages first, also of a room that had emptied", async () => {
  const first = await Peer.open("/rooms/history");
  await first.json();
  for (const text of ["1", "2", "3", "4"]) {
    first.say(text);
    await first.json();
  }
  await first.close();
  const second = await Peer.open("/rooms/history");
  const texts: string[] = [];
  for (let index = 0; index < 3; index++) texts.push((await second.json()).message.text);
  assert.deepEqual(texts, ["2", "3", "4"]);
  assert.equal((await second.json()).type, "here");
  await second.close();
});

test("messages of one connection are taken one after another", async () => {
  const peer = await Peer.open("/rooms/order");
  await peer.json();
  for (const text of ["slow", "a", "b"]) peer.say(text);
  const texts: string[] = [];
  for (let index = 0; index < 3; index++) texts.push((await peer.json()).message.text);
  assert.deepEqual(texts, ["slow", "a", "b"]);
  await peer.close();
});

test("what is wrong with a message is told to its sender, and the connection goes on", async () => {
  const peer = await Peer.open("/rooms/errors");
  await peer.json();
  const sent: readonly (readonly [string | Buffer, string, string | null])[] = [
    ['{"text":""}', "INVALID_INPUT", "text"],
    ['{"text":1}', "INVALID_INPUT", "text"],
    ['{"text":"a","more":1}', "INVALID_INPUT", "more"],
    ['{"text":"a","text":"b"}', "INVALID_JSON", "text"],
    ["{", "INVALID_JSON", ""],
    ["[]", "INVALID_INPUT", ""],
    [Buffer.from("x"), "INVALID_INPUT", null],
    ['{"text":"damn"}', "RUDE", null],
    ['{"text":"wrong"}', "INTERNAL", null],
    ['{"text":"crash"}', "INTERNAL", null],
  ];
  for (const [message, code, path] of sent) {
    peer.socket.send(message);
    const told = await peer.json();
    assert.equal(told.type, "error", String(message));
    assert.equal(told.error.code, code, String(message));
    if (path !== null) assert.equal(told.error.violations[0].path, path);
    assert.ok(!JSON.stringify(told).includes("wheels"));
  }
  peer.say("still here");
  assert.equal((await peer.json()).message.text, "still here");
  await peer.close();
});

test("who may not join is refused before the connection opens", async () => {
  const refused = new Peer(server.origin, "/rooms/secret");
  const [, response] = await once(refused.socket, "unexpected-response");
  assert.equal(response.statusCode, 401);
  refused.socket.on("error", () => {});
  refused.socket.terminate();
  const ada = await Peer.open("/rooms/secret", "ada");
  assert.equal((await ada.json()).type, "here");
  await ada.close();
  const nowhere = new Peer(server.origin, "/rooms");
  const [, missing] = await once(nowhere.socket, "unexpected-response");
  assert.equal(missing.statusCode, 404);
  nowhere.socket.on("error", () => {});
  nowhere.socket.terminate();
});

test("without a receive, messages go on to everyone; the sender can be left out", async () => {
  const [one, two] = [await Peer.open("/plain"), await Peer.open("/plain")];
  one.socket.send('{"n":5}');
  for (const peer of [one, two]) assert.deepEqual(await peer.json(), { type: "message", message: { n: 5 } });
  const [left, right] = [await Peer.open("/others"), await Peer.open("/others")];
  left.socket.send("first");
  right.socket.send("second");
  assert.equal(await right.text(), "first");
  assert.equal(await left.text(), "second");
  assert.deepEqual([left.texts, right.texts], [[], []]);
  await Promise.all([one, two, left, right].map((peer) => peer.close()));
});

test("the server sends to a room as well", async () => {
  const peer = await Peer.open("/rooms/news%2F1");
  await peer.json();
  server.server.channel(rooms, { id: "news/1" }).send({ from: "the server", room: "news/1", text: "hear" });
  assert.equal((await peer.json()).message.text, "hear");
  assert.throws(() => server.server.channel(rooms, { id: "x" }).send({ from: 1 } as never));
  assert.throws(
    () => server.server.channel(channel("/none", { message: t.text() })),
    /not among the channels/,
  );
  await peer.close();
});
