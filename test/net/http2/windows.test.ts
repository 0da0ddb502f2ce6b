import assert from "node:assert/strict";
import { test } from "node:test";
import { type ExchangeHandler, HeadBlock, Trailers } from "../../../src/net/index.ts";
import { END_STREAM, frame, settings, types } from "../attacks/frames.ts";
import { ok, pause, serve } from "../peer.ts";
import { data, getOf, Http2Peer, head, postFields, reset, windowUpdate } from "./peer.ts";

const SIZE = 100_000;
const content = Buffer.alloc(SIZE, "0123456789");
const INITIAL_WINDOW_SIZE = 4;
const HEADER_TABLE_SIZE = 1;

/** Whole, in parts, or with trailers, by the path. */
const answerLarge: ExchangeHandler = async (exchange) => {
  const { path } = exchange.request;
  if (path === "/trailers") exchange.respond(ok, null, content, new Trailers(["x-a", "b"]));
  else if (path === "/none") exchange.respond(new HeadBlock(204), null, null);
  else if (path === "/parts") {
    const stream = exchange.stream(ok, null);
    for (let at = 0; at < SIZE; at += 1000) await stream.write(content.subarray(at, at + 1000));
    stream.end();
  } else exchange.respond(ok, null, content.toString());
};

for (const path of ["/", "/parts", "/trailers"])
  test(`windows of 0, of 1 and of odd sizes: ${path}`, async (t) => {
    const { port } = await serve(t, answerLarge);
    const peer = new Http2Peer(port, settings([INITIAL_WINDOW_SIZE, 0]));
    peer.send(head(1, getOf(path), END_STREAM));
    await peer.until(() => peer.answer(1).status === "200");
    await pause(10);
    assert.equal(peer.answer(1).length, 0);
    let given = 0;
    for (; given < 50; given += 1) {
      peer.send(windowUpdate(1, 1));
      await peer.content(1, given + 1);
    }
    for (let increment = 7; given + increment < 60_000; increment = increment * 3 + 1) {
      given += increment;
      peer.send(windowUpdate(1, increment));
      await peer.content(1, given);
    }
    await pause(10);
    assert.equal(peer.answer(1).length, given, "never more than was allowed");
    peer.send(windowUpdate(1, SIZE), windowUpdate(0, SIZE));
    const answer = await peer.whole(1);
    assert.ok(answer.content.equals(content));
    assert.deepEqual(answer.trailers, path === "/trailers" ? ["x-a", "b"] : null);
    peer.socket.destroy();
  });

test("what has no content needs no window", async (t) => {
  const { port } = await serve(t, answerLarge);
  const peer = new Http2Peer(port, settings([INITIAL_WINDOW_SIZE, 0]));
  assert.equal((await peer.get(1, getOf("/none"))).status, "204");
  peer.socket.destroy();
});

test("windows change amid a stream, also below 0 (§6.9.2)", async (t) => {
  const { port } = await serve(t, answerLarge);
  const peer = new Http2Peer(port, settings([INITIAL_WINDOW_SIZE, 20_000]));
  peer.send(windowUpdate(0, SIZE), head(1, getOf("/"), END_STREAM), head(3, getOf("/parts"), END_STREAM));
  await Promise.all([peer.content(1, 20_000), peer.content(3, 20_000)]);
  // 20,000 below 0 now: as many again bring nothing.
  peer.send(settings([INITIAL_WINDOW_SIZE, 0]), windowUpdate(1, 20_000), windowUpdate(3, 19_999));
  await peer.until(() => peer.acknowledgements === 2);
  await pause(20);
  assert.deepEqual([peer.answer(1).length, peer.answer(3).length], [20_000, 20_000]);
  peer.send(windowUpdate(1, 5));
  await peer.content(1, 20_005);
  peer.send(settings([INITIAL_WINDOW_SIZE, 10_000]));
  await Promise.all([peer.content(1, 30_005), peer.content(3, 29_999)]);
  // Several in one frame: the last one counts.
  peer.send(settings([INITIAL_WINDOW_SIZE, 5], [INITIAL_WINDOW_SIZE, SIZE], [0x4242, 7]));
  peer.send(windowUpdate(0, SIZE));
  const answers = await Promise.all([peer.whole(1), peer.whole(3)]);
  for (const answer of answers) assert.ok(answer.content.equals(content));
  peer.send(windowUpdate(0, SIZE));
  assert.ok((await peer.get(5)).content.equals(content), "new streams begin with it");
  peer.socket.destroy();
});

test("streams share the window of the connection fairly, and none is lost when one goes", async (t) => {
  const { port } = await serve(t, answerLarge);
  const peer = new Http2Peer(port, settings([INITIAL_WINDOW_SIZE, SIZE]));
  const streams = [1, 3, 5, 7];
  for (const stream of streams) peer.send(head(stream, getOf("/"), END_STREAM));
  const sum = (): number => streams.reduce((total, stream) => total + peer.answer(stream).length, 0);
  await peer.until(() => sum() === 65_535);
  peer.send(windowUpdate(0, 65_536));
  await peer.until(() => sum() === 131_071);
  for (const stream of streams) assert.ok(peer.answer(stream).length >= 16_384, `stream ${stream}`);
  peer.send(reset(1), reset(5), windowUpdate(0, SIZE), windowUpdate(0, SIZE));
  for (const stream of [3, 7]) assert.ok((await peer.whole(stream)).content.equals(content));
  peer.socket.destroy();
});

