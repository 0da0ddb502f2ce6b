import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { api, channel, t } from "fourfold";
import { startTest, type TestServer } from "fourfold/testing";
import { WebSocket } from "ws";

const message = t.object({ n: t.int32(), about: t.string(), filler: t.text() });
const closing = channel("/closing", { message, buffer: 20 });
const dropping = channel("/dropping", { message, buffer: 20, slow: "drop-oldest" });
const latest = channel("/latest", { message, buffer: 20, slow: "latest-per-key", key: ({ about }) => about });
const definition = api("slow", { channels: [closing, dropping, latest] });

const serve = (): Promise<TestServer> => startTest(definition, { limits: { outputBytes: 32 * 1024 } });
const filler = "x".repeat(64 * 1024);
/** More than the system keeps for a connection, and than may wait. */
const count = 400;

async function open(
  { origin }: TestServer,
  path: string,
): Promise<{ socket: WebSocket; received: string[] }> {
  const socket = new WebSocket(`${origin.replace("http", "ws")}${path}`, { perMessageDeflate: false });
  const received: string[] = [];
  socket.on("message", (data) => received.push(String(data)));
  await once(socket, "open");
  return { socket, received };
}

async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; !holds(); tries++) {
    assert.ok(tries < 800, "it did not come to be");
    await sleep(10);
  }
}

const numbers = (received: readonly string[]): readonly number[] =>
  received.flatMap((text) => {
    const { type, message } = JSON.parse(text);
    return type === "message" ? [message.n] : [];
  });

const missed = (received: readonly string[]): number =>
  received.reduce((total, text) => total + (JSON.parse(text).count ?? 0), 0);

async function metric(server: TestServer, name: string, path: string): Promise<number> {
  const { text } = await server.request("GET /metrics");
  return Number(new RegExp(`^fourfold_channel_${name}\\{channel="${path}"\\} (\\d+)$`, "m").exec(text)?.[1]);
}

test("close: a reader that stops is closed with 1013, and nobody else notices", async () => {
  await using server = await serve();
  const slow = await open(server, "/closing");
  const fast = await open(server, "/closing");
  slow.socket.pause();
  const closed = once(slow.socket, "close");
  for (let n = 1; n <= count; n++) {
    server.server.channel(closing).send({ n, about: "", filler });
    if (n % 10 === 0) await until(() => fast.received.length === n);
  }
  assert.equal(await metric(server, "closed_slow_total", "/closing"), 1);
  slow.socket.resume();
  const [code, reason] = await closed;
  assert.deepEqual([code, String(reason)], [1013, "Messages were not taken in time"]);
  assert.deepEqual(
    numbers(fast.received),
    Array.from({ length: count }, (_, index) => index + 1),
  );
  fast.socket.terminate();
});

test("drop-oldest: a reader that comes back is told how many it missed, and gets the newest in order", async () => {
  await using server = await serve();
  const { socket, received } = await open(server, "/dropping");
  socket.pause();
  for (let n = 1; n <= count; n++) {
    server.server.channel(dropping).send({ n, about: "", filler });
    if (n % 50 === 0) await sleep(5);
  }
  assert.equal(await metric(server, "waiting_messages", "/dropping"), 20);
  const lost = await metric(server, "missed_total", "/dropping");
  assert.ok(lost > 100);
  socket.resume();
  await until(() => numbers(received).at(-1) === count);
  const seen = numbers(received);
  assert.equal(missed(received), lost);
  assert.equal(seen.length + lost, count);
  assert.deepEqual(
    seen,
    [...seen].sort((a, b) => a - b),
  );
  assert.deepEqual(
    seen.slice(-20),
    Array.from({ length: 20 }, (_, index) => count - 19 + index),
  );
  socket.terminate();
});

test("latest-per-key: a reader that comes back gets the last message about each thing", async () => {
  await using server = await serve();
  const { socket, received } = await open(server, "/latest");
  socket.pause();
  const things = ["a", "b", "c"];
  for (let n = 1; n <= count; n++) {
    server.server.channel(latest).send({ n, about: things[n % 3] ?? "", filler });
    if (n % 50 === 0) await sleep(5);
  }
  assert.equal(await metric(server, "waiting_messages", "/latest"), 3);
  socket.resume();
  await until(() => numbers(received).at(-1) === count);
  assert.deepEqual(numbers(received).slice(-3), [count - 2, count - 1, count]);
  assert.equal(numbers(received).length + missed(received), count);
  socket.terminate();
});

test("a connection that is gone is forgotten, whatever waits for it", async () => {
  await using server = await serve();
  const { socket } = await open(server, "/dropping");
  socket.pause();
  for (let n = 1; n <= count; n++) server.server.channel(dropping).send({ n, about: "", filler });
  socket.terminate();
  let left = 1;
  for (let tries = 0; left > 0 && tries < 100; tries++) {
    await sleep(20);
    left = await metric(server, "connections", "/dropping");
  }
  assert.equal(left, 0);
  assert.equal(await metric(server, "waiting_messages", "/dropping"), 0);
});
