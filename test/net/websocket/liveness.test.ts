import assert from "node:assert/strict";
import { test } from "node:test";
import { pause } from "../peer.ts";
import { frame, PING, PONG, TEXT } from "./frames.ts";
import { Recorder, serveWebSockets, WebSocketPeer } from "./peer.ts";

const limits = { sweepMs: 10, pingMs: 50, pongMs: 50 };

test("a silent peer is pinged, and one that answers stays", async (t) => {
  const recorder = new Recorder();
  const { port } = await serveWebSockets(t, recorder, {}, { limits });
  const peer = await WebSocketPeer.open(port);
  for (let count = 1; count <= 4; count += 1) {
    const frames = await peer.receives(count);
    assert.equal(frames[count - 1]?.opcode, PING);
    await peer.send(frame(PONG));
  }
  assert.deepEqual(recorder.closings, []);
  assert.equal(await peer.close(), 1000);
});

test("a peer that gives no sign of life is cut", async (t) => {
  const recorder = new Recorder();
  const { port } = await serveWebSockets(t, recorder, {}, { limits });
  const peer = await WebSocketPeer.open(port);
  assert.equal(await peer.closes(), 1006);
  assert.deepEqual(
    peer.frames.map(({ opcode }) => opcode),
    [PING],
  );
  await peer.until(() => recorder.closings.length > 0, "closed");
  assert.deepEqual(recorder.closings, [[1006, ""]]);
});

test("whoever talks is not asked", async (t) => {
  const recorder = new Recorder();
  const { port } = await serveWebSockets(t, recorder, {}, { limits: { ...limits, pingMs: 150 } });
  const peer = await WebSocketPeer.open(port);
  for (let index = 0; index < 30; index += 1) {
    await peer.send(frame(TEXT, "a"));
    await pause(10);
  }
  assert.deepEqual(peer.frames, []);
  assert.equal(await peer.close(), 1000);
});

test("while we hold it, a peer is not blamed for its silence", async (t) => {
  const recorder = new Recorder();
  const { port, sockets } = await serveWebSockets(t, recorder, {}, { limits: { ...limits, messageMs: 30 } });
  const peer = await WebSocketPeer.open(port);
  await peer.send(frame(TEXT, "ab").subarray(0, 7));
  await pause(5);
  sockets[0]?.hold(true);
  await pause(250);
  assert.deepEqual(recorder.closings, []);
  await peer.send(frame(TEXT, "ab").subarray(7));
  sockets[0]?.hold(false);
  await peer.until(() => recorder.messages.length > 0, "the message");
  assert.equal(await peer.close(), 1000);
});
