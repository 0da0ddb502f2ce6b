import assert from "node:assert/strict";
import { once } from "node:events";
import { after, before, test } from "node:test";
import { api, channel, command, query, resource, t } from "fourfold";
import { startTest, type TestServer } from "fourfold/testing";
import { WebSocket } from "ws";

const Note = resource("Note", { fields: { id: t.id(), text: t.string() } });
const feed = channel("/feed", { message: t.text() });
const rooms = channel("/rooms/{id}", {
  message: t.object({ text: t.string() }),
  sends: t.object({ text: t.string(), at: t.timestamp() }),
  receive: ({ message, parameters, channel: to }) => to(feed).send(`${parameters.id}: ${message.text}`),
});
const foreign = channel("/foreign", { message: t.text() });

const at = new Date("2026-01-02T03:04:05Z");
let gate = Promise.withResolvers<void>();

const announce = query("announce", {
  input: { room: t.string(), text: t.string() },
  handle: ({ input, channel }) => {
    channel(feed).send(`to ${input.room}`);
    channel(rooms, { id: input.room }).send({ text: input.text, at });
  },
});
const note = command("note", {
  input: { text: t.string(), fails: t.boolean({ default: false }) },
  output: Note,
  handle: ({ input, db, channel }) =>
    db.transaction(async (within) => {
      const row = await within(Note).create({ text: input.text });
      channel(feed).send(`noted ${input.text}`);
      await gate.promise;
      if (input.fails) throw new Error("a fault of ours");
      return row;
    }),
});
/** With an idempotency key, all of it is one transaction, and what it calls as well. */
const noteOnce = command("noteOnce", {
  input: { text: t.string() },
  output: Note,
  handle: async ({ input, call, channel }) => {
    const row = await call(Note.create, { text: input.text });
    channel(feed).send(`once ${input.text}`);
    if (input.text === "bad") throw new Error("a fault of ours");
    return row;
  },
});
/** What it starts goes on when the transaction is over. */
const later = command("later", {
  handle: async ({ db, channel }) => {
    let go = (): void => {};
    const started = new Promise<void>((resolve) => {
      go = resolve;
    });
    let told: Promise<void> = Promise.resolve();
    await db.transaction(async (within) => {
      await within(Note).create({ text: "later" });
      told = started.then(() => channel(feed).send("later"));
    });
    go();
    await told;
  },
});
const wrong = query("wrong", {
  input: { how: t.enum(["message", "channel", "room"]) },
  handle: ({ input, channel }) => {
    if (input.how === "message") channel(feed).send(5 as never);
    else if (input.how === "channel") channel(foreign).send("hello");
    else channel(rooms, {} as never).send({ text: "", at });
  },
});

const definition = api("announcing", {
  resources: [Note],
  operations: [announce, note, noteOnce, later, wrong],
  channels: [feed, rooms],
});

let server: TestServer;
before(async () => {
  server = await startTest(definition);
});
after(() => server.close());

/** A connection that keeps what it is sent. */
class Peer {
  readonly socket: WebSocket;
  readonly #texts: string[] = [];
  #wake: () => void = () => {};

  private constructor(path: string) {
    this.socket = new WebSocket(server.origin.replace("http", "ws") + path);
    this.socket.on("message", (data) => {
      this.#texts.push(String(data));
      this.#wake();
    });
  }

  static async open(path: string): Promise<Peer> {
    const peer = new Peer(path);
    await once(peer.socket, "open");
    return peer;
  }

  async next(): Promise<string> {
    while (this.#texts.length === 0)
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    return this.#texts.shift() ?? "";
  }

  [Symbol.dispose](): void {
    this.socket.terminate();
  }
}

test("a handler sends to a channel, and to one of its rooms, from any protocol", async () => {
  using listener = await Peer.open("/feed");
  using tea = await Peer.open("/rooms/tea%20time");
  using coffee = await Peer.open("/rooms/coffee");
  await server.call(announce, { room: "tea time", text: "hot" });
  assert.equal(await listener.next(), "to tea time");
  const message = { type: "message", message: { text: "hot", at: at.toISOString() } };
  assert.deepEqual(JSON.parse(await tea.next()), message);
  await server.request("GET /announce?room=coffee&text=cold");
  // The first that this room is told: nothing came of the other one's.
  assert.equal(JSON.parse(await coffee.next()).message.text, "cold");
});

test("a channel's handler sends to another channel", async () => {
  using listener = await Peer.open("/feed");
  using tea = await Peer.open("/rooms/tea");
  tea.socket.send('{"text":"hello"}');
  assert.equal(await listener.next(), "tea: hello");
});

test("what is sent within a transaction leaves once it is committed", async () => {
  using listener = await Peer.open("/feed");
  gate = Promise.withResolvers();
  const noted = server.call(note, { text: "one" });
  server.server.channel(feed).send("meanwhile");
  assert.equal(await listener.next(), "meanwhile");
  gate.resolve();
  assert.equal(await listener.next(), "noted one");
  assert.equal((await noted).text, "one");
});

test("what is sent within a transaction that is rolled back never leaves", async () => {
  using listener = await Peer.open("/feed");
  gate = Promise.withResolvers();
  gate.resolve();
  await assert.rejects(server.call(note, { text: "two", fails: true }));
  server.server.channel(feed).send("afterwards");
  assert.equal(await listener.next(), "afterwards");
});

test("a call that is repeated with its key is told of once, and one that failed is not", async () => {
  using listener = await Peer.open("/feed");
  const ask = (text: string, key: string) =>
    server.request("POST /noteOnce", { json: { text }, headers: { "idempotency-key": key } });
  const [first, again] = [await ask("good", "a"), await ask("good", "a")];
  assert.deepEqual([first.status, again.text], [200, first.text]);
  assert.equal((await ask("bad", "b")).status, 500);
  server.server.channel(feed).send("afterwards");
  assert.deepEqual([await listener.next(), await listener.next()], ["once good", "afterwards"]);
});

test("what a transaction's work leaves behind sends at once", async () => {
  using listener = await Peer.open("/feed");
  await server.call(later, {});
  assert.equal(await listener.next(), "later");
});

test("a message, a channel or a room that is none is the handler's mistake", async () => {
  using listener = await Peer.open("/feed");
  for (const how of ["message", "channel", "room"]) {
    const { status, json } = await server.request(`GET /wrong?how=${how}`);
    assert.deepEqual([status, (json as { error: { code: string } }).error.code], [500, "INTERNAL"]);
  }
  server.server.channel(feed).send("nothing before this");
  assert.equal(await listener.next(), "nothing before this");
});
