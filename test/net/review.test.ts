import assert from "node:assert/strict";
import { connect } from "node:http2";
import { type TestContext, test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { ApiError } from "../../src/errors/api-error.ts";
import {
  acceptWebSocket,
  type ExchangeHandler,
  type ListenOptions,
  type WebSocketConnection,
} from "../../src/net/index.ts";
import { lasting, ownBuffer } from "../../src/net/read-buffer.ts";
import { END_HEADERS, END_STREAM, frame, settings, types } from "./attacks/frames.ts";
import {
  connectFields,
  data,
  getFields,
  getOf,
  Http2Peer,
  head,
  postFields,
  reset,
  windowUpdate,
} from "./http2/peer.ts";
import { get, ok, Peer, pause, post, serve } from "./peer.ts";
import { pem, serveTls } from "./tls/peer.ts";
import { TEXT, frame as webSocketFrame } from "./websocket/frames.ts";

// What once went wrong, each under the conditions in which it did.

const INITIAL_WINDOW_SIZE = 4;
const MAX_WINDOW = 0x7fff_ffff;

/** How long the event loop was blocked at worst while something was done, in milliseconds. */
async function worstBlock(work: () => Promise<unknown>): Promise<number> {
  let worst = 0;
  let last = performance.now();
  const look = (): void => {
    worst = Math.max(worst, performance.now() - last);
    last = performance.now();
  };
  const timer = setInterval(look, 5);
  await work();
  clearInterval(timer);
  look();
  return worst;
}

/** Waits for what must come soon: later, the limits on time would bring it about by other means. */
async function soon(awaited: Promise<unknown>, what: string): Promise<void> {
  const late = new AbortController();
  const timeout = pause(2000).then(() => {
    if (!late.signal.aborted) throw new Error(`${what} did not come`);
  });
  await Promise.race([awaited, timeout]);
  late.abort();
}

/** Bytes of buffers that are in use. */
function bufferedBytes(): number {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
  return process.memoryUsage().arrayBuffers;
}

const limitedLate: ExchangeHandler = async (exchange) => {
  await pause(50);
  try {
    exchange.respond(ok, null, String((await exchange.body.bytes(1000)).length));
  } catch (error) {
    exchange.respond(ok, null, error instanceof ApiError ? error.code : "unknown");
  }
};

test("content that is whole when it is asked for is held to the limit too", async (t) => {
  const { port } = await serve(t, limitedLate);
  for (const size of [1000, 1001, 20_000]) {
    const expected = size === 1000 ? "1000" : "CONTENT_TOO_LARGE";
    const sized = new Peer(port);
    const [headOnly = "", content = ""] = post("x".repeat(size)).split("\r\n\r\n");
    sized.send(`${headOnly}\r\n\r\n`);
    await pause(10);
    assert.equal((await sized.send(content).answersUpTo(1))[0]?.body, expected);
    const chunked = new Peer(port).send("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n");
    await pause(10);
    chunked.send(`${size.toString(16)}\r\n${content}\r\n0\r\n\r\n`);
    assert.equal((await chunked.answersUpTo(1))[0]?.body, expected);
    const peer = new Http2Peer(port).send(head(1, postFields));
    await pause(10);
    peer.send(data(1, content.slice(0, 500)), data(1, content.slice(500, 1000)));
    for (let at = 1000; at < size; at += 10_000) peer.send(data(1, content.slice(at, at + 10_000)));
    peer.send(data(1, "", END_STREAM));
    assert.equal((await peer.whole(1)).content.toString(), expected);
    for (const { socket } of [sized, chunked, peer]) socket.destroy();
  }
});

test("content in many small frames before a handler takes it does not block the event loop", async (t) => {
  // The tunnel is opened late, as after a look at who asks for it.
  const { port } = await serve(t, () => {});
  const peer = new Http2Peer(port).send(head(1, connectFields("other")));
  await pause(20);
  const frames = Buffer.concat(Array.from({ length: 30_000 }, () => data(1, "x")));
  const worst = await worstBlock(async () => {
    peer.send(frames, frame(types.ping, 0, 0, Buffer.from("all read")));
    await peer.until(() => peer.pings.length > 0);
  });
  assert.ok(worst < 1000, `${worst} ms`);
  peer.socket.destroy();
});

test("many short fields that name a long name do not block the event loop", async (t) => {
  const { port } = await serve(t, (exchange) => exchange.respond(ok, null, "never"));
  const peer = new Http2Peer(port);
  // A literal with a new name of 4000 bytes that the table takes up, and 6000 with its name (RFC 7541 §6.2.1).
  const long = Buffer.concat([
    Buffer.from([0x40, 0x7f, 0xa1, 0x1e]),
    Buffer.alloc(4000, "a"),
    Buffer.alloc(1),
  ]);
  const short = Buffer.alloc(12_000, Buffer.from([0x7e, 0]));
  const worst = await worstBlock(async () => {
    for (let id = 1; id < 40; id += 2)
      peer.send(frame(types.headers, END_HEADERS | END_STREAM, id, Buffer.concat([long, short])));
    assert.equal((await peer.whole(39)).status, "431");
  });
  assert.ok(worst < 1500, `${worst} ms`);
  peer.socket.destroy();
});

test("what slow handlers leave of the connection's window is given back", async (t) => {
  const { port } = await serve(
    t,
    async (exchange) => {
      if (exchange.request.path === "/slow") return;
      let length = 0;
      for await (const part of exchange.body.stream()) length += part.length;
      exchange.respond(ok, null, String(length));
    },
    { limits: { bodyBytes: 1e8, connectionWindowBytes: 128 * 1024, streamWindowBytes: 96 * 1024 } },
  );
  const peer = new Http2Peer(port);
  await peer.until(() => peer.given > 0);
  let sent = 0;
  const send = (stream: number, bytes: number): void => {
    peer.send(data(stream, Buffer.alloc(bytes)));
    sent += bytes;
  };
  peer.send(head(1, getOf("/slow")), head(3, postFields));
  for (let part = 0; part < 6; part += 1) send(1, 16_000);
  for (let part = 0; part < 40; part += 1) {
    await peer.until(() => 0xffff + peer.given - sent >= 8000, "a window");
    send(3, 8000);
  }
  peer.send(data(3, "", END_STREAM));
  assert.equal((await peer.whole(3)).content.toString(), "320000");
  peer.socket.destroy();
});

test("while a long answer is taken slowly, the peer is heard", async (t) => {
  const aborted = Promise.withResolvers<void>();
  const { port } = await serve(t, (exchange) => {
    if (exchange.request.path === "/small") exchange.respond(ok, null, "small");
    else {
      exchange.signal.addEventListener("abort", () => aborted.resolve());
      exchange.respond(ok, null, Buffer.alloc(64 * 1024 * 1024));
    }
  });
  const peer = new Http2Peer(port, settings([INITIAL_WINDOW_SIZE, MAX_WINDOW]));
  peer.send(windowUpdate(0, MAX_WINDOW - 0xffff), head(1, getFields, END_STREAM));
  await peer.content(1, 1);
  peer.socket.pause();
  await pause(100);
  // What is on its way fills the system's buffers, and nothing of it is read.
  peer.send(reset(1));
  await soon(aborted.promise, "the reset");
  peer.socket.resume();
  assert.equal((await peer.get(3, getOf("/small"))).content.toString(), "small");
  peer.socket.destroy();
});

async function openWebSocket(
  t: TestContext,
  onMessage: (socket: WebSocketConnection, text: string) => void,
  isHeld: boolean,
): Promise<{ peer: Http2Peer; socket: WebSocketConnection }> {
  const opened = Promise.withResolvers<WebSocketConnection>();
  const { port } = await serve(t, (exchange) => {
    const receiver = {
      message: (socket: WebSocketConnection, message: string | Uint8Array) =>
        onMessage(socket, message.toString()),
      closed: () => {},
    };
    const socket = acceptWebSocket(exchange, receiver);
    assert.ok(socket);
    if (isHeld) socket.hold(true);
    opened.resolve(socket);
  });
  const peer = new Http2Peer(port).send(head(1, connectFields("websocket", "sec-websocket-version", "13")));
  return { peer, socket: await opened.promise };
}

test("a WebSocket over HTTP/2 that is held as soon as it is accepted makes the peer wait", async (t) => {
  const messages: string[] = [];
  const { peer, socket } = await openWebSocket(t, (_, text) => messages.push(text), true);
  for (let at = 0; at < 30; at += 1) peer.send(data(1, webSocketFrame(TEXT, "x".repeat(10_000))));
  await pause();
  assert.equal(peer.givenTo.get(1) ?? 0, 0, "nothing is taken yet");
  socket.hold(false);
  await peer.until(() => messages.length === 30);
  await peer.until(() => peer.givenTo.has(1), "its window");
  peer.socket.destroy();
});

test("a WebSocket over HTTP/2 that holds and goes on within a message keeps the order", async (t) => {
  const messages: string[] = [];
  const take = (socket: WebSocketConnection, text: string): void => {
    messages.push(text);
    if (text === "first") return;
    socket.hold(true);
    socket.hold(false);
  };
  const { peer, socket } = await openWebSocket(t, take, false);
  // Held only once it reads: otherwise nothing would wait in the tunnel.
  peer.send(data(1, webSocketFrame(TEXT, "first")));
  await peer.until(() => messages.length === 1);
  socket.hold(true);
  const all = Buffer.concat(["a", "b", "c", "d"].map((text) => webSocketFrame(TEXT, text)));
  // The second message is cut in two.
  for (const [from, to] of [
    [0, 10],
    [10, 14],
    [14, 28],
  ]) {
    peer.send(data(1, all.subarray(from, to)));
    await pause(10);
  }
  socket.hold(false);
  await pause(20);
  assert.deepEqual(messages, ["first", "a", "b", "c", "d"]);
  peer.socket.destroy();
});

test("a request that waits for one which goes with the end of the peer's side is answered", async (t) => {
  const { listener, port } = await serve(t, (exchange) =>
    exchange.respond(ok, null, exchange.request.method === "POST" ? Buffer.alloc(600_000) : "small"),
  );
  const peer = new Http2Peer(port).send(head(1, postFields));
  await peer.content(1, 0xffff);
  peer.send(head(3, getFields, END_STREAM));
  await pause(20);
  // There is no window for an answer any more.
  peer.socket.destroy();
  await peer.until(() => listener.stats().connections === 0, "the end");
  assert.equal(listener.stats().requests, 2);
});

test("a part that waits when the end is written is told of all the same", async (t) => {
  const written = Promise.withResolvers<void>();
  const { port } = await serve(t, (exchange) => {
    const stream = exchange.stream(ok, null);
    written.resolve(stream.write(Buffer.alloc(100_000)));
    stream.end();
  });
  const peer = new Http2Peer(port).send(head(1, getFields, END_STREAM));
  await peer.content(1, 0xffff);
  peer.send(windowUpdate(0, 100_000), windowUpdate(1, 100_000));
  await peer.whole(1);
  await soon(written.promise, "the end of the write");
  peer.socket.destroy();
});

test("writeStallMs may be infinite", async (t) => {
  const limits = { writeStallMs: Number.POSITIVE_INFINITY };
  const { port } = await serve(t, (exchange) => exchange.respond(ok, null, Buffer.alloc(32 << 20)), {
    limits,
  });
  const peer = new Peer(port);
  peer.socket.pause();
  peer.send(get());
  // The clock looks at what waits; what it throws would end the process.
  await pause(100);
  peer.socket.destroy();
});

test("streams that wait for their turn are not given up while the peer takes from others", async (t) => {
  const rejected: string[] = [];
  const options: Partial<ListenOptions> = {
    limits: { writeStallMs: 200 },
    onRejected: (error) => rejected.push(error.message),
  };
  const handler: ExchangeHandler = async (exchange) => {
    await pause(20);
    exchange.respond(ok, null, Buffer.alloc(50_000));
  };
  const { port } = await serve(t, handler, options);
  const peer = new Http2Peer(port);
  for (let id = 1; id < 40; id += 2) peer.send(head(id, getFields, END_STREAM));
  for (let given = 0; given < 16; given += 1) {
    await pause(40);
    peer.send(windowUpdate(0, 16_384));
  }
  assert.deepEqual(rejected, []);
  // Now it takes nothing at all.
  await peer.until(() => rejected.length > 0, "a stall");
  peer.socket.destroy();
});

test("content that a peer may not send yet is not late", async (t) => {
  const { port } = await serve(
    t,
    async (exchange) => {
      await pause(300);
      exchange.respond(ok, null, String((await exchange.body.bytes()).length));
    },
    { limits: { bodyMs: 100, streamWindowBytes: 20_000 } },
  );
  const peer = new Http2Peer(port).send(
    head(1, [...postFields, "expect", "100-continue"]),
    head(3, postFields),
  );
  await peer.until(() => peer.settings.size > 0);
  for (const part of [10_000, 10_000]) peer.send(data(3, Buffer.alloc(part)));
  await peer.until(() => peer.answer(1).interim.length > 0 && peer.givenTo.has(3), "leave to go on");
  peer.send(data(1, "late", END_STREAM), data(3, "late", END_STREAM));
  assert.equal((await peer.whole(1)).content.toString(), "4");
  assert.equal((await peer.whole(3)).content.toString(), "20004");
  peer.socket.destroy();
});

test("idle connections over TLS keep no output buffers", async (t) => {
  const { port } = await serveTls(t, (exchange) => exchange.respond(ok, null, "small"));
  const before = bufferedBytes();
  for (let opened = 0; opened < 40; opened += 1) {
    const session = connect(`https://127.0.0.1:${port}`, {
      ca: pem("authority.pem"),
      servername: "localhost",
    });
    t.after(() => session.destroy());
    for (let request = 0; request < 3; request += 1) for await (const _ of session.request().end());
  }
  await pause(20);
  assert.ok(bufferedBytes() - before < 40 * 32 * 1024);
});

test("little of what was read keeps no whole buffer, and much of it is not copied", () => {
  const buffer = ownBuffer();
  buffer.write("kept");
  const little = lasting(buffer.subarray(0, 1024));
  assert.notEqual(little.buffer, buffer.buffer);
  assert.equal(Buffer.from(little).toString("latin1", 0, 4), "kept");
  assert.equal(lasting(buffer.subarray(0, 16_384)).buffer, buffer.buffer);
});
