import assert from "node:assert/strict";
import { once } from "node:events";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { api, channel, command, error, resource, signedIn, t } from "fourfold";
import { startTest, type TestServer } from "fourfold/testing";
import { WebSocket } from "ws";
import { until } from "../../client/until.ts";
import type { Json } from "./rpc-peer.ts";

// What a channel's handler has beside the message and its room: what handlers of operations have.

const Taken = error("TEXT_TAKEN", { kind: "already_exists" });
const Note = resource("Note", { fields: { id: t.id(), text: t.string({ unique: Taken }), by: t.string() } });
const mark = command("mark", {
  input: { text: t.string({ minLength: 1 }) },
  output: Note,
  allow: signedIn,
  handle: ({ input, caller, db }) => db(Note).create({ text: input.text, by: caller?.id ?? "" }),
});

let gate = Promise.withResolvers<void>();
const seen: {
  waiting: number;
  aborted: number;
  requestIds: string[];
  traceparents: string[];
  times: number[];
} = {
  waiting: 0,
  aborted: 0,
  requestIds: [],
  traceparents: [],
  times: [],
};
const news = channel("/news", { message: t.text() });
const notes = channel("/notes/{of}", {
  message: t.object({ do: t.enum(["note", "break", "mark", "wait", "look"]), text: t.string() }),
  sends: t.object({ to: t.string(), text: t.string() }),
  async receive({
    message,
    parameters,
    caller,
    db,
    call,
    log,
    now,
    signal,
    requestId,
    traceparent,
    ...rest
  }) {
    assert.deepEqual(rest, {}, "all else is made when it is asked for");
    const { text } = message;
    if (message.do === "mark") await call(mark, { text });
    if (message.do === "wait") {
      seen.waiting++;
      await sleep(60_000, null, { signal }).catch((thrown: unknown) => {
        seen.aborted++;
        throw thrown;
      });
    }
    if (message.do !== "look") return;
    log.info("looked", { of: parameters.of, at: now().getTime() });
    const found = await db(Note).list({ where: { by: caller?.id ?? "" } });
    seen.requestIds.push(requestId);
    seen.traceparents.push(traceparent);
    seen.times.push(found.length);
  },
});
/** Says it to everybody there is, in a transaction. */
const ledger = channel("/ledger", {
  message: t.object({ text: t.string(), fails: t.boolean({ default: false }) }),
  sends: t.object({ to: t.string(), text: t.string() }),
  receive: ({ message: { text, fails }, db, sender, everyone, others, channel: to }) =>
    db.transaction(async (within) => {
      await within(Note).create({ text, by: "ledger" });
      sender.send({ to: "sender", text });
      everyone.send({ to: "everyone", text });
      others.send({ to: "others", text });
      to(news).send(text);
      await gate.promise;
      if (fails) throw new Error("a fault of ours");
    }),
});
const definition = api("receiving", {
  resources: [Note],
  operations: [mark],
  channels: [notes, ledger, news],
  authenticate: ({ bearer }) => (bearer === null ? null : { id: bearer, roles: [], claims: {} }),
});

let server: TestServer;
before(async () => {
  server = await startTest(definition);
});
after(() => server.close());

/** A connection that keeps what it is sent. */
class Guest {
  readonly socket: WebSocket;
  readonly heard: Json[] = [];

  private constructor(path: string, token: string | null) {
    const headers = token === null ? {} : { authorization: `Bearer ${token}` };
    this.socket = new WebSocket(server.origin.replace("http", "ws") + path, { headers });
    this.socket.on("message", (data) => {
      const text = String(data);
      this.heard.push(text.startsWith("{") ? JSON.parse(text) : text);
    });
  }

  static async at(path: string, token: string | null = null): Promise<Guest> {
    const guest = new Guest(path, token);
    await once(guest.socket, "open");
    return guest;
  }

  say(message: object): void {
    this.socket.send(JSON.stringify(message));
  }

  /** The errors that it was told. */
  get errors(): readonly string[] {
    return this.heard.filter(({ type }) => type === "error").map((told) => told.error.code);
  }

  /** What was sent, and to whom. */
  get messages(): readonly string[] {
    return this.heard.filter(({ type }) => type === "message").map(({ message }) => message.to);
  }
}

test("operations are called as the caller, and rows are read; each message has an id and a trace", async () => {
  const ada = await Guest.at("/notes/1", "ada");
  ada.say({ do: "mark", text: "first" });
  ada.say({ do: "mark", text: "first" });
  ada.say({ do: "mark", text: "" });
  ada.say({ do: "look", text: "" });
  ada.say({ do: "look", text: "" });
  await until(() => seen.times.length === 2 && ada.errors.length === 2);
  assert.deepEqual(
    [seen.times, ada.errors],
    [
      [1, 1],
      ["TEXT_TAKEN", "INVALID_INPUT"],
    ],
  );
  assert.equal(new Set(seen.requestIds).size, 2);
  assert.equal(new Set(seen.traceparents.filter((each) => /^00-[0-9a-f]{32}-/.test(each))).size, 2);
  const nobody = await Guest.at("/notes/1");
  nobody.say({ do: "mark", text: "second" });
  await until(() => nobody.errors.length === 1);
  assert.deepEqual(nobody.errors, ["UNAUTHENTICATED"]);
  for (const { socket } of [ada, nobody]) socket.close();
});

test("the signal aborts when the connection is gone", async () => {
  const guest = await Guest.at("/notes/1");
  guest.say({ do: "wait", text: "" });
  await until(() => seen.waiting === 1);
  assert.equal(seen.aborted, 0);
  guest.socket.terminate();
  await until(() => seen.aborted === 1);
});

test("what is sent within a transaction leaves once it is committed, to whomever it goes", async () => {
  gate = Promise.withResolvers();
  const sender = await Guest.at("/ledger");
  const other = await Guest.at("/ledger");
  const reader = await Guest.at("/news");
  sender.say({ text: "committed" });
  await sleep(20);
  assert.deepEqual([sender.heard, other.heard, reader.heard], [[], [], []]);
  gate.resolve();
  await until(() => sender.heard.length === 2 && other.heard.length === 2 && reader.heard.length === 1);
  assert.deepEqual(
    [sender.messages, other.messages],
    [
      ["sender", "everyone"],
      ["everyone", "others"],
    ],
  );
  assert.deepEqual(reader.heard, ["committed"]);
  for (const { socket } of [sender, other, reader]) socket.close();
});

test("and not at all when it is rolled back: the sender is told why", async () => {
  gate.resolve();
  const sender = await Guest.at("/ledger");
  const other = await Guest.at("/ledger");
  sender.say({ text: "undone", fails: true });
  sender.say({ text: "committed" });
  sender.say({ text: "undone" });
  await until(() => other.heard.length === 2);
  assert.deepEqual(sender.errors, ["INTERNAL", "TEXT_TAKEN"]);
  assert.match(sender.heard[0].error.id, /\S/);
  assert.deepEqual(
    [sender.messages, other.messages],
    [
      ["sender", "everyone"],
      ["everyone", "others"],
    ],
  );
  for (const { socket } of [sender, other]) socket.close();
});
