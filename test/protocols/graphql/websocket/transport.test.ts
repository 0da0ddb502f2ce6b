import assert from "node:assert/strict";
import { once } from "node:events";
import { after, before, beforeEach, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { startTest, type TestServer } from "fourfold/testing";
import { type Client, createClient } from "graphql-ws";
import { WebSocket } from "ws";
import streams, { told } from "../streams-fixture.ts";

let server: TestServer;
let url: string;
before(async () => {
  server = await startTest(streams, { graphql: { limits: { initialisationMs: 300, socketOperations: 3 } } });
  url = `${server.origin.replace("http", "ws")}/graphql`;
});
after(() => server.close());
beforeEach(() => {
  told.callers = [];
});

/** A socket that says what a test lets it say. */
class Raw {
  readonly socket: WebSocket;
  readonly messages: unknown[] = [];
  readonly closed: Promise<readonly [number, string]>;
  #waiting: (() => void) | null = null;

  private constructor(protocol: string | null) {
    this.socket = new WebSocket(url, protocol === null ? [] : [protocol]);
    this.socket.on("message", (data) => {
      this.messages.push(JSON.parse(String(data)));
      this.#waiting?.();
    });
    this.closed = new Promise((resolve) =>
      this.socket.on("close", (code, reason) => resolve([code, String(reason)])),
    );
    // A client that is given none of the subprotocols that it asked for fails by itself.
    this.socket.on("error", () => {});
  }

  static async open(protocol: string | null = "graphql-transport-ws"): Promise<Raw> {
    const raw = new Raw(protocol);
    await once(raw.socket, "open");
    return raw;
  }

  static async acknowledged(payload?: object): Promise<Raw> {
    const raw = await Raw.open();
    raw.send({ type: "connection_init", payload });
    assert.deepEqual(await raw.next(), { type: "connection_ack" });
    return raw;
  }

  send(message: unknown): void {
    this.socket.send(typeof message === "string" ? message : JSON.stringify(message));
  }

  async next(): Promise<unknown> {
    while (this.messages.length === 0)
      await new Promise<void>((go) => {
        this.#waiting = go;
      });
    return this.messages.shift();
  }
}

const subscribe = (id: string, query: string, variables?: object) => ({
  id,
  type: "subscribe",
  payload: { query, variables },
});

async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; !holds(); tries++) {
    assert.ok(tries < 500, "it did not come to be");
    await sleep(10);
  }
}

test("a socket without the subprotocol is closed with 4406", async () => {
  assert.deepEqual(await (await Raw.open(null)).closed, [4406, "Subprotocol not acceptable"]);
  await assert.rejects(Raw.open("graphql-ws"), /no subprotocol/);
});

test("a socket that says nothing is closed with 4408", async () => {
  const raw = await Raw.open();
  assert.deepEqual(await raw.closed, [4408, "Connection initialisation timeout"]);
});

test("what is no message closes with 4400 and says why", async () => {
  for (const message of [
    "text",
    "[]",
    "null",
    "{}",
    '{"type":"start"}',
    '{"type":"connection_init","payload":[]}',
    '{"type":"subscribe","payload":{"query":"{ kept }"}}',
    '{"type":"subscribe","id":"","payload":{"query":"{ kept }"}}',
    '{"type":"subscribe","id":"1"}',
    '{"type":"complete"}',
    '{"type":"ping","type":"ping"}',
  ]) {
    const raw = await Raw.open();
    raw.send(message);
    const [code, reason] = await raw.closed;
    assert.equal(code, 4400, message);
    assert.ok(reason.length > 10);
  }
  const raw = await Raw.open();
  raw.socket.send(Buffer.from('{"type":"ping"}'));
  assert.deepEqual(await raw.closed, [4400, "Messages are text"]);
});

test("a second initialisation closes with 4429, an early subscription with 4401, a taken id with 4409", async () => {
  const twice = await Raw.acknowledged();
  twice.send({ type: "connection_init" });
  assert.deepEqual(await twice.closed, [4429, "Too many initialisation requests"]);
  const early = await Raw.open();
  early.send(subscribe("1", "{ kept }"));
  assert.deepEqual(await early.closed, [4401, "Unauthorized"]);
  const taken = await Raw.acknowledged();
  taken.send(subscribe("1", "subscription { silence }"));
  taken.send(subscribe("1", "subscription { silence }"));
  assert.deepEqual(await taken.closed, [4409, "Subscriber for 1 already exists"]);
  await until(() => told.open === 0);
});

