import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { Exchange, Listener, listen } from "../../../src/net/index.ts";
import { ok, pause, quick, serve } from "../peer.ts";
import {
  block,
  END_HEADERS,
  END_STREAM,
  ENHANCE_YOUR_CALM,
  frame,
  get,
  Http2Peer,
  headers,
  integer,
  number,
  post,
  settings,
  text,
  types,
} from "./frames.ts";

const nothing = Buffer.alloc(0);
const FLOOD = 1500;
const CANCEL = 8;
const REFUSED_STREAM = 7;
const PROTOCOL_ERROR = 1;
const FLOW_CONTROL_ERROR = 3;

/** A listener, and a peer of good faith which is served whatever the others do. */
async function attacked(
  test: TestContext,
  handler: (exchange: Exchange) => void,
  limits: Parameters<typeof listen>[0]["limits"] = {},
): Promise<{ port: number; listener: Listener; isServing: () => Promise<void> }> {
  const { port, listener } = await serve(
    test,
    (exchange) => {
      if (exchange.request.path === "/honest") exchange.respond(ok, null, "served");
      else handler(exchange);
    },
    { limits: { ...quick, ...limits } },
  );
  const honest = new Http2Peer(port);
  let stream = -1;
  const isServing = async (): Promise<void> => {
    stream += 2;
    honest.bytes(headers(stream, END_STREAM, { ...get, ":path": "/honest" }));
    const { content } = await honest.frame(types.data, stream);
    assert.equal(content.toString(), "served");
  };
  await isServing();
  test.after(() => honest.socket.destroy());
  return { port, listener, isServing };
}

const answer = (exchange: Exchange): void => exchange.respond(ok, null, "x");

/** Floods of frames that ask for work: each ends the connection, and nobody else notices. */
const floods: Readonly<Record<string, (index: number) => Buffer>> = {
  "PING (CVE-2019-9512)": () => frame(types.ping, 0, 0, Buffer.alloc(8)),
  "SETTINGS (CVE-2019-9515)": () => settings(),
  "acknowledgements of SETTINGS": () => frame(types.settings, 1, 0),
  "empty DATA (CVE-2019-9518)": (index) => (index === 0 ? headers(1, 0, post) : frame(types.data, 0, 1)),
  "padded DATA without content": (index) =>
    index === 0 ? headers(1, 0, post) : frame(types.data, 8, 1, Buffer.from([0])),
  PRIORITY: () => frame(types.priority, 0, 1, Buffer.from([0, 0, 0, 0, 1])),
  "WINDOW_UPDATE of one byte (CVE-2019-9511)": () => frame(types.windowUpdate, 0, 0, number(1)),
  "unknown frames": () => frame(0x42, 0, 0),
  "resets of streams that were answered": (index) =>
    index === 0 ? headers(1, END_STREAM) : frame(types.reset, 0, 1, number(CANCEL)),
  "empty CONTINUATION (CVE-2024-27316)": (index) =>
    index === 0 ? frame(types.headers, END_STREAM, 1, block(get)) : frame(types.continuation, 0, 1),
  "DATA of streams that were never reset": (index) =>
    index === 0 ? headers(1, END_STREAM) : frame(types.data, 0, 1, Buffer.from("x")),
};

for (const [name, make] of Object.entries(floods))
  test(`flood: ${name}`, async (t) => {
    const { port, listener, isServing } = await attacked(t, answer);
    const peer = new Http2Peer(port);
    peer.bytes(...Array.from({ length: FLOOD }, (_, index) => make(index)));
    assert.equal(await peer.ends(), ENHANCE_YOUR_CALM);
    assert.ok((listener.stats().rejectedByCode["OVERLOADED"] ?? 0) >= 1, "it is counted");
    await isServing();
  });

