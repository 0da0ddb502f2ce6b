import assert from "node:assert/strict";
import { test } from "node:test";
import { constants, deflateRawSync } from "node:zlib";
import { pause } from "../peer.ts";
import { BINARY, CLOSE, CONTINUATION, close, fragments, frame, PING, PONG, TEXT } from "./frames.ts";
import { echo, Recorder, serveWebSockets, WebSocketPeer } from "./peer.ts";

const deflateOffer = "Sec-WebSocket-Extensions: permessage-deflate\r\n";

/** What no client may send, by what it is: the code and the reason it is closed with. */
const violations: readonly (readonly [what: string, bytes: Buffer, code: number, reason: RegExp])[] = [
  ["a frame without a mask", frame(TEXT, "a", { mask: null }), 1002, /not masked/],
  ["an empty frame without a mask", frame(TEXT, "", { mask: null }), 1002, /not masked/],
  ["a close frame without a mask", frame(CLOSE, "", { mask: null }), 1002, /not masked/],
  ["a ping in fragments", frame(PING, "a", { isFinal: false }), 1002, /control frame is fragmented/],
  ["a pong in fragments", frame(PONG, "a", { isFinal: false }), 1002, /control frame is fragmented/],
  ["a close frame in fragments", frame(CLOSE, "", { isFinal: false }), 1002, /control frame is fragmented/],
  ["a control frame of 126 bytes", frame(PING, "a".repeat(126)), 1002, /longer than 125/],
  ["a length of 2^63", head("82 ff 80 00 00 00 00 00 00 00"), 1002, /highest bit/],
  ["a length of 2^63 - 1", head("82 ff 7f ff ff ff ff ff ff ff"), 1009, /too big/],
  ["a length of 2^53", head("82 ff 00 20 00 00 00 00 00 00"), 1009, /too big/],
  ["a length of one byte in two", head("82 fe 00 7d"), 1002, /fewest bytes/],
  ["a length of two bytes in eight", head("82 ff 00 00 00 00 00 00 ff ff"), 1002, /fewest bytes/],
  ["a compressed message that was not agreed on", frame(TEXT, "a", { reserved: 4 }), 1002, /reserved bit/],
  ["half a close code", frame(CLOSE, "\x03"), 1002, /half a code/],
  ["close code 1005", close(1005), 1002, /may not be sent/],
  ["close code 1006", close(1006), 1002, /may not be sent/],
  ["close code 1015", close(1015), 1002, /may not be sent/],
  ["a reason that is cut within a character", close(1000, Buffer.from([0xc3])), 1007, /not UTF-8/],
  ["a text that is cut within a character", frame(TEXT, Buffer.from([0xe2, 0x82])), 1007, /not UTF-8/],
];

/** A frame's head as it stands, and a mask. */
function head(hex: string): Buffer {
  return Buffer.from(`${hex.replaceAll(" ", "")}01020304`, "hex");
}

for (const [what, bytes, code, reason] of violations)
  test(`${what}: ${code}`, async (t) => {
    const recorder = new Recorder();
    const { port, rejected } = await serveWebSockets(t, recorder);
    const peer = await WebSocketPeer.open(port);
    await peer.send(Buffer.concat([bytes, frame(TEXT, "after it")]));
    assert.equal(await peer.closes(), code);
    assert.match(peer.closeReason, reason);
    assert.deepEqual(recorder.messages, []);
    assert.deepEqual(recorder.closings, [[code, peer.closeReason]]);
    assert.deepEqual(rejected, [code === 1009 ? "CONTENT_TOO_LARGE" : "MALFORMED_REQUEST"]);
  });

