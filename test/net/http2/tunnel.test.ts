import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { Exchange, Limits, Tunnel, TunnelReceiver } from "../../../src/net/index.ts";
import { END_STREAM, settings } from "../attacks/frames.ts";
import { ok, pause, serve } from "../peer.ts";
import { connectFields, data, getOf, Http2Peer, head, reset, windowUpdate } from "./peer.ts";

const CANCEL = 8;

/** Remembers what it was told, and does with it what its test says. */
class Recorder implements TunnelReceiver {
  tunnel: Tunnel | undefined;
  told: string[] = [];
  bytes = 0;
  /** What to do with bytes; they are sent back unless a test says otherwise. */
  onReceived: (bytes: Buffer) => void = (bytes) => this.tunnel?.write(bytes);
  onEnded: () => void = () => this.tunnel?.end();

  received(bytes: Uint8Array): void {
    const copy = Buffer.from(bytes);
    this.bytes += copy.length;
    if (copy.length < 100) this.told.push(copy.toString());
    this.onReceived(copy);
  }
  drained(): void {
    this.told.push("drained");
  }
  ended(): void {
    this.told.push("ended");
    this.onEnded();
  }
  closed(): void {
    this.told.push("closed");
  }
  sweep(): void {}
  drain(): void {
    this.told.push("drain");
    this.tunnel?.write(Buffer.from("bye"));
    this.tunnel?.end();
  }
}

/** A listener that opens a tunnel for each CONNECT, and answers everything else. */
async function serveTunnels(t: TestContext, limits: Partial<Limits> = {}) {
  const recorder = new Recorder();
  const open = (exchange: Exchange): void => {
    recorder.tunnel = exchange.tunnel(["x-a", "b"], recorder);
  };
  const served = await serve(
    t,
    (exchange) => {
      if (exchange.request.upgrade === "late") setTimeout(open, 50, exchange);
      else if (exchange.request.upgrade === "echo") open(exchange);
      else exchange.respond(ok, null, `${exchange.request.method} ${exchange.request.upgrade}`);
    },
    { limits },
  );
  return { recorder, ...served };
}

test("an extended CONNECT is answered 200, and then its bytes are the tunnel's", async (t) => {
  const { port, recorder } = await serveTunnels(t);
  const peer = new Http2Peer(port).send(head(1, connectFields("Echo")), data(1, "first"));
  const answer = await peer.content(1, 5);
  assert.deepEqual(answer.fields.slice(0, 4), [":status", "200", "x-a", "b"]);
  assert.equal(answer.field("content-length"), undefined);
  assert.equal(peer.settings.get(8), 1);
  peer.send(data(1, "second"));
  await peer.content(1, 11);
  assert.equal(answer.isWhole, false);
  peer.send(data(1, "third", END_STREAM));
  assert.equal((await peer.whole(1)).content.toString(), "firstsecondthird");
  await pause(10);
  assert.deepEqual(recorder.told, ["first", "second", "third", "ended", "closed"]);
  assert.equal((await peer.get(3)).content.toString(), "GET null");
  peer.socket.destroy();
});

test("a tunnel opened later gets what has come meanwhile, and its end", async (t) => {
  const { port, recorder } = await serveTunnels(t);
  const peer = new Http2Peer(port).send(head(1, connectFields("late")), data(1, "early", END_STREAM));
  assert.equal((await peer.whole(1)).content.toString(), "early");
  await pause(10);
  assert.deepEqual(recorder.told, ["early", "ended", "closed"]);
  peer.socket.destroy();
});

test("a CONNECT may be answered like any other request", async (t) => {
  const { port } = await serveTunnels(t);
  const peer = new Http2Peer(port).send(head(1, connectFields("other")));
  assert.equal((await peer.whole(1)).content.toString(), "CONNECT other");
  peer.send(data(1, "ignored", END_STREAM));
  assert.equal((await peer.get(3)).content.toString(), "GET null");
  peer.socket.destroy();
});

test("half close: the server ends first, and still gets what comes", async (t) => {
  const { port, recorder } = await serveTunnels(t);
  recorder.onReceived = () => recorder.tunnel?.end();
  recorder.onEnded = () => {};
  const peer = new Http2Peer(port).send(head(1, connectFields("echo")), data(1, "a"));
  await peer.whole(1);
  peer.send(data(1, "b"), data(1, "c", END_STREAM));
  await peer.until(() => recorder.told.includes("closed"));
  assert.deepEqual(recorder.told, ["a", "b", "c", "ended", "closed"]);
  peer.socket.destroy();
});