test("a flood by a peer that never reads costs no memory", async (t) => {
  const { port, listener, isServing } = await attacked(t, answer);
  const peer = new Http2Peer(port);
  peer.socket.pause();
  for (let round = 0; round < 20; round++)
    peer.bytes(...Array.from({ length: 200 }, () => frame(types.ping, 0, 0, Buffer.alloc(8))));
  await peer.until(() => listener.stats().connections === 1, "the end of the connection");
  await isServing();
});

test("rapid reset (CVE-2023-44487): streams that are opened and reset do not pile up work", async (t) => {
  let [running, most, calls] = [0, 0, 0];
  const answers: (() => void)[] = [];
  const { port, isServing } = await attacked(
    t,
    (exchange) => {
      calls += 1;
      running += 1;
      most = Math.max(most, running);
      answers.push(() => {
        running -= 1;
        exchange.respond(ok, null, "late");
      });
    },
    { streams: 10 },
  );
  const peer = new Http2Peer(port);
  for (let index = 0; index < 5000; index++) {
    const stream = 2 * index + 1;
    peer.bytes(headers(stream, END_STREAM), frame(types.reset, 0, stream, number(CANCEL)));
  }
  assert.equal(await peer.ends(), ENHANCE_YOUR_CALM);
  assert.ok(most <= 20, `${most} handlers ran at once`);
  assert.ok(calls <= 20, `${calls} handlers were called`);
  for (const late of answers) late();
  await isServing();
});

test("streams that the server is made to reset count as well (CVE-2025-8671)", async (t) => {
  let calls = 0;
  const count = (): void => {
    calls += 1;
  };
  const { port, isServing } = await attacked(t, count, { streams: 10 });
  const peer = new Http2Peer(port);
  for (let index = 0; index < 300; index++) {
    const stream = 2 * index + 1;
    peer.bytes(headers(stream, END_STREAM), frame(types.windowUpdate, 0, stream, number(0)));
  }
  await peer.until(() => peer.of(types.reset).length >= 300, "300 resets");
  assert.ok(calls <= 20, `${calls} handlers were called`);
  assert.equal(await peer.resets(1), PROTOCOL_ERROR);
  assert.equal(await peer.resets(599), REFUSED_STREAM);
  peer.socket.destroy();
  await isServing();
});

test("more streams than allowed are refused, and the others answered", async (t) => {
  const exchanges: Exchange[] = [];
  const { port } = await attacked(t, (exchange) => void exchanges.push(exchange), { streams: 3 });
  const peer = new Http2Peer(port);
  for (const stream of [1, 3, 5, 7]) peer.bytes(headers(stream, END_STREAM));
  assert.equal(await peer.resets(7), REFUSED_STREAM);
  for (const exchange of exchanges) answer(exchange);
  for (const stream of [1, 3, 5]) await peer.frame(types.data, stream);
  peer.bytes(headers(9, END_STREAM));
  await peer.until(() => exchanges.length === 4);
  peer.socket.destroy();
});

test("a field block without end", async (t) => {
  const { port, isServing } = await attacked(t, answer);
  const peer = new Http2Peer(port);
  const piece = block({ "x-filling": "x".repeat(8000) });
  peer.bytes(frame(types.headers, END_STREAM, 1, block(get)));
  peer.bytes(...Array.from({ length: 50 }, () => frame(types.continuation, 0, 1, piece)));
  assert.equal(await peer.ends(), ENHANCE_YOUR_CALM);
  await isServing();
});

test("HPACK bomb: one large field, named again and again, is 431 and the connection goes on", async (t) => {
  const { port } = await attacked(t, answer);
  const peer = new Http2Peer(port);
  // With indexing: it is entry 62 from here on.
  const large = Buffer.concat([Buffer.from([0x40]), text("x-bomb"), text("b".repeat(3900))]);
  const bomb = Buffer.concat([
    block(get),
    large,
    ...Array.from({ length: 10_000 }, () => integer(62, 0x7f, 0x80)),
  ]);
  peer.bytes(frame(types.headers, END_HEADERS | END_STREAM, 1, bomb));
  const head = await peer.frame(types.headers, 1);
  assert.match(head.content.toString("latin1"), /431/);
  peer.bytes(headers(3, END_STREAM));
  assert.equal((await peer.frame(types.data, 3)).content.toString(), "x");
  peer.socket.destroy();
});

