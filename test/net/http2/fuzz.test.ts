import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { type Exchange, type Listener, Trailers, type Tunnel } from "../../../src/net/index.ts";
import { damage, makeConnection, pieces } from "../../fuzz/http2-inputs.ts";
import { Random } from "../../fuzz/random.ts";
import { END_HEADERS, END_STREAM, frame, number, preface, settings, types } from "../attacks/frames.ts";
import { ok, pause, serve } from "../peer.ts";
import { connectFields, data, getOf, Http2Peer, head, postFields, reset, windowUpdate } from "./peer.ts";

// Damaged connections over real sockets, with the times of a real listener, many at once. FUZZ_SECONDS makes it longer,
// FUZZ_SEED another.
const seconds = Number(process.env["FUZZ_SECONDS"] ?? 1);
const seed = Number(process.env["FUZZ_SEED"] ?? 20_260_701);
const AT_ONCE = 16;
const MIB = 2 ** 20;
/** What a collector may leave behind, of whatever number of connections. */
const MOST_GROWTH = 32 * MIB;

/** A connection with everything in it: content, trailers, a tunnel, settings, pings, windows, a reset. */
const recorded: Buffer = Buffer.concat([
  preface,
  settings([4, 30_000], [1, 100]),
  head(1, getOf("/parts", "cookie", "a=1", "cookie", "b=2"), END_STREAM),
  head(3, [...postFields, "content-length", "8"]),
  windowUpdate(0, 200_000),
  data(3, "abcd"),
  head(5, connectFields("echo")),
  frame(types.ping, 0, 0, Buffer.from("01234567")),
  data(5, "tunnel"),
  data(3, "efgh", END_STREAM),
  head(7, postFields),
  settings([4, 0]),
  frame(types.data, 8, 7, Buffer.from([3, 0x61, 0x62, 0, 0, 0])),
  ...[1, 3, 5, 7].map((stream) => windowUpdate(stream, 100_000)),
  head(7, ["x-sum", "1"], END_STREAM),
  frame(types.priority, 0, 9, Buffer.from([0, 0, 0, 0, 9])),
  head(9, getOf("/late"), END_STREAM),
  head(11, getOf("/late"), END_STREAM),
  reset(9),
  windowUpdate(11, 9),
  data(5, "", END_STREAM),
  frame(types.goAway, 0, 0, Buffer.alloc(8)),
]);

const trailers = new Trailers(["x-sum", "1"]);

async function answer(exchange: Exchange): Promise<void> {
  const { path, upgrade } = exchange.request;
  if (upgrade !== null) openEcho(exchange);
  else if (path === "/late") setTimeout(() => exchange.respond(ok, null, "late"), 5);
  else if (path === "/throw") throw new Error("a handler's own mistake");
  else if (path === "/parts") {
    const stream = exchange.stream(ok, null);
    for (let part = 0; part < 5; part += 1) await stream.write(Buffer.alloc(20_000));
    stream.end(trailers);
  } else exchange.respond(ok, null, Buffer.from(await exchange.body.bytes()), trailers);
}

function openEcho(exchange: Exchange): void {
  const tunnel: Tunnel = exchange.tunnel(null, {
    received: (bytes) => tunnel.write(Buffer.from(bytes)),
    ended: () => tunnel.end(),
    drained() {},
    closed() {},
    sweep() {},
    drain: () => tunnel.end(),
  });
}

const times = { sweepMs: 10, firstByteMs: 60, headerMs: 60, bodyMs: 60, idleMs: 60, writeStallMs: 60 };

/** A listener that answers in every way, and whatever must not happen. */
async function serveAnything(t: TestContext) {
  const failures: string[] = [];
  const fail = (error: unknown): void => void failures.push(String(error));
  process.on("unhandledRejection", fail);
  t.after(() => process.off("unhandledRejection", fail));
  const served = await serve(
    t,
    (exchange) => {
      // Whoever is gone, or sends what is wrong, is no failure of ours.
      answer(exchange).catch(() => exchange.signal.aborted || tryToAnswer(exchange));
    },
    {
      limits: { ...times, lingerMs: 30, streams: 20 },
      onRejected: (error) => {
        if (error.code === "INTERNAL") failures.push(`INTERNAL: ${error.cause}`);
      },
    },
  );
  return { failures, ...served };
}

function tryToAnswer(exchange: Exchange): void {
  try {
    exchange.respond(ok, null, "failed");
  } catch {
    // It was answered in parts.
  }
}

