import assert from "node:assert/strict";
import { once } from "node:events";
import { connect as connectTcp } from "node:net";
import { test } from "node:test";
import { connect } from "node:tls";
import { get, ok, Peer, parseAnswers, pause, post } from "../peer.ts";
import { pem, SecurePeer, serveTls } from "./peer.ts";

const hello = { firstByteMs: 100 };
const answer = (exchange: { respond(block: typeof ok, fields: null, body: string): void }): void =>
  exchange.respond(ok, null, "hello");

/** The first bytes of a ClientHello: a record that says it is longer. */
const halfHello = "\x16\x03\x01\x02\x00\x01\x00";

test("a handshake that does not come to its end is cut off, whatever it sends", async (t) => {
  const { port, listener } = await serveTls(t, answer, {}, { limits: hello });
  const silent = new Peer(port);
  const slow = new Peer(port).send(halfHello);
  const trickle = setInterval(() => slow.send("\x00"), 20);
  t.after(() => clearInterval(trickle));
  const began = Date.now();
  await silent.closes();
  await slow.closes();
  assert.ok(Date.now() - began < 1500);
  await slow.until(() => listener.stats().connections === 0);
  assert.deepEqual(listener.stats().rejectedByCode, { REQUEST_TIMEOUT: 2 });
});

test("a client that agrees in time has the time for a first byte once more", async (t) => {
  const { port } = await serveTls(t, answer, {}, { limits: { firstByteMs: 400 } });
  const peer = await new SecurePeer(port).agrees();
  await pause(200);
  assert.equal((await peer.send(get()).answersUpTo(1))[0]?.body, "hello");
  peer.socket.destroy();
  const idle = await new SecurePeer(port).agrees();
  assert.equal(await idle.closes(), "");
});

test("what is no ClientHello is refused and counted, and nobody else notices", async (t) => {
  const { port, listener } = await serveTls(t, answer);
  const other = new SecurePeer(port).send(get());
  await other.answersUpTo(1);
  const openings = [
    "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "SSH-2.0-OpenSSH_9.6\r\n",
    "\x00".repeat(2000),
    "\xff".repeat(2000),
    `${halfHello.slice(0, 5)}${"\x00".repeat(512)}`,
    "\x15\x03\x01\x00\x02\x02\x28",
    "\x17\x03\x03\x00\x10aaaaaaaaaaaaaaaa",
  ];
  for (const opening of openings) {
    const peer = new Peer(port).send(opening);
    assert.doesNotMatch(await peer.closes(), /HTTP/);
  }
  await other.until(() => listener.stats().connections === 1);
  const counted = Object.values(listener.stats().rejectedByCode).reduce((sum, each) => sum + each, 0);
  assert.equal(counted, openings.length);
  assert.equal(listener.stats().requests, 1);
  assert.equal((await other.send(get()).answersUpTo(2))[1]?.body, "hello");
  other.socket.destroy();
});

test("plain HTTP is told that the port speaks HTTPS, and nobody else notices", async (t) => {
  const { port, listener } = await serveTls(t, answer);
  const other = new SecurePeer(port).send(get());
  await other.answersUpTo(1);
  for (const request of [
    get(),
    post("content"),
    get().replace("GET", "DELETE"),
    get("/", "X: y\r\n".repeat(1000)),
  ]) {
    const [told, ...more] = parseAnswers(await new Peer(port).send(request).closes());
    assert.equal(told?.status, 400);
    assert.match(told?.head ?? "", /\r\nconnection: close\r\n/);
    assert.match(told?.body ?? "", /plain HTTP request was sent to a port that speaks HTTPS/);
    assert.deepEqual(more, []);
  }
  // Gone before it is told.
  new Peer(port).send(get()).socket.resetAndDestroy();
  await other.until(() => listener.stats().connections === 1);
  assert.equal(listener.stats().rejectedByCode["MALFORMED_REQUEST"] ?? 0, 4);
  assert.equal((await other.send(get()).answersUpTo(2))[1]?.body, "hello");
  other.socket.destroy();
});

test("who leaves before or amid the handshake has done nothing wrong", async (t) => {
  const { port, listener } = await serveTls(t, answer);
  for (const opening of ["", halfHello])
    for (const way of ["destroy", "resetAndDestroy", "end"] as const) {
      const peer = new Peer(port).send(opening);
      await peer.until(() => listener.stats().connections === 1);
      await pause(10);
      peer.socket[way]();
      await peer.until(() => listener.stats().connections === 0, `${way} ${opening.length}`);
    }
  assert.deepEqual(listener.stats().rejectedByCode, {});
});