test("a table that is made larger than allowed, and one that is resized amid a block", async (t) => {
  const { port } = await attacked(t, answer);
  const COMPRESSION_ERROR = 9;
  for (const fields of [
    Buffer.concat([integer(2 ** 30, 0x1f, 0x20), block(get)]),
    Buffer.concat([block(get), integer(0, 0x1f, 0x20)]),
    Buffer.concat([block(get), integer(2 ** 40, 0x7f, 0x80)]),
  ]) {
    const peer = new Http2Peer(port);
    peer.bytes(frame(types.headers, END_HEADERS | END_STREAM, 1, fields));
    assert.equal(await peer.ends(), COMPRESSION_ERROR);
  }
});

test("windows over 2^31-1, of a stream, of the connection and by SETTINGS", async (t) => {
  const { port } = await attacked(t, () => {});
  const most = number(2 ** 31 - 1);
  const stream = new Http2Peer(port).bytes(headers(1, END_STREAM), frame(types.windowUpdate, 0, 1, most));
  assert.equal(await stream.resets(1), FLOW_CONTROL_ERROR);
  stream.socket.destroy();
  const connection = new Http2Peer(port).bytes(frame(types.windowUpdate, 0, 0, most));
  assert.equal(await connection.ends(), FLOW_CONTROL_ERROR);
  const grown = new Http2Peer(port).bytes(
    headers(1, END_STREAM),
    frame(types.windowUpdate, 0, 1, number(2 ** 30)),
    settings([4, 2 ** 31 - 1]),
  );
  assert.equal(await grown.ends(), FLOW_CONTROL_ERROR);
  const tooLarge = new Http2Peer(port, settings([4, 2 ** 31]));
  assert.equal(await tooLarge.ends(), FLOW_CONTROL_ERROR);
});

test("more DATA than the windows allow", async (t) => {
  const { port } = await attacked(t, () => {}, {
    streamWindowBytes: 70_000,
    connectionWindowBytes: 100_000,
    bodyBytes: 2 ** 20,
  });
  const part = Buffer.alloc(16_384);
  const greedy = new Http2Peer(port).bytes(headers(1, 0, post));
  greedy.bytes(...Array.from({ length: 5 }, () => frame(types.data, 0, 1, part)));
  assert.equal(await greedy.resets(1), FLOW_CONTROL_ERROR);
  greedy.socket.destroy();
  const greedier = new Http2Peer(port).bytes(headers(1, 0, post), headers(3, 0, post));
  for (const stream of [1, 3, 1, 3, 1, 3, 1, 3]) greedier.bytes(frame(types.data, 0, stream, part));
  assert.equal(await greedier.ends(), FLOW_CONTROL_ERROR);
});

test("a window that is never opened: the answer waits, then its stream is reset, and memory is given back", async (t) => {
  const body = "x".repeat(200_000);
  let calls = 0;
  const { port, isServing, listener } = await attacked(
    t,
    (exchange) => {
      calls += 1;
      exchange.respond(ok, null, body);
    },
    { writeStallMs: 200, outputBytes: 400_000 },
  );
  const peer = new Http2Peer(port, settings([4, 0]));
  for (let index = 0; index < 20; index++) peer.bytes(headers(2 * index + 1, END_STREAM));
  await peer.until(() => calls > 0);
  await pause(30);
  assert.ok(calls <= 4, `${calls} answers were made for a peer that takes none`);
  assert.equal(await peer.resets(1), CANCEL);
  await peer.until(() => calls === 20, "the requests that had to wait");
  await peer.until(() => peer.of(types.reset).length === 20, "all resets");
  assert.equal(peer.of(types.data).length, 0);
  assert.equal(listener.stats().rejectedByCode["REQUEST_TIMEOUT"], 20);
  peer.socket.destroy();
  await isServing();
});

