import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { type ChannelEvent, type Client, type ClientOptions, createClient, remote } from "fourfold/client";
import { startTest, type TestServer } from "fourfold/testing";
import { Network } from "./network.ts";
import { lobby, room, shop, tokens } from "./shop.ts";
import { until } from "./until.ts";

let server: TestServer;
let network: Network;
let clients: Client[] = [];
before(async () => {
  server = await startTest(shop);
  for (const id of ["ada", "grace"]) tokens.set(id, { id });
});
after(() => server.close());
beforeEach(async () => {
  network = await Network.to(server.port);
});
afterEach(async () => {
  for (const client of clients) client.close();
  clients = [];
  await network.close();
});

function made(options: ClientOptions = {}): Client {
  const client = createClient({ url: network.origin, backOffMs: 5, backOffMaxMs: 50, ...options });
  clients.push(client);
  return client;
}

/** What was told, states left out. */
function told<S>(events: readonly (ChannelEvent<S> | { readonly type: "closed" })[]): readonly unknown[] {
  return events.filter(({ type }) => type !== "state");
}

function taken<E>(feed: { listen(listener: (event: E) => void): () => void }): E[] {
  const events: E[] = [];
  feed.listen((event) => events.push(event));
  return events;
}

const at = new Date("2030-01-02T03:04:05.678Z");

test("messages of a channel of text are texts, also those that look like something else", async () => {
  const client = made();
  const one = client.channel(lobby);
  const events = taken(one);
  const other = taken(client.channel(remote.channel<typeof lobby>("/lobby")));
  // Kept until the connection is there.
  one.send("early");
  await until(() => told(events).length === 1);
  one.send('{"type":"error"}');
  one.send("");
  await until(() => told(events).length === 3 && told(other).length >= 2);
  assert.deepEqual(told(events), [
    { type: "message", message: "early" },
    { type: "message", message: '{"type":"error"}' },
    { type: "message", message: "" },
  ]);
});

test("messages of JSON are typed, and so is all else that is told; errors are the sender's", async () => {
  const client = made({ token: () => "ada" });
  const connection = client.channel(room, { id: "1 / ü" });
  const events = taken(connection);
  await until(() => events.some(({ type }) => type === "here"));
  const referred = made({ token: () => "grace" }).channel(remote.channel<typeof room>("/rooms/{id}"), {
    id: "1 / ü",
  });
  const others = taken(referred);
  await until(() => told(events).length === 2);
  connection.send({ text: "hello", at });
  referred.send({ text: "", at: at.toISOString() });
  await until(() => told(events).length === 3 && told(others).length === 3);
  const here = events.find((event) => event.type === "here");
  const joined = events.find((event) => "member" in event);
  const message = events.find((event) => event.type === "message");
  assert.ok(here !== undefined && joined !== undefined && message !== undefined);
  assert.deepEqual([here.members.length, joined.member.caller], [1, "grace"]);
  assert.deepEqual(message.message, { from: "ada", text: "hello", at });
  const heard = others.find((event) => event.type === "message");
  assert.deepEqual(heard, { type: "message", message: { from: "ada", text: "hello", at: at.toISOString() } });
  const wrong = others.find((event) => event.type === "error");
  assert.ok(wrong !== undefined);
  assert.deepEqual([wrong.error.code, wrong.error.violations?.[0]?.path], ["INVALID_INPUT", "text"]);
});

test("a channel comes back, with its history, and without what was sent meanwhile", async () => {
  const client = made({ token: () => "ada" });
  const connection = client.channel(room, { id: "2" });
  const events = taken(connection);
  await until(() => connection.state === "open");
  for (const text of ["a", "b", "c", "d"]) connection.send({ text, at });
  await until(() => events.filter(({ type }) => type === "message").length === 4);
  events.length = 0;
  network.cut();
  await until(() => events.some(({ type }) => type === "here"));
  assert.deepEqual(
    events.map((event) => {
      if (event.type === "message") return event.message.text;
      return event.type === "state" ? event.state : event.type;
    }),
    ["away", "open", "b", "c", "d", "here"],
  );
});

test("what is sent while there is no connection waits, or is refused", async () => {
  for (const whileAway of ["queue", "fail"] as const) {
    const connection = made({ whileAway, queueMax: 2, backOffMs: 50 }).channel(lobby);
    const events = taken(connection);
    await until(() => connection.state === "open");
    // It may be back before anybody looks a second time.
    const away = new Promise<void>((resolve) => {
      connection.listen((event) => event.type === "state" && event.state === "away" && resolve());
    });
    network.cut();
    await away;
    if (whileAway === "fail") assert.throws(() => connection.send("lost"), { code: "UNAVAILABLE" });
    else {
      connection.send("one");
      connection.send("two");
      assert.throws(() => connection.send("three"), { code: "QUEUE_FULL" });
      await until(() => told(events).length === 2);
      assert.deepEqual(told(events), [
        { type: "message", message: "one" },
        { type: "message", message: "two" },
      ]);
    }
    connection.close();
    assert.throws(() => connection.send("closed"), { code: "UNAVAILABLE" });
    assert.deepEqual(events.at(-1), { type: "closed", error: null });
  }
});

test("a channel that somebody may not join is told so, once a fresh token did not help", async () => {
  let asked = 0;
  const token = () => {
    asked++;
    return "unknown";
  };
  const events = taken(made({ token }).channel(room, { id: "3" }));
  await until(() => events.at(-1)?.type === "closed");
  const closed = events.at(-1);
  assert.ok(closed?.type === "closed" && closed.error !== null);
  assert.deepEqual([closed.error.code, closed.error.kind, asked], ["UNAUTHENTICATED", "unauthenticated", 2]);
});

test("a half-open connection of a channel is noticed, and one that is only silent is kept", async () => {
  for (const channel of [lobby, remote.channel<typeof lobby>("/lobby")]) {
    const connection = made({ heartbeatMs: 20, answerMs: 200 }).channel(channel);
    const events = taken(connection);
    await until(() => connection.state === "open");
    await new Promise((go) => setTimeout(go, 150));
    assert.deepEqual(
      events.map((event) => event.type === "state" && event.state),
      ["connecting", "open"].slice(-events.length),
    );
    network.stall();
    await until(() => connection.state === "away");
    network.flow();
    await until(() => connection.state === "open");
    assert.deepEqual(told(events), [], "signs of life are no messages");
    connection.close();
  }
});

test("who takes messages too slowly gets the last ones, and how many were left out", async () => {
  const connection = made().channel(lobby, undefined, { buffer: 5 });
  await until(() => connection.state === "open");
  for (let number = 1; number <= 20; number++) connection.send(`${number}`);
  const all = taken(made().channel(lobby));
  await until(() => all.length > 0);
  const last = made().channel(lobby);
  last.send("end");
  await until(() => told(all).length > 0);
  await new Promise((go) => setTimeout(go, 50));
  const events: string[] = [];
  for await (const event of connection) {
    events.push(
      event.type === "message" ? event.message : event.type === "missed" ? `-${event.count}` : event.type,
    );
    if (event.type === "message" && event.message === "end") break;
  }
  assert.deepEqual(events, ["-19", "18", "19", "20", "end"]);
});

test("a name in the path must be stated", () => {
  const client = made();
  // @ts-expect-error: the room is missing
  assert.throws(() => client.channel(room, {}), /\/rooms\/\{id\}: "id" must be text/);
});
