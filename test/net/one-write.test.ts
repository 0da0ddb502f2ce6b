import assert from "node:assert/strict";
import { Socket } from "node:net";
import { type TestContext, test } from "node:test";
import { encodeMessage, type WebSocketReceiver } from "../../src/net/index.ts";
import { END_STREAM } from "./attacks/frames.ts";
import { getFields, Http2Peer, head, postFields } from "./http2/peer.ts";
import { get, ok, Peer, serve } from "./peer.ts";
import { frame, TEXT } from "./websocket/frames.ts";
import { serveWebSockets, WebSocketPeer } from "./websocket/peer.ts";

/** What is written to the sockets of this process that are at a port, from now on. */
function writesAt(t: TestContext, port: number): unknown[] {
  const writes: unknown[] = [];
  const { write } = Socket.prototype;
  const spied = function (this: Socket, ...written: Parameters<typeof write>): boolean {
    if (this.localPort === port) writes.push(written[0]);
    return write.apply(this, written);
  };
  t.mock.method(Socket.prototype, "write", spied);
  return writes;
}

test("HTTP/1.1: answers to requests that came together leave in one write", async (t) => {
  const { port } = await serve(t, (exchange) => exchange.respond(ok, null, "fine"));
  const peer = new Peer(port);
  await peer.send(get()).answersUpTo(1);
  const writes = writesAt(t, port);
  await peer.send(get().repeat(20)).answersUpTo(21);
  assert.equal(writes.length, 1);
  peer.socket.destroy();
});

test("HTTP/2: what belongs to one tick leaves in one write, answers with their trailers and windows too", async (t) => {
  const { port } = await serve(t, (exchange) => exchange.respond(ok, null, "fine"));
  const peer = new Http2Peer(port);
  await peer.get(1);
  const writes = writesAt(t, port);
  const streams = Array.from({ length: 20 }, (_, index) => 2 * index + 3);
  peer.send(...streams.map((stream) => head(stream, stream % 4 === 1 ? postFields : getFields, END_STREAM)));
  for (const stream of streams) assert.equal((await peer.whole(stream)).content.toString(), "fine");
  assert.equal(writes.length, 1);
  peer.socket.destroy();
});

test("HTTP/2: answers that promises of one tick bring leave in one write", async (t) => {
  const { port } = await serve(t, async (exchange) => {
    await Promise.resolve();
    exchange.respond(ok, null, "fine");
  });
  const peer = new Http2Peer(port);
  await peer.get(1);
  const writes = writesAt(t, port);
  peer.send(head(3, getFields, END_STREAM), head(5, getFields, END_STREAM), head(7, getFields, END_STREAM));
  for (const stream of [3, 5, 7]) await peer.whole(stream);
  assert.equal(writes.length, 1);
  peer.socket.destroy();
});

test("WebSocket: what is sent in one tick leaves in one write for each socket, made once for all of them", async (t) => {
  const receiver: WebSocketReceiver = {
    message: () => {
      for (const text of ["one", "two", "three"]) {
        const message = encodeMessage(text);
        for (const socket of sockets) socket.send(message);
      }
    },
    closed: () => {},
  };
  const { port, sockets } = await serveWebSockets(t, receiver);
  const peers = await Promise.all(Array.from({ length: 5 }, () => WebSocketPeer.open(port)));
  const writes = writesAt(t, port);
  await peers[0]?.send(frame(TEXT, "go"));
  for (const peer of peers) {
    const texts = (await peer.receives(3)).map(({ payload }) => payload.toString());
    assert.deepEqual(texts, ["one", "two", "three"]);
  }
  assert.equal(writes.length, 5);
  assert.equal(new Set(writes).size, 1, "the same bytes for all");
  for (const peer of peers) peer.socket.destroy();
});