test("a reader that takes nothing from its socket is cut off", async (t) => {
  const { port, listener, isServing } = await attacked(
    t,
    (exchange) => exchange.respond(ok, null, new Uint8Array(8 * 2 ** 20)),
    { writeStallMs: 150 },
  );
  const peer = new Http2Peer(port, settings([4, 2 ** 30]));
  peer.bytes(frame(types.windowUpdate, 0, 0, number(2 ** 30)), headers(1, END_STREAM));
  await peer.frame(types.headers, 1);
  peer.socket.pause();
  await peer.until(() => listener.stats().connections === 1, "the end of the connection");
  peer.socket.destroy();
  await isServing();
});

test("a preface, a frame or a field block that does not come to its end", async (t) => {
  const { port, listener } = await attacked(t, answer, { firstByteMs: 100, headerMs: 100 });
  const slow: Readonly<Record<string, Buffer>> = {
    "half a head of a frame": Buffer.from([0, 0, 20, 1]),
    "half a frame": headers(1, END_STREAM).subarray(0, 20),
    "half a field block": frame(types.headers, END_STREAM, 1, block(get)),
  };
  for (const [name, bytes] of Object.entries(slow)) {
    const peer = new Http2Peer(port).bytes(bytes);
    assert.equal(await peer.ends(), ENHANCE_YOUR_CALM, name);
  }
  const silent = new Http2Peer(port, nothing);
  await silent.until(() => silent.ended || silent.socket.destroyed, "the end without SETTINGS");
  assert.equal(listener.stats().rejectedByCode["REQUEST_TIMEOUT"], 3);
});

test("a slow body ends the wait of its handler, and of no other", async (t) => {
  const codes: string[] = [];
  const { port, isServing } = await attacked(
    t,
    (exchange) => {
      Promise.resolve(exchange.body.bytes()).catch((error) => {
        codes.push(error.code);
        exchange.respond(ok, null, error.code);
      });
    },
    { bodyMs: 100 },
  );
  const peer = new Http2Peer(port).bytes(headers(1, 0, post), frame(types.data, 0, 1, Buffer.from("a")));
  assert.equal((await peer.frame(types.data, 1)).content.toString(), "REQUEST_TIMEOUT");
  assert.deepEqual(codes, ["REQUEST_TIMEOUT"]);
  await isServing();
  peer.socket.destroy();
});

/** Heads that two readers could understand in two ways (RFC 9113 §8.2, §8.3, §10.3): each is a stream error. */
const smuggled: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "CR in a value": { ...get, "x-a": "a\rb" },
  "LF in a value": { ...get, "x-a": "a\nHost: b" },
  "NUL in a value": { ...get, "x-a": "a\0b" },
  "a space before a value": { ...get, "x-a": " a" },
  "a tab after a value": { ...get, "x-a": "a\t" },
  "CR LF in a name": { ...get, "x\r\ny": "a" },
  "a colon in a name": { ...get, "x:y": "a" },
  "an empty name": { ...get, "": "a" },
  "an upper-case name": { ...get, "X-A": "a" },
  connection: { ...get, connection: "close" },
  "transfer-encoding": { ...post, "transfer-encoding": "chunked" },
  "keep-alive": { ...get, "keep-alive": "1" },
  "proxy-connection": { ...get, "proxy-connection": "close" },
  upgrade: { ...get, upgrade: "websocket" },
  "te of another coding": { ...get, te: "gzip" },
  "an unknown pseudo-header": { ...get, ":x": "a" },
  "a pseudo-header of answers": { ...get, ":status": "200" },
  "a late pseudo-header": {
    ":method": "GET",
    ":scheme": "http",
    "x-a": "a",
    ":path": "/",
    ":authority": "a",
  },
  "no method": { ":scheme": "http", ":path": "/", ":authority": "a" },
  "no scheme": { ":method": "GET", ":path": "/", ":authority": "a" },
  "no path": { ":method": "GET", ":scheme": "http", ":authority": "a" },
  "no authority": { ":method": "GET", ":scheme": "http", ":path": "/" },
  "an empty path": { ...get, ":path": "" },
  "a path without slash": { ...get, ":path": "a" },
  "a space in the path": { ...get, ":path": "/ HTTP/1.1" },
  "CR LF in the path": { ...get, ":path": "/\r\nhost: b" },
  "CR LF in the method": { ...get, ":method": "GET / HTTP/1.1\r\nhost: b" },
  "an asterisk with GET": { ...get, ":path": "*" },
  "user information": { ...get, ":authority": "u@a" },
  "another host": { ...get, host: "b" },
  "a protocol without CONNECT": { ...get, ":protocol": "websocket" },
  "CONNECT with a path": { ":method": "CONNECT", ":authority": "a", ":path": "/" },
  "a length that is none": { ...post, "content-length": "+1" },
  "two lengths in one": { ...post, "content-length": "1, 1" },
};

