import assert from "node:assert/strict";
import { test } from "node:test";
import { pause } from "../peer.ts";
import { close, frame, TEXT } from "./frames.ts";
import { Recorder, serveWebSockets, WebSocketPeer } from "./peer.ts";

const quick = { sweepMs: 10, closeMs: 60 };

test("our close: the peer's code is told once its frame has come", async (t) => {
  const recorder = new Recorder();
  const { port, sockets } = await serveWebSockets(t, recorder);
  const peer = await WebSocketPeer.open(port);
  sockets[0]?.close(4000, "schön");
  sockets[0]?.send("not any more");
  await peer.receives(1);
  assert.equal(peer.closeCode, 4000);
  assert.equal(peer.closeReason, "schön");
  assert.deepEqual(recorder.closings, []);
  await peer.send(Buffer.concat([frame(TEXT, "too late"), close(4001, "bye")]));
  assert.equal(await peer.closes(), 4000);
  assert.deepEqual(recorder.closings, [[4001, "bye"]]);
  assert.deepEqual(recorder.messages, []);
  assert.equal(peer.frames.length, 1);
});

test("without a code it is 1000", async (t) => {
  const { port, sockets } = await serveWebSockets(t);
  const peer = await WebSocketPeer.open(port);
  sockets[0]?.close();
  assert.equal((await peer.receives(1))[0]?.payload.readUInt16BE(0), 1000);
  assert.equal(await peer.close(), 1000);
});

test("a close frame without a code is told as 1005", async (t) => {
  const recorder = new Recorder();
  const { port } = await serveWebSockets(t, recorder);
  const peer = await WebSocketPeer.open(port);
  await peer.send(close());
  assert.equal(await peer.closes(), 1005);
  assert.deepEqual(recorder.closings, [[1005, ""]]);
});

test("codes that cannot be sent, and reasons that are too long, are the caller's error", async (t) => {
  const { port, sockets } = await serveWebSockets(t);
  const peer = await WebSocketPeer.open(port);
  const [socket] = sockets;
  assert.ok(socket !== undefined);
  for (const code of [0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 1.5, Number.NaN])
    assert.throws(() => socket.close(code), RangeError, `${code}`);
  assert.throws(() => socket.close(1000, "ü".repeat(62)), RangeError);
  assert.throws(() => socket.ping(Buffer.alloc(126)), RangeError);
  assert.equal(socket.isOpen, true);
  socket.close(1012, "ü".repeat(61));
  assert.equal((await peer.receives(1))[0]?.payload.length, 124);
  assert.equal(await peer.close(), 1012);
});

test("a peer that does not answer our close is cut off", async (t) => {
  const recorder = new Recorder();
  const { port, sockets } = await serveWebSockets(t, recorder, {}, { limits: quick });
  const peer = await WebSocketPeer.open(port);
  sockets[0]?.close(1001);
  await peer.receives(1);
  for (let index = 0; index < 20 && !peer.ended; index += 1) {
    await peer.send(frame(TEXT, "still talking"));
    await pause(10);
  }
  await peer.closes();
  await peer.until(() => recorder.closings.length > 0, "closed");
  assert.deepEqual(recorder.closings, [[1006, ""]]);
  assert.deepEqual(recorder.messages, []);
});

test("a peer that does not end the connection after the closing handshake is cut off", async (t) => {
  const recorder = new Recorder();
  const { port, listener } = await serveWebSockets(t, recorder, {}, { limits: quick });
  const peer = await WebSocketPeer.open(port);
  await peer.send(close(1000));
  await peer.until(() => peer.ended, "the end of the server's side");
  assert.deepEqual(recorder.closings, [[1000, ""]]);
  assert.equal(listener.stats().connections, 1);
  await peer.until(() => listener.stats().connections === 0, "the cut");
  peer.socket.destroy();
});

test("a connection that is lost is told as 1006", async (t) => {
  const recorder = new Recorder();
  const { port } = await serveWebSockets(t, recorder);
  const ending = await WebSocketPeer.open(port);
  ending.socket.end();
  await ending.closes();
  const cut = await WebSocketPeer.open(port);
  cut.socket.resetAndDestroy();
  await cut.until(() => recorder.closings.length === 2, "both");
  assert.deepEqual(recorder.closings, [
    [1006, ""],
    [1006, ""],
  ]);
});

test("terminate cuts, and is told as 1006", async (t) => {
  const recorder = new Recorder();
  const { port, sockets } = await serveWebSockets(t, recorder);
  const peer = await WebSocketPeer.open(port);
  sockets[0]?.terminate();
  assert.equal(await peer.closes(), 1006);
  await peer.until(() => recorder.closings.length > 0, "closed");
  assert.deepEqual(recorder.closings, [[1006, ""]]);
});

test("closing from within a message: nothing more is received", async (t) => {
  const received: unknown[] = [];
  const { port } = await serveWebSockets(t, {
    message(socket, data) {
      received.push(data);
      socket.close(3001);
    },
    closed: (_socket, code) => void received.push(code),
  });
  const peer = await WebSocketPeer.open(port);
  await peer.send(Buffer.concat([frame(TEXT, "a"), frame(TEXT, "b"), close(3001)]));
  assert.equal(await peer.closes(), 3001);
  assert.deepEqual(received, ["a", 3001]);
  assert.equal(peer.frames.length, 1);
});

test("terminating from within a message: nothing more is received", async (t) => {
  const received: unknown[] = [];
  const { port } = await serveWebSockets(t, {
    message(socket, data) {
      received.push(data);
      socket.terminate();
    },
    closed: (_socket, code) => void received.push(code),
  });
  const peer = await WebSocketPeer.open(port);
  await peer.send(Buffer.concat([frame(TEXT, "a"), frame(TEXT, "b")]));
  assert.equal(await peer.closes(), 1006);
  await peer.until(() => received.length === 2, "closed");
  assert.deepEqual(received, ["a", 1006]);
});

test("a held connection can be closed", async (t) => {
  const recorder = new Recorder();
  const { port, sockets } = await serveWebSockets(t, recorder);
  const peer = await WebSocketPeer.open(port);
  sockets[0]?.hold(true);
  await peer.send(frame(TEXT, "unread"));
  await pause(20);
  sockets[0]?.close(4002);
  assert.equal(await peer.close(4002), 4002);
  assert.deepEqual(recorder.closings, [[4002, ""]]);
  assert.deepEqual(recorder.messages, []);
});

test("drain says 1001 and waits for the goodbye", async (t) => {
  const recorder = new Recorder();
  const { port, listener } = await serveWebSockets(t, recorder);
  const peers = await Promise.all([WebSocketPeer.open(port), WebSocketPeer.open(port)]);
  const drained = listener.drain(5000);
  for (const peer of peers) {
    await peer.receives(1);
    assert.equal(await peer.close(1001), 1001);
  }
  await drained;
  assert.deepEqual(recorder.closings, [
    [1001, ""],
    [1001, ""],
  ]);
});