test("every prefix of a ClientHello is borne", async (t) => {
  const { port, listener } = await serveTls(t, answer, {}, { limits: hello });
  const bytes = await clientHello();
  const peers: Peer[] = [];
  for (let length = 1; length < bytes.length; length += 7) {
    const peer = new Peer(port).send(bytes.toString("latin1", 0, length));
    peers.push(peer);
  }
  await Promise.all(peers.map((peer) => peer.closes()));
  for (let at = 0; at < bytes.length; at += 7) {
    const changed = Buffer.from(bytes);
    changed[at] = (changed[at] ?? 0) ^ 0x55;
    const peer = new Peer(port).send(changed.toString("latin1"));
    peer.socket.end();
    peers.push(peer);
  }
  await Promise.all(peers.map((peer) => peer.closes()));
  await peers[0]?.until(() => listener.stats().connections === 0);
  const peer = new SecurePeer(port).send(get());
  assert.equal((await peer.answersUpTo(1))[0]?.body, "hello");
  peer.socket.destroy();
});

async function clientHello(): Promise<Buffer> {
  const { createServer } = await import("node:net");
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const client = connect({ port: address.port, host: "127.0.0.1", servername: "localhost" });
  client.on("error", () => {});
  const [socket] = await once(server, "connection");
  const [bytes] = await once(socket, "data");
  client.destroy();
  socket.destroy();
  server.close();
  return bytes;
}

test("limits of connections hold before the handshake", async (t) => {
  const { port, listener } = await serveTls(t, answer, {}, { limits: { connections: 2 } });
  const waiting = new Peer(port);
  const open = new SecurePeer(port).send(get());
  await open.answersUpTo(1);
  await waiting.until(() => listener.stats().connections === 2);
  const third = new SecurePeer(port).send(get());
  await third.fails();
  assert.equal(third.secured, false);
  assert.deepEqual(listener.stats().rejectedByCode, { OVERLOADED: 1 });
  waiting.socket.destroy();
  await open.until(() => listener.stats().connections === 1);
  const fourth = new SecurePeer(port).send(get());
  assert.equal((await fourth.answersUpTo(1))[0]?.body, "hello");
  for (const { socket } of [open, fourth]) socket.destroy();
});

test("drain and close end what is still in its handshake", async (t) => {
  for (const way of ["drain", "close"] as const) {
    const { port, listener } = await serveTls(t, answer);
    const silent = new Peer(port);
    const slow = new Peer(port).send(halfHello);
    await slow.until(() => listener.stats().connections === 2);
    await (way === "drain" ? listener.drain(5000) : listener.close());
    await silent.closes();
    await slow.closes();
    assert.equal(listener.stats().connections, 0);
    assert.deepEqual(listener.stats().rejectedByCode, {});
  }
});

test("a patient drain lets a handshake end, and answers one request", async (t) => {
  const { port, listener } = await serveTls(t, answer);
  const raw = connectTcp({ port, host: "127.0.0.1" });
  await once(raw, "connect");
  const watcher = new Peer(port);
  await watcher.until(() => listener.stats().connections === 2);
  const draining = listener.drain(5000, 1000);
  const peer = new SecurePeer(port, { socket: raw }).send(get());
  assert.match(await peer.closes(), /connection: close\r\n[\s\S]*hello$/);
  watcher.socket.destroy();
  await draining;
});

test("renegotiation is not done", async (t) => {
  const { port, listener } = await serveTls(t, answer);
  const peer = await new SecurePeer(port, { maxVersion: "TLSv1.2" }).agrees();
  let isDone = false;
  peer.socket.renegotiate({}, (error) => {
    isDone = error === null;
  });
  await peer.closes();
  assert.equal(isDone, false);
  await peer.until(() => listener.stats().connections === 0);
});

test("a broken record ends the connection, and only that", async (t) => {
  const { port, listener } = await serveTls(t, answer);
  for (const maxVersion of ["TLSv1.2", "TLSv1.3"] as const) {
    const raw = connectTcp({ port, host: "127.0.0.1" });
    const peer = new SecurePeer(port, { socket: raw, maxVersion }).send(get());
    await peer.answersUpTo(1);
    raw.write("\x17\x03\x03\x00\x40".concat("x".repeat(64)), "latin1");
    await peer.fails();
    await peer.until(() => listener.stats().connections === 0, maxVersion);
  }
  const again = connect({ port, host: "127.0.0.1", servername: "localhost", ca: pem("authority.pem") });
  await once(again, "secureConnect");
  again.destroy();
});