test("a ping is answered at any time, with its payload", async () => {
  const raw = await Raw.open();
  raw.send({ type: "ping" });
  assert.deepEqual(await raw.next(), { type: "pong" });
  raw.send({ type: "ping", payload: { a: [1] } });
  assert.deepEqual(await raw.next(), { type: "pong", payload: { a: [1] } });
  raw.send({ type: "pong" });
  raw.send({ type: "connection_init" });
  assert.deepEqual(await raw.next(), { type: "connection_ack" });
  raw.socket.close();
});

test("queries, mutations and subscriptions are answered; an id is free again afterwards", async () => {
  const raw = await Raw.acknowledged();
  raw.send(subscribe("1", 'mutation { keep(text: "this") }'));
  assert.deepEqual(await raw.next(), { id: "1", type: "next", payload: { data: { keep: "this" } } });
  assert.deepEqual(await raw.next(), { id: "1", type: "complete" });
  raw.send(subscribe("1", "{ kept }"));
  assert.deepEqual(await raw.next(), { id: "1", type: "next", payload: { data: { kept: "this" } } });
  assert.deepEqual(await raw.next(), { id: "1", type: "complete" });
  raw.send(subscribe("1", "subscription ($to: Int!) { count(to: $to) { text } }", { to: 2 }));
  for (const text of ["number 1", "number 2"])
    assert.deepEqual(await raw.next(), { id: "1", type: "next", payload: { data: { count: { text } } } });
  assert.deepEqual(await raw.next(), { id: "1", type: "complete" });
  raw.socket.close();
});

test("what cannot be run is told by `error`, after which nothing comes; the socket goes on", async () => {
  const raw = await Raw.acknowledged();
  raw.send(subscribe("1", "{ nothing }"));
  const refused = (await raw.next()) as {
    type: string;
    payload: readonly { extensions: { code: string } }[];
  };
  assert.equal(refused.type, "error");
  assert.equal(refused.payload[0]?.extensions.code, "DOCUMENT_INVALID");
  raw.send(subscribe("2", "{"));
  assert.equal(((await raw.next()) as { type: string }).type, "error");
  raw.send({ id: "3", type: "subscribe", payload: { query: 5 } });
  assert.equal(((await raw.next()) as { type: string }).type, "error");
  raw.send(subscribe("1", "{ kept }"));
  assert.equal(((await raw.next()) as { type: string }).type, "next");
  raw.socket.close();
});

test("an error of the source ends the stream, and is told with its code", async () => {
  const raw = await Raw.acknowledged();
  raw.send(subscribe("1", "subscription { count(to: 5, breaksAt: 2) { number } }"));
  assert.deepEqual(await raw.next(), { id: "1", type: "next", payload: { data: { count: { number: 1 } } } });
  const last = (await raw.next()) as { type: string; payload: readonly { extensions: object }[] };
  assert.equal(last.type, "error");
  assert.deepEqual(last.payload[0]?.extensions, {
    code: "BROKEN",
    kind: "unavailable",
    details: { after: 1 },
  });
  // Nothing follows: the id is free.
  raw.send(subscribe("1", "{ kept }"));
  assert.equal(((await raw.next()) as { type: string }).type, "next");
  raw.socket.close();
});

test("a client's `complete` ends the source at once, and nothing is sent for it any more", async () => {
  const raw = await Raw.acknowledged();
  raw.send(subscribe("1", "subscription { silence }"));
  await until(() => told.open === 1);
  raw.send({ id: "1", type: "complete" });
  raw.send({ id: "unknown", type: "complete" });
  await until(() => told.open === 0);
  raw.send(subscribe("1", "{ kept }"));
  assert.equal(((await raw.next()) as { type: string }).type, "next");
  raw.socket.close();
});

test("a socket that goes away ends its sources", async () => {
  const raw = await Raw.acknowledged();
  raw.send(subscribe("1", "subscription { silence }"));
  raw.send(subscribe("2", "subscription { silence }"));
  await until(() => told.open === 2);
  raw.socket.terminate();
  await until(() => told.open === 0);
});