test("half close: the peer ends first, and still gets what is written", async (t) => {
  const { port, recorder } = await serveTunnels(t);
  recorder.onEnded = () => {};
  const peer = new Http2Peer(port).send(head(1, connectFields("echo")), data(1, "a", END_STREAM));
  await peer.until(() => recorder.told.includes("ended"));
  recorder.tunnel?.write(Buffer.from("late"));
  await peer.content(1, 5);
  await pause(20);
  assert.deepEqual(recorder.told, ["a", "ended"]);
  recorder.tunnel?.end();
  recorder.tunnel?.write(Buffer.from("too late"));
  assert.equal((await peer.whole(1)).content.toString(), "alate");
  await peer.until(() => recorder.told.includes("closed"));
  peer.socket.destroy();
});

test("a receiver that holds its tunnel when both sides have ended gets all that came before", async (t) => {
  const { port, recorder } = await serveTunnels(t);
  recorder.onReceived = () => {};
  recorder.onEnded = () => {};
  const peer = new Http2Peer(port).send(head(1, connectFields("echo")));
  await peer.until(() => peer.answer(1).status === "200");
  recorder.tunnel?.hold(true);
  recorder.tunnel?.end();
  peer.send(data(1, "a"), data(1, "b", END_STREAM));
  await peer.whole(1);
  assert.equal((await peer.get(3)).content.toString(), "GET null");
  assert.deepEqual(recorder.told, []);
  recorder.tunnel?.hold(false);
  await peer.until(() => recorder.told.includes("closed"));
  assert.deepEqual(recorder.told, ["a", "b", "ended", "closed"]);
  peer.socket.destroy();
});

test("a held tunnel stops the peer at its window, and lets it go on", async (t) => {
  const { port, recorder } = await serveTunnels(t, { streamWindowBytes: 70_000 });
  recorder.onReceived = () => {};
  const peer = new Http2Peer(port).send(head(1, connectFields("echo")));
  await peer.until(() => peer.settings.has(4) && peer.answer(1).status === "200");
  assert.equal(peer.settings.get(4), 70_000);
  recorder.tunnel?.hold(true);
  for (let sent = 0; sent < 70_000; sent += 10_000) peer.send(data(1, Buffer.alloc(10_000)));
  await pause(40);
  assert.deepEqual([recorder.bytes, peer.givenTo.get(1)], [0, undefined]);
  recorder.tunnel?.hold(false);
  await peer.until(() => (peer.givenTo.get(1) ?? 0) >= 35_000, "a window update");
  assert.equal(recorder.bytes, 70_000);
  peer.send(data(1, Buffer.alloc(10_000)));
  await peer.until(() => recorder.bytes === 80_000);
  peer.socket.destroy();
});

test("tunnels that are cut off while they are held do not use the connection's window up", async (t) => {
  const { port, recorder } = await serveTunnels(t, { connectionWindowBytes: 100_000 });
  recorder.onReceived = () => {};
  const peer = new Http2Peer(port);
  for (let stream = 1; stream < 81; stream += 4) {
    peer.send(head(stream, connectFields("echo")));
    await peer.until(() => peer.answer(stream).status === "200");
    recorder.tunnel?.hold(true);
    peer.send(data(stream, Buffer.alloc(10_000)));
    await peer.get(stream + 2);
    // Every other one by the server.
    if (stream % 8 === 1) peer.send(reset(stream));
    else recorder.tunnel?.destroy();
  }
  assert.equal((await peer.get(81)).content.toString(), "GET null");
  assert.equal(recorder.bytes, 0);
  peer.socket.destroy();
});

test("bytes wait for the peer's window, and the receiver is told when they have left", async (t) => {
  const { port, recorder } = await serveTunnels(t, { outputBytes: 100_000 });
  const peer = new Http2Peer(port).send(head(1, connectFields("echo")));
  await peer.until(() => peer.answer(1).status === "200");
  for (let part = 0; part < 20; part += 1) recorder.tunnel?.write(Buffer.alloc(20_000));
  await peer.content(1, 65_535);
  assert.equal(recorder.tunnel?.bufferedBytes, 400_000 - 65_535);
  assert.deepEqual(recorder.told, []);
  recorder.tunnel?.end();
  peer.send(windowUpdate(0, 400_000), windowUpdate(1, 400_000));
  assert.equal((await peer.whole(1)).length, 400_000);
  assert.equal(recorder.tunnel?.bufferedBytes, 0);
  peer.socket.destroy();
});

