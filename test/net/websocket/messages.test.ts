import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeMessage, type WebSocketConnection, type WebSocketReceiver } from "../../../src/net/index.ts";
import { pause } from "../peer.ts";
import { BINARY, CONTINUATION, fragments, frame, PING, PONG, TEXT } from "./frames.ts";
import { echo, Recorder, serveWebSockets, WebSocketPeer } from "./peer.ts";

test("text comes as a string and binary as bytes", async (t) => {
  const recorder = new Recorder();
  const { port } = await serveWebSockets(t, recorder);
  const peer = await WebSocketPeer.open(port);
  await peer.send(frame(TEXT, "ascii"), frame(TEXT, "ünï 😀"), frame(BINARY, Buffer.from([0, 255])));
  await peer.close(4321);
  assert.deepEqual(recorder.messages, ["ascii", "ünï 😀", Buffer.from([0, 255])]);
  assert.deepEqual(recorder.closings, [[4321, ""]]);
});

test("a byte order mark is part of the text", async (t) => {
  const recorder = new Recorder();
  const { port } = await serveWebSockets(t, recorder);
  const peer = await WebSocketPeer.open(port);
  await peer.send(Buffer.concat([frame(TEXT, "\ufeffa"), ...fragments(TEXT, "\ufeffb", 2)]));
  await peer.close();
  assert.deepEqual(recorder.messages, ["\ufeffa", "\ufeffb"]);
});

test("messages of all lengths, in pieces of all sizes, come as they were sent", async (t) => {
  const recorder = new Recorder();
  const { port } = await serveWebSockets(t, recorder);
  const peer = await WebSocketPeer.open(port);
  const lengths = [0, 1, 3, 4, 7, 125, 126, 255, 256, 257, 1023, 65535, 65536, 100_001];
  const payloads = lengths.map((length) => Buffer.from(Array.from({ length }, (_, index) => index * 31)));
  const masks = [
    [0, 0, 0, 0],
    [1, 2, 3, 4],
    [255, 254, 128, 127],
  ];
  const frames = payloads.map((payload, index) => frame(BINARY, payload, { mask: masks[index % 3] ?? null }));
  const bytes = Buffer.concat(frames);
  for (let at = 0, size = 1; at < bytes.length; at += size, size = ((size * 7) % 4001) + 1)
    await peer.send(bytes.subarray(at, at + size), Buffer.alloc(0));
  await peer.close();
  assert.equal(recorder.messages.length, lengths.length);
  for (const [index, message] of recorder.messages.entries())
    assert.ok(message instanceof Uint8Array && payloads[index]?.equals(message), `${lengths[index]}`);
});

test("what is sent in one tick comes in order, whatever its sort", async (t) => {
  const { port, sockets } = await serveWebSockets(t);
  const peer = await WebSocketPeer.open(port);
  const large = Buffer.alloc(100_000, 7);
  const [socket] = sockets;
  socket?.send("a");
  socket?.send(large);
  socket?.ping(Buffer.from("b"));
  socket?.send(encodeMessage("ç".repeat(70_000)));
  socket?.send(Buffer.alloc(20_000, 8));
  socket?.send("");
  const frames = await peer.receives(6);
  assert.deepEqual(
    frames.map(({ opcode, payload }) => [opcode, payload.length]),
    [
      [TEXT, 1],
      [BINARY, 100_000],
      [PING, 1],
      [TEXT, 140_000],
      [BINARY, 20_000],
      [TEXT, 0],
    ],
  );
  assert.ok(frames[1]?.payload.equals(large));
  assert.equal(await peer.close(), 1000);
});

test("a lone surrogate is sent as U+FFFD: never invalid UTF-8", async (t) => {
  const { port, sockets } = await serveWebSockets(t);
  const peer = await WebSocketPeer.open(port);
  sockets[0]?.send("a\ud800b");
  const [received] = await peer.receives(1);
  assert.equal(received?.payload.toString(), "a\ufffdb");
  assert.equal(await peer.close(), 1000);
});

test("a prepared message reaches everyone", async (t) => {
  const { port, sockets } = await serveWebSockets(t);
  const peers = await Promise.all(Array.from({ length: 20 }, () => WebSocketPeer.open(port)));
  for (let index = 0; index < 10; index += 1) {
    const message = encodeMessage(`event ${index}`);
    for (const socket of sockets) socket.send(message);
    if (index === 4) sockets[3]?.send("only you");
  }
  for (const [index, peer] of peers.entries()) {
    await peer.receives(10);
    assert.equal(
      peer.frames.filter(({ payload }) => /^event \d$/.test(payload.toString())).length,
      10,
      `${index}`,
    );
    assert.equal(await peer.close(), 1000);
  }
  assert.equal(peers.filter(({ frames }) => frames.length === 12).length, 1);
});

test("a pong is answered by nothing, a ping with what it held; while a message is on its way too", async (t) => {
  const { port } = await serveWebSockets(t);
  const peer = await WebSocketPeer.open(port);
  await peer.send(
    frame(TEXT, "a", { isFinal: false }),
    frame(PONG, "x"),
    frame(PING, "y"),
    frame(CONTINUATION, "b"),
  );
  const frames = await peer.receives(2);
  assert.deepEqual(
    frames.map(({ opcode, payload }) => [opcode, payload.toString()]),
    [
      [PONG, "y"],
      [TEXT, "ab"],
    ],
  );
  assert.equal(await peer.close(), 1000);
});