test("operations under way are limited for each socket", async () => {
  const raw = await Raw.acknowledged();
  for (const id of ["1", "2", "3", "4"]) raw.send(subscribe(id, "subscription { silence }"));
  const refused = (await raw.next()) as {
    id: string;
    type: string;
    payload: readonly { extensions: object }[];
  };
  assert.equal(refused.type, "error");
  assert.equal(refused.id, "4");
  assert.match(JSON.stringify(refused.payload), /"code":"OVERLOADED"/);
  raw.socket.close();
  await until(() => told.open === 0);
});

test("who opens a socket is told by `connection_init`; a wrong token closes with 4403, a fault of ours with 4500", async () => {
  const raw = await Raw.acknowledged({ authorization: "Bearer ada" });
  raw.send(subscribe("1", "subscription { count(to: 1) { number } }"));
  await raw.next();
  assert.deepEqual(told.callers, ["ada"]);
  raw.socket.close();
  for (const [token, closed] of [
    ["wrong", [4403, "Forbidden"]],
    ["broken", [4500, "Internal server error"]],
  ] as const) {
    const refused = await Raw.open();
    refused.send({ type: "connection_init", payload: { Authorization: `Bearer ${token}` } });
    assert.deepEqual(await refused.closed, closed);
  }
});

test("a trace goes on where the request's extensions name one", async () => {
  const raw = await Raw.acknowledged();
  const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  raw.send({ id: "1", type: "subscribe", payload: { query: "{ trace }", extensions: { traceparent } } });
  const { payload } = (await raw.next()) as { payload: { data: { trace: string } } };
  assert.match(payload.data.trace, /^00-0af7651916cd43dd8448eb211c80319c-/);
  raw.socket.close();
});

test("a reader that stops holds its source back", async () => {
  const raw = await Raw.acknowledged();
  raw.socket.pause();
  raw.send(subscribe("1", "subscription { count(to: 1000000) { number text } }"));
  await sleep(300);
  assert.equal(told.open, 1);
  const before = process.memoryUsage().arrayBuffers;
  await sleep(200);
  assert.ok(process.memoryUsage().arrayBuffers - before < 20_000_000);
  raw.socket.terminate();
  await until(() => told.open === 0);
});

test("pages of other sites cannot open a socket", async () => {
  const socket = new WebSocket(url, ["graphql-transport-ws"], { origin: "https://evil.example" });
  const [, response] = await once(socket, "unexpected-response");
  assert.equal(response.statusCode, 403);
  socket.on("error", () => {});
  socket.terminate();
});

function client(): Client {
  return createClient({ url, webSocketImpl: WebSocket, retryAttempts: 0 });
}

test("graphql-ws as a client: all kinds of operations over one socket, at the same time", async () => {
  const ws = client();
  const numbers = async (to: number): Promise<readonly unknown[]> => {
    const seen: unknown[] = [];
    for await (const { data } of ws.iterate({ query: `subscription { count(to: ${to}) { number } }` }))
      seen.push(data);
    return seen;
  };
  const [few, many] = await Promise.all([numbers(3), numbers(300)]);
  assert.deepEqual(
    few,
    [1, 2, 3].map((number) => ({ count: { number } })),
  );
  assert.equal(many.length, 300);
  const query = ws.iterate({ query: "{ kept }" });
  assert.ok((await query.next()).value);
  assert.equal((await query.next()).done, true);
  await assert.rejects(async () => {
    for await (const _ of ws.iterate({ query: "{ nothing }" })) assert.fail("nothing comes");
  });
  for await (const { data } of ws.iterate({ query: "subscription { count(to: 100000) { number } }" })) {
    assert.ok(data);
    break;
  }
  await until(() => told.open === 0);
  await ws.dispose();
});

test("a server that stops closes its sockets with 1001", async () => {
  const stopping = await startTest(streams);
  const socket = new WebSocket(`${stopping.origin.replace("http", "ws")}/graphql`, ["graphql-transport-ws"]);
  await once(socket, "open");
  socket.send('{"type":"connection_init"}');
  await once(socket, "message");
  socket.send(JSON.stringify(subscribe("1", "subscription { silence }")));
  await until(() => told.open === 1);
  const closed = once(socket, "close");
  await stopping.server.close("drain");
  assert.equal((await closed)[0], 1001);
  await until(() => told.open === 0);
});
