import assert from "node:assert/strict";
import { test } from "node:test";
import type { ApiError } from "../../src/errors/api-error.ts";
import type { Exchange, Limits } from "../../src/net/index.ts";
import { listen } from "../../src/net/index.ts";
import { echo, get, ok, Peer, parseAnswers, pause, post, serve } from "./peer.ts";

/** One byte below and above each limit of the head, and the statuses. */
const sizes: readonly [
  name: string,
  limits: Partial<Limits>,
  fits: string,
  exceeds: string,
  status: number,
][] = [
  ["target", { targetBytes: 10 }, get(`/${"a".repeat(9)}`), get(`/${"a".repeat(10)}`), 414],
  [
    "header bytes",
    { headerBytes: 30 },
    get("/", `X: ${"a".repeat(14)}\r\n`),
    get("/", `X: ${"a".repeat(15)}\r\n`),
    431,
  ],
  [
    "header count",
    { headerCount: 3 },
    get("/", "A: 1\r\nB: 2\r\n"),
    get("/", "A: 1\r\nB: 2\r\nC: 3\r\n"),
    431,
  ],
  ["body", { bodyBytes: 5 }, post("abcde"), post("abcdef"), 413],
];

for (const [name, limits, fits, exceeds, status] of sizes) {
  test(`the limit of ${name} is exact`, async (t) => {
    const { port, listener } = await serve(t, echo, { limits });
    const peer = new Peer(port).send(fits);
    assert.equal((await peer.answersUpTo(1))[0]?.status, 200);
    peer.send(exceeds);
    const [, refusal] = parseAnswers(await peer.closes());
    assert.equal(refusal?.status, status);
    assert.match(refusal?.head ?? "", /connection: close/);
    assert.equal(listener.stats().requests, 1);
    assert.equal(Object.values(listener.stats().rejectedByCode).length, 1);
  });
}

test("an endless head is refused before it ends", async (t) => {
  const { port } = await serve(t, echo, { limits: { headerBytes: 1000, targetBytes: 1000 } });
  const endless: readonly [string, number][] = [
    [`GET /${"a".repeat(2000)}`, 414],
    [`GET / HTTP/1.1\r\n${"a".repeat(2000)}`, 431],
    [`GET / HTTP/1.1\r\nX: ${"a".repeat(2000)}`, 431],
    [`GET / HTTP/1.1\r\nX: ${" ".repeat(2000)}`, 431],
    ["M".repeat(2000), 400],
  ];
  for (const [request, status] of endless) {
    const text = await new Peer(port).send(request).closes();
    assert.equal(parseAnswers(text)[0]?.status, status);
  }
});

test("chunked content over the limit is 413 when the chunk is announced", async (t) => {
  const { port, listener } = await serve(t, echo, { limits: { bodyBytes: 10 } });
  for (const sizes of ["B\r\n", "6\r\nabcdef\r\n5\r\n", "FFFFFFFFFFFFFFFF\r\n"]) {
    const peer = new Peer(port).send(
      `POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n${sizes}`,
    );
    assert.equal(parseAnswers(await peer.closes())[0]?.status, 413, sizes);
  }
  assert.equal(listener.stats().rejectedByCode["CONTENT_TOO_LARGE"], 3);
});

test("chunk extensions and trailers are bounded", async (t) => {
  const { port } = await serve(t, echo);
  const chunked = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (const content of [
    `1;${"e".repeat(5000)}\r\n`,
    `1;${"e".repeat(2000)}\r\nx\r\n`.repeat(4),
    `0\r\n${"X: y\r\n".repeat(3000)}`,
  ]) {
    const peer = new Peer(port).send(chunked + content);
    assert.equal(parseAnswers(await peer.closes())[0]?.status, 431);
  }
});

test("a connection too many is told 503 and when to come back", async (t) => {
  const rejected: ApiError[] = [];
  const { port, listener } = await serve(t, echo, {
    limits: { connections: 2 },
    onRejected: (error) => rejected.push(error),
  });
  const first = new Peer(port).send(get());
  const second = new Peer(port).send(get());
  await Promise.all([first.answersUpTo(1), second.answersUpTo(1)]);
  const third = new Peer(port).send(get());
  const text = await third.closes();
  assert.match(text, /^HTTP\/1\.1 503 /);
  assert.match(text, /retry-after: \d+\r\n/);
  assert.match(text, /connection: close\r\n/);
  assert.equal(rejected[0]?.code, "OVERLOADED");
  assert.equal(listener.stats().connections, 2);
  first.socket.destroy();
  await second.until(() => listener.stats().connections === 1);
  const fourth = new Peer(port).send(get());
  assert.equal((await fourth.answersUpTo(1))[0]?.status, 200);
  for (const peer of [second, fourth]) peer.socket.destroy();
});

test("the connections of one address are limited where that is asked for", async (t) => {
  const { port, listener } = await serve(t, echo, { limits: { connectionsPerAddress: 1 } });
  const first = new Peer(port).send(get());
  await first.answersUpTo(1);
  assert.match(await new Peer(port).send(get()).closes(), /^HTTP\/1\.1 503 /);
  first.socket.destroy();
  await first.until(() => listener.stats().connections === 0);
  const again = new Peer(port).send(get());
  assert.equal((await again.answersUpTo(1))[0]?.status, 200);
  again.socket.destroy();
});