test("a window update for a stream that is over is no mistake, for one to come it is", async (t) => {
  const { port } = await serve(t, answerLarge);
  const peer = new Http2Peer(port);
  await peer.get(1, getOf("/none"));
  peer.send(windowUpdate(1, 10), windowUpdate(1, 0));
  assert.equal((await peer.get(3, getOf("/none"))).status, "204");
  peer.send(windowUpdate(5, 10));
  assert.equal(await peer.ends(), 1);
});

test("a connection whose window one upload has used up is free again when that is reset", async (t) => {
  const { port } = await serve(
    t,
    (exchange) => {
      if (exchange.request.method === "GET") exchange.respond(ok, null, "fine");
    },
    { limits: { connectionWindowBytes: 65_535, streamWindowBytes: 65_535, bodyBytes: 200_000 } },
  );
  const peer = new Http2Peer(port);
  await peer.until(() => peer.settings.size > 0);
  const parts = [16_384, 16_384, 16_384, 16_383].map((size) => Buffer.alloc(size));
  for (let stream = 1; stream < 40; stream += 2) {
    const given = peer.given;
    peer.send(head(stream, postFields), ...parts.map((part) => data(stream, part)));
    peer.send(frame(types.ping, 0, 0, Buffer.alloc(8)));
    await peer.until(() => peer.pings.length === (stream + 1) / 2);
    assert.equal(peer.given, given, "all of it is used");
    peer.send(reset(stream));
    await peer.until(() => peer.given === given + 65_535, "the whole window");
  }
  peer.socket.destroy();
});

test("thousands of uploads, broken off in every way, leave the connection's window whole", async (t) => {
  let turn = 0;
  const { port, listener } = await serve(
    t,
    async (exchange) => {
      turn += 1;
      if (exchange.request.method === "POST" && turn % 3 === 0) await pause(5);
      else if (exchange.request.method === "POST" && turn % 3 === 1)
        await Promise.resolve(exchange.body.bytes()).catch(() => {});
      exchange.respond(ok, null, "fine");
    },
    { limits: { connectionWindowBytes: 200_000, discardBytes: 2000, controlFrames: 100_000 } },
  );
  const peer = new Http2Peer(port);
  await peer.until(() => peer.settings.size > 0);
  const part = Buffer.alloc(3000);
  const declared = [...postFields, "content-length", "100"];
  let sent = 0;
  for (let round = 0; round < 3000; round += 1) {
    const stream = 2 * round + 1;
    peer.send(head(stream, round % 5 === 0 ? declared : postFields), data(stream, part));
    sent += part.length;
    if (round % 2 === 0) await new Promise((resolve) => setImmediate(resolve));
    if (round % 7 !== 0) peer.send(reset(stream));
    else peer.send(data(stream, "", END_STREAM));
    if (round % 20 === 0) await peer.until(() => sent - peer.given < 65_535 + 100_000, "the window");
  }
  await peer.get(9999);
  assert.ok(sent - peer.given <= 65_535, `${sent - peer.given} of ${sent} bytes are missing`);
  assert.equal(listener.stats().connections, 1);
  peer.socket.destroy();
});

test("a table that the peer makes smaller is taken notice of, and makes no difference else", async (t) => {
  const { port } = await serve(t, (exchange) => exchange.respond(ok, ["x-a", "b"], "fine"));
  const peer = new Http2Peer(port, settings([HEADER_TABLE_SIZE, 0]));
  assert.equal((await peer.get(1)).field("x-a"), "b");
  peer.send(settings([HEADER_TABLE_SIZE, 4096], [HEADER_TABLE_SIZE, 100], [HEADER_TABLE_SIZE, 2 ** 32 - 1]));
  assert.equal((await peer.get(3)).field("x-a"), "b");
  assert.equal(peer.acknowledgements, 2);
  peer.socket.destroy();
});

test("a peer may give window back for each short part of an answer, for its stream and for the connection", async (t) => {
  const parts = 500;
  const shortParts: ExchangeHandler = async (exchange) => {
    const stream = exchange.stream(ok, null);
    for (let part = 0; part < parts; part++) {
      await stream.write("0123456789");
      await new Promise((resolve) => setImmediate(resolve));
    }
    stream.end();
  };
  const { port } = await serve(t, shortParts, { limits: { controlFrames: 60 } });
  const peer = new Http2Peer(port);
  peer.send(head(1, getOf("/"), END_STREAM));
  let returned = 0;
  for (let part = 1; part <= parts; part++) {
    await peer.content(1, part * 10);
    const { length } = peer.answer(1).parts;
    for (; returned < length; returned++) peer.send(windowUpdate(1, 10), windowUpdate(0, 10));
  }
  assert.equal((await peer.whole(1)).length, parts * 10);
  assert.deepEqual(peer.goAways, []);
  peer.socket.destroy();
});
