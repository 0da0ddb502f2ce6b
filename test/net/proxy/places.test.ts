import assert from "node:assert/strict";
import { test } from "node:test";
import { Worker } from "node:worker_threads";
import { get, Peer, pause, serve } from "../peer.ts";
import { local, v1, v2 } from "./headers.ts";
import { answerTo, serveProxied, tell } from "./peer.ts";

test("connections are counted by the address that is announced", async (t) => {
  const { port, listener } = await serveProxied(t, { limits: { connectionsPerAddress: 2 } });
  const open = async (header: string): Promise<Peer> => {
    const peer = new Peer(port).send(header + get());
    await peer.answersUpTo(1);
    return peer;
  };
  const first = await open(v1("203.0.113.7"));
  await open(v2("203.0.113.7"));
  for (const header of [v1("203.0.113.7"), v2("203.0.113.7")])
    assert.equal(await answerTo(port, header), "503");
  const others = ["203.0.113.8", "2001:db8::7"].map(v1);
  for (const header of [...others, local, local]) assert.equal((await open(header)).answers[0]?.status, 200);
  assert.equal(
    await answerTo(port, local),
    "503",
    "where nothing is announced, the proxy's own address counts",
  );
  assert.equal(listener.stats().connections, 6);
  assert.deepEqual(listener.stats().rejectedByCode, { OVERLOADED: 3 });

  first.socket.destroy();
  await first.until(() => listener.stats().connections === 5, "the place of the first");
  assert.match(await answerTo(port, v1("203.0.113.7")), /^1\.1 \[203\.0\.113\.7\]/);
});

test("who is turned away behind a proxy is so after the header, by either version of HTTP", async (t) => {
  const { port, listener } = await serveProxied(t, { limits: { connections: 2 } });
  for (const address of ["203.0.113.7", "203.0.113.8"])
    await new Peer(port).send(v1(address) + get()).answersUpTo(1);
  assert.equal(await answerTo(port, v1("203.0.113.8")), "503");
  const http2 = new Peer(port).send(`${v1("203.0.113.8")}PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n`);
  const answer = await http2.closes();
  assert.doesNotMatch(answer, /HTTP\/1\.1/);
  assert.equal(answer.charCodeAt(3), 4, "it begins with SETTINGS");
  assert.equal(listener.stats().connections, 2);
});

test("what waits for its header has no place, but is bounded", async (t) => {
  const { port, listener } = await serveProxied(t, { limits: { connections: 2 } });
  const waiting = Array.from({ length: 4 }, () => new Peer(port).send("PROXY "));
  await pause();
  assert.equal(listener.stats().connections, 0);
  assert.equal(await new Peer(port).closes(), "");
  assert.deepEqual(listener.stats().rejectedByCode, { OVERLOADED: 1 });
  for (const peer of waiting) peer.socket.destroy();
  await pause();
  assert.match(await answerTo(port, v1("203.0.113.7")), /^1\.1 \[203\.0\.113\.7\]/);
});

test("drain cuts what waits for its header, but with patience lets one more request come", async (t) => {
  for (const patience of [0, 400]) {
    const { port, listener } = await serveProxied(t);
    const peer = new Peer(port).send("PROXY TCP4 203.0.");
    await pause();
    const drained = listener.drain(2000, patience);
    await pause(10);
    peer.send(`113.7 192.0.2.1 1 2\r\n${get()}`);
    const text = await peer.closes();
    if (patience === 0) assert.equal(text, "");
    else assert.match(text, /connection: close\r\n[\s\S]*\[203\.0\.113\.7\]:1 cleartext$/);
    await drained;
    assert.equal(listener.stats().connections, 0);
  }
});

test("close cuts what waits for its header", async (t) => {
  const { port, listener } = await serveProxied(t);
  const peer = new Peer(port).send(v1("203.0.113.7").slice(0, -1));
  await pause();
  await listener.close();
  assert.equal(await peer.closes(), "");
});

/** Connects, sends and resets; all of it while the server's thread stands still. */
const resetting = `
const { workerData: { port, text, done } } = require("node:worker_threads");
const socket = require("node:net").connect({ port, host: "127.0.0.1" }, () => {
  socket.write(text, () => {
    socket.resetAndDestroy();
    socket.on("close", () => { Atomics.store(new Int32Array(done), 0, 1); Atomics.notify(new Int32Array(done), 0); });
  });
});`;

test("a peer that is gone before it is accepted does not pass for one at a Unix socket", async (t) => {
  const seen: string[] = [];
  const { port, listener } = await serve(
    t,
    (exchange) => {
      seen.push(exchange.request.connection.remoteAddress);
      tell(exchange);
    },
    { proxyProtocol: { from: ["unix"] }, forwarded: { trust: ["unix"], field: "x-forwarded" } },
  );
  for (const text of [v1("10.0.0.1") + get(), get("/", "X-Forwarded-For: 10.0.0.1\r\n")]) {
    const done = new SharedArrayBuffer(4);
    const worker = new Worker(resetting, { eval: true, workerData: { port, text, done } });
    assert.notEqual(Atomics.wait(new Int32Array(done), 0, 0, 5000), "timed-out");
    await worker.terminate();
  }
  await pause();
  assert.deepEqual(seen, []);
  assert.equal(listener.stats().connections, 0);
});