/** Sends bytes in one way or another and waits for the end of the connection, which must come. */
async function play(port: number, bytes: Buffer, random: Random): Promise<void> {
  const peer = new Http2Peer(port, null);
  for (const piece of random.chance(0.2) ? pieces(bytes, random) : [bytes]) {
    peer.send(piece);
    if (random.chance(0.05)) await new Promise((resolve) => setImmediate(resolve));
  }
  const way = random.below(4);
  if (way === 0) peer.socket.destroy();
  else if (way === 1) {
    await pause(random.below(30));
    peer.socket.resetAndDestroy();
  } else {
    // Whoever says nothing more is not waited for for ever, unless it has a tunnel.
    if (way === 2) await pause(random.below(30));
    peer.socket.end();
    await peer.until(() => peer.ended, `the end after ${bytes.toString("hex")}`);
    peer.socket.destroy();
  }
}

/** Plays many connections at once, and looks at what they have left behind. */
async function playAll(port: number, listener: Listener, inputs: Iterator<Buffer>): Promise<number> {
  let count = 0;
  const run = async (lane: number): Promise<void> => {
    const random = new Random(seed + lane);
    for (let next = inputs.next(); next.done !== true; next = inputs.next()) {
      count += 1;
      await play(port, next.value, random);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, (_, lane) => run(lane)));
  const honest = new Http2Peer(port);
  assert.equal((await honest.get(1, getOf("/late"))).content.toString(), "late");
  honest.socket.destroy();
  await honest.until(() => listener.stats().connections === 0, "the end of all connections");
  return count;
}

function* prefixes(): Generator<Buffer, void> {
  for (let length = 0; length <= recorded.length; length += 1) yield recorded.subarray(0, length);
}

/** One byte is another one, all over the connection. */
function* mutations(random: Random, most: number): Generator<Buffer, void> {
  for (let count = 0; count < most; count += 1) {
    const bytes = Buffer.from(recorded);
    bytes[preface.length + random.below(bytes.length - preface.length)] = random.below(256);
    yield bytes;
  }
}

/** Frames of any type and flags, mostly with what such a frame could have in it. */
function* frames(random: Random, until: number): Generator<Buffer, void> {
  while (performance.now() < until) {
    const parts = [preface, settings([4, random.pick([0, 1, 65_535, 2 ** 31 - 1])])];
    for (let count = random.below(40); count > 0; count -= 1) parts.push(anyFrame(random));
    yield random.chance(0.5) ? Buffer.concat(parts) : damage(makeConnection(random), random);
  }
}

function anyFrame(random: Random): Buffer {
  const stream = random.below(12);
  const contents = [
    Buffer.from(Array.from({ length: random.below(20) }, () => random.below(256))),
    number(random.pick([0, 1, 2 ** 31 - 1, 2 ** 32 - 1, random.below(100_000)])),
    Buffer.alloc(random.pick([0, 5, 6, 8, 16_384])),
    head(1, random.pick([getOf("/"), postFields, connectFields("echo"), ["x-a", "b"]])).subarray(9),
  ];
  const flags = random.chance(0.5) ? random.pick([0, END_STREAM, END_HEADERS, 5]) : random.below(256);
  return frame(random.below(11), flags, stream, random.pick(contents));
}

/** What is kept from without the heap goes a turn or two after what kept it. */
async function memoryAfterCollection(): Promise<number> {
  setFlagsFromString("--expose-gc");
  for (let round = 0; round < 3; round += 1) {
    runInNewContext("gc")();
    await pause(10);
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

test("every prefix of a connection, and then its end", async (t) => {
  const { port, listener, failures } = await serveAnything(t);
  assert.equal(await playAll(port, listener, prefixes()), recorded.length + 1);
  assert.deepEqual(failures, []);
});

test("the connection itself is served to its end", async (t) => {
  const { port, failures } = await serveAnything(t);
  const peer = new Http2Peer(port, null).send(recorded);
  await peer.until(() => peer.ended, "the end");
  const statuses = [1, 3, 5, 7, 11].map((stream) => peer.answer(stream).status);
  assert.deepEqual(statuses, ["200", "200", "200", "200", "200"]);
  const contents = [3, 5, 7, 11].map((stream) => peer.answer(stream).content.toString());
  assert.deepEqual(contents, ["abcdefgh", "tunnel", "ab", "late"]);
  assert.equal(peer.answer(1).length, 100_000);
  assert.deepEqual(failures, []);
  peer.socket.destroy();
});

test(`connections with a changed byte, and frames in any order: seed ${seed}`, async (t) => {
  const { port, listener, failures } = await serveAnything(t);
  const random = new Random(seed);
  await playAll(port, listener, mutations(random, 300 * Math.max(1, seconds / 2)));
  await playAll(port, listener, frames(random, performance.now() + 300));
  const before = await memoryAfterCollection();
  const count = await playAll(port, listener, frames(random, performance.now() + seconds * 1000));
  const growth = (await memoryAfterCollection()) - before;
  t.diagnostic(`${count} connections, ${(growth / MIB).toFixed(2)} MiB more than before them`);
  assert.deepEqual(failures, []);
  assert.ok(growth < MOST_GROWTH, `${growth} bytes more after ${count} connections`);
});