for (const [name, fields] of Object.entries(smuggled))
  test(`a head is refused: ${name}`, async (t) => {
    let calls = 0;
    const { port } = await serve(t, () => {
      calls += 1;
    });
    const peer = new Http2Peer(port).bytes(headers(1, END_STREAM, fields));
    assert.equal(await peer.resets(1), PROTOCOL_ERROR);
    assert.equal(calls, 0);
    peer.socket.destroy();
  });

test("pseudo-header fields twice, in trailers, and lengths that disagree with the content", async (t) => {
  let calls = 0;
  const { port } = await serve(t, () => {
    calls += 1;
  });
  const twice = Buffer.concat([block(get), block({ ":path": "/b" })]);
  const hosts = Buffer.concat([block(get), block({ host: "a" }), block({ host: "a" })]);
  const lengths = Buffer.concat([
    block(post),
    block({ "content-length": "1" }),
    block({ "content-length": "1" }),
  ]);
  const trailers = headers(1, END_STREAM, { ":path": "/" });
  const cases: readonly (readonly Buffer[])[] = [
    [frame(types.headers, END_HEADERS | END_STREAM, 1, twice)],
    [frame(types.headers, END_HEADERS | END_STREAM, 1, hosts)],
    [frame(types.headers, END_HEADERS, 1, lengths)],
    [headers(1, END_STREAM, { ...post, "content-length": "1" })],
    [headers(1, 0, { ...post, "content-length": "1" }), frame(types.data, END_STREAM, 1, Buffer.from("ab"))],
    [headers(1, 0, { ...post, "content-length": "3" }), frame(types.data, END_STREAM, 1, Buffer.from("ab"))],
    [headers(1, 0, post), trailers],
    [headers(1, 0, post), headers(1, 0, { "x-a": "a" })],
  ];
  for (const [index, parts] of cases.entries()) {
    const peer = new Http2Peer(port).bytes(...parts);
    assert.equal(await peer.resets(1), PROTOCOL_ERROR, `case ${index}`);
    peer.socket.destroy();
  }
  assert.equal(calls, 0);
});

test("uploads that are broken off do not use the connection's window up", async (t) => {
  const { port, isServing } = await attacked(
    t,
    (exchange) => void Promise.resolve(exchange.body.bytes()).catch(() => {}),
    {
      connectionWindowBytes: 100_000,
      controlFrames: 10_000,
    },
  );
  const peer = new Http2Peer(port);
  const part = Buffer.alloc(16_000);
  let stream = 1;
  for (let round = 0; round < 100; round++, stream += 2) {
    peer.bytes(
      headers(stream, 0, post),
      frame(types.data, 0, stream, part),
      frame(types.reset, 0, stream, number(CANCEL)),
    );
    await pause(1);
  }
  peer.bytes(headers(stream, END_STREAM, { ...get, ":path": "/honest" }));
  assert.equal((await peer.frame(types.data, stream)).content.toString(), "served");
  peer.socket.destroy();
  await isServing();
});