test("while reading is held nothing is received; then all of it, in order", async (t) => {
  const messages: unknown[] = [];
  const receiver: WebSocketReceiver = {
    message(socket, data) {
      messages.push(data);
      if (data === "hold") socket.hold(true);
    },
    closed: (_socket, code) => void messages.push(code),
  };
  const { port, sockets } = await serveWebSockets(t, receiver);
  const peer = await WebSocketPeer.open(port);
  await peer.send(Buffer.concat([frame(TEXT, "hold"), frame(TEXT, "a"), frame(TEXT, "b").subarray(0, 4)]));
  await pause(20);
  await peer.send(Buffer.concat([frame(TEXT, "b").subarray(4), frame(TEXT, "hold"), frame(TEXT, "c")]));
  await pause(20);
  assert.deepEqual(messages, ["hold"]);
  sockets[0]?.hold(false);
  await pause(20);
  assert.deepEqual(messages, ["hold", "a", "b", "hold"]);
  sockets[0]?.hold(false);
  assert.equal(await peer.close(3000), 3000);
  assert.deepEqual(messages, ["hold", "a", "b", "hold", "c", 3000]);
});

test("who has left while reading was held is heard to the end", async (t) => {
  const recorder = new Recorder();
  const { port, sockets } = await serveWebSockets(t, recorder);
  const peer = await WebSocketPeer.open(port);
  sockets[0]?.hold(true);
  await peer.send(frame(TEXT, "last words"));
  peer.socket.end();
  await pause(30);
  assert.deepEqual(recorder.messages, []);
  sockets[0]?.hold(false);
  await peer.until(() => recorder.closings.length > 0, "the end");
  assert.deepEqual(recorder.messages, ["last words"]);
  assert.deepEqual(recorder.closings, [[1006, ""]]);
});

test("drained is told when all has left", async (t) => {
  const recorder = new Recorder();
  const limits = { outputBytes: 64 * 1024, backlogBytes: 2 ** 26, sweepMs: 20 };
  const { port, sockets } = await serveWebSockets(t, recorder, {}, { limits });
  const peer = await WebSocketPeer.open(port);
  const [socket] = sockets;
  assert.ok(socket !== undefined);
  peer.socket.pause();
  const part = Buffer.alloc(1024 * 1024);
  while (socket.bufferedAmount < 1024 * 1024) {
    socket.send(part);
    await pause(1);
  }
  const before = recorder.drains;
  peer.socket.resume();
  await peer.until(() => recorder.drains > before, "drained");
  assert.equal(recorder.drains, before + 1);
  assert.equal(socket.bufferedAmount, 0);
  assert.equal(await peer.close(), 1000);
});

test("an application that throws costs its connection 1011, and nothing of it is said", async (t) => {
  const receiver: WebSocketReceiver = {
    message: () => {
      throw new Error("secret");
    },
    closed: () => {
      throw new Error("secret too");
    },
  };
  const { port, rejected } = await serveWebSockets(t, receiver);
  const peer = await WebSocketPeer.open(port);
  await peer.send(frame(TEXT, "a"));
  assert.equal(await peer.closes(), 1011);
  assert.equal(peer.closeReason, "Internal error");
  assert.deepEqual(rejected, ["INTERNAL", "INTERNAL"]);
});

test("bytes that were received stay as they are", async (t) => {
  const kept: Uint8Array[] = [];
  const receiver: WebSocketReceiver = {
    message: (_socket: WebSocketConnection, data) => {
      if (typeof data !== "string") kept.push(data);
    },
    closed: () => {},
  };
  const { port } = await serveWebSockets(t, receiver);
  const peer = await WebSocketPeer.open(port);
  for (let index = 0; index < 20; index += 1) await peer.send(frame(BINARY, Buffer.alloc(1000, index)));
  await peer.close();
  assert.ok(kept.every((bytes, index) => bytes.length === 1000 && bytes.every((byte) => byte === index)));
  assert.equal(kept.length, 20);
});

test("after the end of a connection nothing happens any more", async (t) => {
  const recorder = new Recorder();
  const { port, sockets } = await serveWebSockets(t, recorder);
  const peer = await WebSocketPeer.open(port);
  const [socket] = sockets;
  await peer.close();
  await peer.until(() => recorder.closings.length > 0, "closed");
  socket?.send("a");
  socket?.ping();
  socket?.close();
  socket?.hold(true);
  socket?.terminate();
  assert.equal(socket?.isOpen, false);
  assert.equal(socket?.bufferedAmount, 0);
  await pause(20);
  assert.equal(recorder.closings.length, 1);
});

test("echo works under many connections at once", async (t) => {
  const { port } = await serveWebSockets(t, echo);
  const peers = await Promise.all(Array.from({ length: 50 }, () => WebSocketPeer.open(port)));
  await Promise.all(
    peers.map(async (peer, number) => {
      for (let index = 0; index < 20; index += 1) await peer.send(frame(TEXT, `${number}/${index}`));
      const frames = await peer.receives(20);
      assert.deepEqual(
        frames.map(({ payload }) => payload.toString()),
        Array.from({ length: 20 }, (_, index) => `${number}/${index}`),
      );
      assert.equal(await peer.close(), 1000);
    }),
  );
});
