import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { type Exchange, listen } from "../../src/net/index.ts";
import { echo, get, ok, Peer, pause, quick, serve } from "./peer.ts";

test("the signal is aborted when the peer goes, by FIN or by RST", async (t) => {
  const exchanges: Exchange[] = [];
  const { port } = await serve(t, (exchange) => void exchanges.push(exchange));
  for (const way of ["destroy", "resetAndDestroy", "end"] as const) {
    const peer = new Peer(port).send(get());
    await peer.until(() => exchanges.length > 0);
    const exchange = exchanges.pop();
    assert.equal(exchange?.signal.aborted, false);
    peer.socket[way]();
    await peer.until(() => exchange?.signal.aborted === true, way);
    assert.equal(exchange?.signal.reason.code, "CANCELLED");
    exchange?.respond(ok, null, "to nobody");
    if (way === "end") assert.match(await peer.closes(), /to nobody$/);
  }
});

test("the signal is not aborted by the end of an answered request", async (t) => {
  const signals: AbortSignal[] = [];
  const { port, listener } = await serve(t, (exchange) => {
    signals.push(exchange.signal);
    exchange.respond(ok, null, null);
  });
  const peer = new Peer(port).send(get());
  await peer.answersUpTo(1);
  peer.socket.destroy();
  await peer.until(() => listener.stats().connections === 0);
  assert.equal(signals[0]?.aborted, false);
});

test("a signal asked for after the peer has gone is aborted", async (t) => {
  const exchanges: Exchange[] = [];
  const { port, listener } = await serve(t, (exchange) => void exchanges.push(exchange));
  const peer = new Peer(port).send(get());
  await peer.until(() => exchanges.length === 1);
  peer.socket.resetAndDestroy();
  await peer.until(() => listener.stats().connections === 0);
  assert.equal(exchanges[0]?.signal.aborted, true);
  exchanges[0]?.respond(ok, null, "nobody");
  assert.throws(() => exchanges[0]?.respond(ok, null, "again"), /answered already/);
});

test("drain closes idle connections, lets requests finish, and resolves when all are gone", async (t) => {
  const exchanges: Exchange[] = [];
  const { port, listener } = await serve(t, (exchange) => {
    if (exchange.request.path === "/wait") exchanges.push(exchange);
    else exchange.respond(ok, null, "now");
  });
  const idle = new Peer(port).send(get());
  const fresh = new Peer(port);
  const busy = new Peer(port).send(get("/wait") + get("/never"));
  await idle.answersUpTo(1);
  await busy.until(() => exchanges.length === 1);
  await fresh.until(() => listener.stats().connections === 3);
  let drained = false;
  const draining = listener.drain(5000).then(() => {
    drained = true;
  });
  await idle.closes();
  await fresh.closes();
  await assert.rejects(connectTo(port));
  assert.equal(drained, false);
  exchanges[0]?.respond(ok, null, "last");
  const text = await busy.closes();
  assert.match(text, /connection: close\r\n[\s\S]*last$/);
  await draining;
  assert.deepEqual(listener.stats().connections, 0);
});

test("drain waits for a head that is on its way", async (t) => {
  const { port, listener } = await serve(t, echo);
  const peer = new Peer(port).send("GET / HTTP/1.1\r\n");
  await pause(30);
  const draining = listener.drain(5000);
  peer.send("Host: a\r\n\r\n");
  assert.match(await peer.closes(), /connection: close\r\n[\s\S]*GET \/ null $/);
  await draining;
});

test("drain cuts what does not finish in time", async (t) => {
  const exchanges: Exchange[] = [];
  const { port, listener } = await serve(t, (exchange) => void exchanges.push(exchange));
  const peer = new Peer(port).send(get());
  await peer.until(() => exchanges.length === 1);
  await listener.drain(50);
  await peer.closes();
  assert.equal(exchanges[0]?.signal.aborted, true);
});

test("close cuts everything at once, and may be called again", async (t) => {
  const { port, listener } = await serve(t, () => {});
  const peer = new Peer(port).send(get());
  await peer.until(() => listener.stats().requests === 1);
  await listener.close();
  await listener.close();
  await listener.drain(10);
  await peer.closes();
});

test("listens on several addresses, a Unix socket among them", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "fourfold-"));
  t.after(() => rm(folder, { recursive: true }));
  const path = join(folder, "socket");
  let remoteAddress: string | undefined;
  const listener = await listen({
    addresses: [{ host: "127.0.0.1", port: 0 }, { path }],
    handler: (exchange) => {
      remoteAddress = exchange.request.connection.remoteAddress;
      const stream = exchange.stream(ok, null);
      void stream.write("part");
      setTimeout(() => stream.abort(), 10);
    },
    limits: quick,
  });
  t.after(() => listener.close());
  assert.deepEqual(listener.addresses[1], { path });
  const socket = connect(path).setEncoding("latin1");
  socket.write(get());
  let text = "";
  for await (const part of socket) text += part;
  assert.match(text, /part/);
  assert.equal(remoteAddress, "");
});

test("an address that cannot be had rejects, and none stays open", async (t) => {
  const { port } = await serve(t, echo);
  const addresses = [
    { host: "127.0.0.1", port: 0 },
    { host: "127.0.0.1", port },
  ];
  await assert.rejects(listen({ addresses, handler: echo }), { code: "EADDRINUSE" });
});

function connectTo(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.destroy();
      resolve();
    });
    socket.on("error", reject);
  });
}