test("a receiver is told of drained only after there was much", async (t) => {
  const { port, recorder } = await serveTunnels(t, { outputBytes: 100_000 });
  const peer = new Http2Peer(port, settings([4, 10])).send(head(1, connectFields("echo")));
  await peer.until(() => peer.answer(1).status === "200");
  recorder.tunnel?.write(Buffer.alloc(1000));
  peer.send(windowUpdate(1, 1000));
  await peer.content(1, 1000);
  await peer.get(3);
  assert.deepEqual(recorder.told, []);
  recorder.tunnel?.write(Buffer.alloc(150_000));
  peer.send(windowUpdate(1, 200_000), windowUpdate(0, 200_000));
  await peer.content(1, 151_000);
  await peer.until(() => recorder.told.length > 0);
  assert.deepEqual(recorder.told, ["drained"]);
  peer.socket.destroy();
});

test("a tunnel that is cut off, by either side, is closed once and swallows what it gets", async (t) => {
  const { port, recorder } = await serveTunnels(t);
  const peer = new Http2Peer(port).send(head(1, connectFields("echo")), data(1, "a"));
  await peer.content(1, 1);
  peer.send(reset(1));
  await peer.until(() => recorder.told.includes("closed"));
  recorder.tunnel?.write(Buffer.from("x"));
  recorder.tunnel?.end();
  recorder.tunnel?.destroy();
  recorder.tunnel?.hold(true);
  recorder.tunnel?.hold(false);
  assert.deepEqual(recorder.told, ["a", "closed"]);
  peer.send(head(3, connectFields("echo")));
  await peer.until(() => peer.answer(3).status === "200");
  recorder.tunnel?.destroy();
  assert.equal(await peer.resets(3), CANCEL);
  await peer.until(() => recorder.told.length === 3);
  peer.send(head(5, connectFields("echo")));
  await peer.until(() => peer.answer(5).status === "200");
  peer.socket.destroy();
  await peer.until(() => recorder.told.length === 4);
  await pause(20);
  assert.deepEqual(recorder.told.slice(2), ["closed", "closed"]);
});

test("a peer that left before the tunnel was opened: closed, and no more", async (t) => {
  const { port, recorder, listener } = await serveTunnels(t);
  const peer = new Http2Peer(port).send(head(1, connectFields("late")), data(1, "a"));
  await peer.until(() => listener.stats().requests === 1);
  peer.send(reset(1));
  await peer.until(() => recorder.told.length > 0);
  await pause(20);
  assert.deepEqual(recorder.told, ["closed"]);
  peer.socket.destroy();
});

test("tunnels are drained: those that are open, and those opened afterwards", async (t) => {
  const { port, recorder, listener } = await serveTunnels(t, { lingerMs: 200 });
  const peer = new Http2Peer(port).send(head(1, connectFields("echo")), head(3, connectFields("late")));
  await peer.until(() => peer.answer(1).status === "200");
  const before = Date.now();
  const drained = listener.drain(4000);
  assert.equal((await peer.whole(1)).content.toString(), "bye");
  assert.equal((await peer.whole(3)).content.toString(), "bye");
  peer.send(data(1, "", END_STREAM), data(3, "", END_STREAM));
  await drained;
  assert.ok(Date.now() - before < 3000, "it did not wait for the time to be over");
  assert.deepEqual(
    recorder.told.filter((told) => told === "drain"),
    ["drain", "drain"],
  );
});

test("a tunnel may take longer than content may, also to open", async (t) => {
  const { port, recorder, listener } = await serveTunnels(t, { bodyMs: 10, idleMs: 10, headerMs: 10 });
  const peer = new Http2Peer(port).send(head(1, connectFields("late")));
  await pause(150);
  peer.send(data(1, "still there"));
  await peer.content(1, 11);
  assert.deepEqual(recorder.told, ["still there"]);
  assert.deepEqual(listener.stats().rejectedByCode, {});
  peer.socket.destroy();
});

test("a CONNECT without a protocol, or to a proxy's target, opens nothing", async (t) => {
  const { port } = await serveTunnels(t);
  const peer = new Http2Peer(port);
  const answer = await peer.get(1, [":method", "CONNECT", ":authority", "b:443"]);
  assert.equal(answer.status, "501");
  assert.equal((await peer.get(3, getOf("/"))).status, "200");
  peer.socket.destroy();
});