test("a connection without a word is closed without one", async (t) => {
  const { port } = await serve(t, echo, { limits: { firstByteMs: 40 } });
  assert.equal(await new Peer(port).closes(), "");
});

test("a head that trickles in is 408, however busily", async (t) => {
  const { port } = await serve(t, echo, { limits: { headerMs: 100, firstByteMs: 5000 } });
  const peer = new Peer(port).send("GET / HTTP/1.1\r\nHost: a\r\n");
  const trickle = setInterval(() => peer.send("X: y\r\n"), 10);
  const text = await peer.closes();
  clearInterval(trickle);
  assert.match(text, /^HTTP\/1\.1 408 /);
});

test("content that trickles in fails the read with 408", async (t) => {
  const { port, listener } = await serve(t, echo, { limits: { bodyMs: 100 } });
  for (const fields of ["Content-Length: 100000", "Transfer-Encoding: chunked"]) {
    const peer = new Peer(port).send(`POST / HTTP/1.1\r\nHost: a\r\n${fields}\r\n\r\n`);
    const trickle = setInterval(() => peer.send("1\r\nx\r\n"), 10);
    const text = await peer.closes();
    clearInterval(trickle);
    assert.match(text, /^HTTP\/1\.1 408 /);
    assert.match(text, /connection: close/);
  }
  assert.equal(listener.stats().rejectedByCode["REQUEST_TIMEOUT"], 2);
});

test("an idle connection is closed, one with a request in hand is not", async (t) => {
  const exchanges: Exchange[] = [];
  const { port } = await serve(t, (exchange) => void exchanges.push(exchange), { limits: { idleMs: 60 } });
  const peer = new Peer(port).send(get());
  await pause(200);
  exchanges[0]?.respond(ok, null, "late");
  assert.match(await peer.closes(), /late$/);
});

test("a peer that does not read is cut off, one that reads slowly is not", async (t) => {
  const size = 24 * 1024 * 1024;
  const body = Buffer.alloc(size, 120);
  const { port, listener } = await serve(t, (exchange) => exchange.respond(ok, null, body), {
    limits: { writeStallMs: 400, idleMs: 100 },
  });
  const deaf = new Peer(port).send(get());
  deaf.socket.pause();
  const slow = new Peer(port).send(get("/", "Connection: close\r\n"));
  let received = 0;
  slow.socket.removeAllListeners("data");
  slow.socket.on("data", (chunk: Buffer) => {
    received += chunk.length;
    slow.socket.pause();
    setTimeout(() => slow.socket.resume(), 1);
  });
  await slow.until(() => slow.ended, "the end of a slow answer");
  assert.ok(received > size);
  await deaf.until(() => listener.stats().connections <= 1, "the cut");
  deaf.socket.destroy();
  slow.socket.destroy();
});

test("a peer that sends requests and reads no answers does not pile them up", async (t) => {
  const body = "x".repeat(10_000);
  const { port, listener } = await serve(t, (exchange) => exchange.respond(ok, null, body));
  const peer = new Peer(port);
  peer.socket.pause();
  const count = 20_000;
  peer.send(get("/").repeat(count));
  await pause(300);
  assert.ok(listener.stats().requests < count / 2, `${listener.stats().requests} were answered unread`);
  peer.socket.resume();
  await peer.until(() => listener.stats().requests === count);
  await peer.until(() => peer.text.length > count * body.length);
  peer.socket.destroy();
});

test("pipelined requests that wait are not taken in without bound", async (t) => {
  const exchanges: Exchange[] = [];
  const { port } = await serve(t, (exchange) => void exchanges.push(exchange));
  const peer = new Peer(port);
  peer.send(get().repeat(1_000_000));
  await peer.until(() => exchanges.length === 1);
  await pause(200);
  assert.ok(peer.socket.writableLength > 10_000_000);
  assert.equal(exchanges.length, 1);
  peer.socket.destroy();
});

test("limits that are none are an error", async () => {
  const addresses = [{ host: "127.0.0.1", port: 0 }];
  for (const limits of [{ bodyBytes: -1 }, { idleMs: Number.NaN }, { bodySize: 1 }])
    await assert.rejects(listen({ addresses, handler: echo, limits }), RangeError);
});

test("windows that HTTP/2 cannot have are an error", async () => {
  const addresses = [{ host: "127.0.0.1", port: 0 }];
  const windows = [
    { streamWindowBytes: 2 ** 31 },
    { connectionWindowBytes: 2 ** 31 },
    { connectionWindowBytes: Number.POSITIVE_INFINITY },
    { connectionWindowBytes: 65_534 },
  ];
  for (const limits of windows)
    await assert.rejects(
      listen({ addresses, handler: echo, limits }),
      /^RangeError: limits\.\w+WindowBytes must be from/,
    );
  const limits = { streamWindowBytes: 2 ** 31 - 1, connectionWindowBytes: 2 ** 31 - 1 };
  const listener = await listen({ addresses, handler: echo, limits });
  await listener.close();
});