test("a message over the limit is refused by its head, before it has come", async (t) => {
  const { port, rejected } = await serveWebSockets(t, echo, {}, { limits: { messageBytes: 1000 } });
  const good = await WebSocketPeer.open(port);
  await good.send(frame(TEXT, "a".repeat(1000)));
  await good.receives(1);
  const bad = await WebSocketPeer.open(port);
  await bad.send(frame(TEXT, "a".repeat(1001)).subarray(0, 20));
  assert.equal(await bad.closes(), 1009);
  // Nobody else notices.
  await good.send(frame(TEXT, "b"));
  await good.receives(2);
  assert.equal(await good.close(), 1000);
  assert.deepEqual(rejected, ["CONTENT_TOO_LARGE"]);
});

test("the limit is of the message, not of its frames", async (t) => {
  const { port } = await serveWebSockets(t, echo, {}, { limits: { messageBytes: 1000 } });
  const peer = await WebSocketPeer.open(port);
  await peer.send(Buffer.concat(fragments(BINARY, Buffer.alloc(1001), 100)));
  assert.equal(await peer.closes(), 1009);
});

test("a flood of empty fragments: 1008", async (t) => {
  const { port, rejected } = await serveWebSockets(t, echo, {}, { limits: { messageFrames: 100 } });
  const peer = await WebSocketPeer.open(port);
  const empty = frame(CONTINUATION, "", { isFinal: false });
  const flood = Array.from({ length: 100 }, () => empty);
  await peer.send(Buffer.concat([frame(TEXT, "", { isFinal: false }), ...flood]));
  assert.equal(await peer.closes(), 1008);
  assert.deepEqual(rejected, ["CONTENT_TOO_LARGE"]);
});

test("a message of as many fragments as there may be", async (t) => {
  const { port } = await serveWebSockets(t, echo, {}, { limits: { messageFrames: 100 } });
  const peer = await WebSocketPeer.open(port);
  await peer.send(Buffer.concat(fragments(TEXT, "a".repeat(100), 1)));
  assert.equal((await peer.receives(1))[0]?.payload.length, 100);
  assert.equal(await peer.close(), 1000);
});

test("fragments that come too slowly: 1008, though the peer is never silent", async (t) => {
  const limits = { sweepMs: 10, messageMs: 100 };
  const { port, rejected } = await serveWebSockets(t, echo, {}, { limits });
  const peer = await WebSocketPeer.open(port);
  // As slow, but each is whole.
  for (let index = 0; index < 15; index += 1) {
    await peer.send(frame(TEXT, "a"));
    await pause(10);
  }
  await peer.receives(15);
  await peer.send(frame(TEXT, "", { isFinal: false }));
  for (let index = 0; index < 100 && !peer.ended; index += 1) {
    await peer.send(frame(CONTINUATION, "a", { isFinal: false }));
    await pause(10);
  }
  assert.equal(await peer.closes(), 1008);
  assert.deepEqual(rejected, ["REQUEST_TIMEOUT"]);
});

test("half a head is a message that comes too slowly", async (t) => {
  const { port } = await serveWebSockets(t, echo, {}, { limits: { sweepMs: 10, messageMs: 40 } });
  const peer = await WebSocketPeer.open(port);
  await peer.send(frame(TEXT, "a").subarray(0, 1));
  assert.equal(await peer.closes(), 1008);
});

test("a small frame that inflates to gigabytes: 1009, and no more memory than the limit", async (t) => {
  const recorder = new Recorder();
  const deflate = {};
  const { port, rejected } = await serveWebSockets(t, recorder, { deflate });
  const peer = await WebSocketPeer.open(port, deflateOffer);
  const before = process.memoryUsage().rss;
  // 200 MiB in 200 KiB; a block of it repeated would go on for ever.
  const bomb = deflateRawSync(Buffer.alloc(200 * 2 ** 20), { finishFlush: constants.Z_SYNC_FLUSH });
  const grown = process.memoryUsage().rss;
  await peer.send(frame(BINARY, bomb, { reserved: 4 }));
  assert.equal(await peer.closes(), 1009);
  assert.deepEqual(rejected, ["CONTENT_TOO_LARGE"]);
  assert.deepEqual(recorder.messages, []);
  assert.ok(process.memoryUsage().rss - Math.max(before, grown) < 50 * 2 ** 20);
});

test("a flood of pings: a peer that does not read is owed one pong, not thousands", async (t) => {
  const { port, sockets } = await serveWebSockets(t);
  const peer = await WebSocketPeer.open(port);
  peer.socket.pause();
  const [socket] = sockets;
  assert.ok(socket !== undefined);
  // Until what the system takes on the way is full.
  const filler = Buffer.alloc(256 * 1024);
  while (socket.bufferedAmount < 256 * 1024) {
    socket.send(filler);
    await pause(1);
  }
  const before = socket.bufferedAmount;
  const flood = Buffer.concat(Array.from({ length: 1000 }, (_, index) => frame(PING, `ping ${index}`)));
  for (let index = 0; index < 20; index += 1) {
    peer.socket.write(flood);
    await pause(1);
  }
  await pause(30);
  assert.ok(socket.bufferedAmount <= before);
  peer.socket.resume();
  await peer.until(() => peer.frames.some(({ opcode }) => opcode === PONG), "a pong");
  await pause(60);
  const pongs = peer.frames.filter(({ opcode }) => opcode === PONG);
  assert.equal(pongs.length, 1);
  assert.equal(pongs[0]?.payload.toString(), "ping 999");
  assert.equal(await peer.close(), 1000);
});

test("a slow reader: nothing more is kept for it, and it is closed with 1013", async (t) => {
  const recorder = new Recorder();
  const limits = { backlogBytes: 300_000, sweepMs: 10, closeMs: 200 };
  const { port, sockets, rejected } = await serveWebSockets(t, recorder, {}, { limits });
  const slow = await WebSocketPeer.open(port);
  const other = await WebSocketPeer.open(port);
  slow.socket.pause();
  const [socket, otherSocket] = sockets;
  assert.ok(socket !== undefined);
  let sent = 0;
  while (socket.isOpen && sent < 1000) {
    socket.send(Buffer.alloc(100_000));
    otherSocket?.send(Buffer.alloc(10));
    sent += 1;
    await pause(1);
  }
  assert.ok(socket.bufferedAmount < 300_000 + 100_000 + 1000);
  assert.deepEqual(recorder.closings, [[1013, "The peer reads too slowly"]]);
  assert.deepEqual(rejected, ["OVERLOADED"]);
  const kept = socket.bufferedAmount;
  socket.send("dropped");
  assert.equal(socket.bufferedAmount, kept);
  // It does not read the close frame either: it is cut.
  await slow.until(() => socket.bufferedAmount === 0, "the cut");
  slow.socket.destroy();
  await other.receives(sent);
  assert.equal(await other.close(), 1000);
});

test("a slow reader that reads on learns of 1013", async (t) => {
  const limits = { backlogBytes: 100_000, sweepMs: 10 };
  const { port, sockets } = await serveWebSockets(t, echo, {}, { limits });
  const peer = await WebSocketPeer.open(port);
  peer.socket.pause();
  const [socket] = sockets;
  while (socket?.isOpen === true) {
    socket.send(Buffer.alloc(50_000));
    await pause(1);
  }
  peer.socket.resume();
  assert.equal(await peer.closes(), 1013);
});

test("after a violation what still comes is thrown away, and the peer is cut if it does not end", async (t) => {
  const limits = { sweepMs: 10, closeMs: 60 };
  const { port, listener } = await serveWebSockets(t, echo, {}, { limits });
  const peer = await WebSocketPeer.open(port);
  await peer.send(frame(TEXT, "a", { mask: null }));
  for (let index = 0; index < 100 && listener.stats().connections > 0; index += 1) {
    await peer.send(frame(TEXT, "a".repeat(1000)));
    await pause(5);
  }
  assert.equal(listener.stats().connections, 0);
  assert.equal(peer.closeCode, 1002);
  assert.equal(peer.frames.length, 1);
  peer.socket.destroy();
});
