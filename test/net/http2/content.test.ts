import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { ApiError } from "../../../src/errors/api-error.ts";
import { type Exchange, type ExchangeHandler, HeadBlock, type Limits } from "../../../src/net/index.ts";
import { END_HEADERS, END_STREAM, frame, types } from "../attacks/frames.ts";
import { ok, pause, serve } from "../peer.ts";
import { data, fieldBlock, getFields, Http2Peer, head, postFields, reset, windowUpdate } from "./peer.ts";

const PADDED = 8;
const WITH_PRIORITY = 32;
const NO_ERROR = 0;
const PROTOCOL_ERROR = 1;

/** Answers with the length and the trailers of the content, read as a whole or, by the path, in parts. */
const measure: ExchangeHandler = (exchange) => {
  void answerMeasure(exchange);
};

async function answerMeasure(exchange: Exchange): Promise<void> {
  const { body, request } = exchange;
  try {
    let length = 0;
    if (request.path === "/parts") for await (const part of body.stream()) length += part.length;
    else ({ length } = await body.bytes());
    exchange.respond(ok, null, `${body.length} ${length} ${body.trailers}`);
  } catch (error) {
    const { http = 500, code } = error as ApiError;
    exchange.respond(new HeadBlock(http), null, code);
  }
}

/** A peer on a listener that measures; content may be large. */
async function serveMeasure(t: TestContext, limits: Partial<Limits> = {}) {
  const served = await serve(t, measure, { limits: { bodyBytes: 8 * 1024 * 1024, ...limits } });
  const peer = new Http2Peer(served.port);
  t.after(() => peer.socket.destroy());
  return { ...served, peer };
}

const parts = [...postFields.slice(0, 5), "/parts", ":authority", "a"];

/** Sends content as the windows allow: the first on its connection. */
async function upload(peer: Http2Peer, stream: number, length: number, size: number): Promise<void> {
  let sent = 0;
  const initial = peer.settings.get(4) ?? 65_535;
  while (sent < length) {
    const room = (): number =>
      Math.min(initial + (peer.givenTo.get(stream) ?? 0), 65_535 + peer.given) - sent;
    await peer.until(() => room() > 0, "a window");
    const count = Math.min(room(), size, length - sent);
    sent += count;
    peer.send(data(stream, Buffer.alloc(count, "a"), sent === length ? END_STREAM : 0));
  }
}

for (const [kind, fields] of Object.entries({ whole: postFields, parts }))
  test(`contents of all sizes, read ${kind}`, async (t) => {
    const { port } = await serveMeasure(t);
    for (const length of [1, 16_384, 16_385, 65_536, 1024 * 1024, 5 * 1024 * 1024]) {
      const peer = new Http2Peer(port);
      await peer.until(() => peer.settings.size > 0);
      peer.send(head(1, fields));
      await upload(peer, 1, length, 16_384);
      assert.match((await peer.whole(1)).content.toString(), new RegExp(` ${length} null$`));
      peer.socket.destroy();
    }
  });

test("content in the smallest windows, byte by byte", async (t) => {
  const { peer } = await serveMeasure(t, { streamWindowBytes: 1 });
  await peer.until(() => peer.settings.get(4) === 1);
  peer.send(head(1, parts));
  await upload(peer, 1, 300, 1);
  assert.equal((await peer.whole(1)).content.toString(), "null 300 null");
});

test("content of a known length, and none", async (t) => {
  const { peer } = await serveMeasure(t);
  peer.send(head(1, [...postFields, "content-length", "3"]), data(1, "abc", END_STREAM));
  assert.equal((await peer.whole(1)).content.toString(), "3 3 null");
  peer.send(head(3, [...postFields, "content-length", "0"], END_STREAM));
  assert.equal((await peer.whole(3)).content.toString(), "0 0 null");
  peer.send(head(5, [...postFields, "content-length", "0"]), data(5, "", END_STREAM));
  assert.equal((await peer.whole(5)).content.toString(), "0 0 null");
  peer.send(
    head(7, [...postFields, "content-length", "3"]),
    data(7, "ab"),
    data(7, "c"),
    data(7, "", END_STREAM),
  );
  assert.equal((await peer.whole(7)).content.toString(), "3 3 null");
});

for (const [kind, fields] of Object.entries({ whole: postFields, parts }))
  test(`trailers of a request, read ${kind}, that came at once or later`, async (t) => {
    const { peer } = await serveMeasure(t);
    const trailers = (stream: number): Buffer => head(stream, ["x-sum", "1", "x-b", "2"], END_STREAM);
    peer.send(head(1, fields), data(1, "abc"), trailers(1));
    assert.match((await peer.whole(1)).content.toString(), / 3 x-sum,1,x-b,2$/);
    peer.send(head(3, fields), data(3, "abc"));
    await pause(10);
    peer.send(trailers(3));
    assert.match((await peer.whole(3)).content.toString(), / 3 x-sum,1,x-b,2$/);
    peer.send(head(5, fields), trailers(5));
    assert.match((await peer.whole(5)).content.toString(), / 0 x-sum,1,x-b,2$/);
    // Some fields are of no use after the content (RFC 9110 §6.5.1).
    peer.send(
      head(7, fields),
      head(7, ["content-length", "9", "host", "b", "authorization", "c"], END_STREAM),
    );
    assert.match((await peer.whole(7)).content.toString(), / 0 null$/);
  });

test("trailers are not there before the content is read", async (t) => {
  const seen: unknown[] = [];
  const { port } = await serve(t, async (exchange) => {
    seen.push(exchange.body.trailers);
    await exchange.body.bytes();
    seen.push(exchange.body.trailers);
    exchange.respond(ok, null, null);
  });
  const peer = new Http2Peer(port).send(head(1, postFields), data(1, "a"));
  await peer.until(() => seen.length > 0);
  peer.send(head(1, ["x-a", "b"], END_STREAM));
  await peer.whole(1);
  assert.deepEqual(seen, [null, ["x-a", "b"]]);
  peer.socket.destroy();
});

test("a reader whose peer resets the stream, or leaves, gets an error and not a part", async (t) => {
  const failures: string[] = [];
  const { port } = await serve(t, async (exchange) => {
    try {
      await exchange.body.bytes();
      failures.push("none");
    } catch (error) {
      failures.push((error as ApiError).code);
    }
  });
  const ways: readonly ((peer: Http2Peer) => unknown)[] = [
    (peer) => peer.send(reset(1)),
    (peer) => peer.socket.end(),
    (peer) => peer.socket.resetAndDestroy(),
  ];
  for (const [index, leave] of ways.entries()) {
    const peer = new Http2Peer(port).send(head(1, postFields), data(1, "abc"));
    await pause(20);
    leave(peer);
    await peer.until(() => failures.length === index + 1, `failure ${index}`);
    peer.socket.destroy();
  }
  assert.deepEqual(failures, ["CANCELLED", "CANCELLED", "CANCELLED"]);
});

test("padding of HEADERS and DATA is not content, and is given back", async (t) => {
  const { peer } = await serveMeasure(t, { connectionWindowBytes: 65_535 });
  const padded = (type: number, flags: number, stream: number, content: Buffer, padding: number): Buffer =>
    frame(
      type,
      flags | PADDED,
      stream,
      Buffer.concat([Buffer.from([padding]), content, Buffer.alloc(padding)]),
    );
  for (let stream = 1; stream < 1200; stream += 2) {
    peer.send(
      padded(types.headers, END_HEADERS, stream, fieldBlock(postFields), 3),
      padded(types.data, 0, stream, Buffer.from("ab"), 255),
      padded(types.data, END_STREAM, stream, Buffer.from("c"), 0),
    );
    if (stream % 40 === 1) await peer.whole(stream);
  }
  assert.equal((await peer.whole(1199)).content.toString(), "3 3 null");
});

test("a head in many frames, with padding and priority", async (t) => {
  const { port } = await serve(t, (exchange) => {
    exchange.respond(ok, null, exchange.request.header("x-a") ?? "");
  });
  const peer = new Http2Peer(port);
  const block = fieldBlock([...getFields, "x-a", "b".repeat(1000)]);
  const prefix = Buffer.from([4, 0, 0, 0, 0, 15]);
  const first = Buffer.concat([prefix, block.subarray(0, 7), Buffer.alloc(4)]);
  const rest = [block.subarray(7, 8), block.subarray(8, 8), block.subarray(8, 500), block.subarray(500)];
  peer.send(frame(types.headers, END_STREAM | PADDED | WITH_PRIORITY, 1, first));
  for (const [index, part] of rest.entries()) {
    await pause(5);
    peer.send(frame(types.continuation, index === 3 ? END_HEADERS : 0, 1, part));
  }
  assert.equal((await peer.whole(1)).content.toString(), "b".repeat(1000));
  peer.socket.destroy();
});

test("Expect: 100-continue is answered when the content is wanted, and only then", async (t) => {
  const { port } = await serve(t, async (exchange) => {
    const { path } = exchange.request;
    if (path === "/refused") exchange.respond(new HeadBlock(403), null, "no");
    else if (path === "/late") setTimeout(measure, 30, exchange);
    else measure(exchange);
  });
  const peer = new Http2Peer(port);
  const expecting = (path: string) => [
    ...[...postFields.slice(0, 5), path, ":authority", "a"],
    ...["expect", "100-Continue", "content-length", "3"],
  ];
  for (const [index, path] of ["/whole", "/parts", "/late"].entries()) {
    const stream = 2 * index + 1;
    peer.send(head(stream, expecting(path)));
    await peer.until(() => peer.answer(stream).interim.length > 0, "a 100");
    peer.send(data(stream, "abc", END_STREAM));
    const answer = await peer.whole(stream);
    assert.deepEqual([answer.interim, answer.content.toString()], [[[":status", "100"]], "3 3 null"]);
  }
  peer.send(head(7, expecting("/refused")));
  const refused = await peer.whole(7);
  assert.deepEqual([refused.status, refused.interim], ["403", []]);
  assert.equal(await peer.resets(7), NO_ERROR);
  peer.send(head(9, expecting("/whole")), data(9, "abc", END_STREAM));
  assert.deepEqual((await peer.whole(9)).interim, []);
  peer.socket.destroy();
});

test("an answer before the content has come: small rests are taken in, large ones reset without error", async (t) => {
  const { port, listener } = await serve(t, (exchange) => exchange.respond(ok, null, "early"), {
    limits: { discardBytes: 20_000, lingerMs: 100 },
  });
  const peer = new Http2Peer(port);
  peer.send(head(1, postFields));
  assert.equal((await peer.whole(1)).content.toString(), "early");
  peer.send(data(1, Buffer.alloc(10_000)), data(1, Buffer.alloc(5000), END_STREAM));
  await peer.get(3);
  assert.equal(peer.answer(1).code, -1);
  peer.send(head(5, postFields), data(5, Buffer.alloc(16_384)), data(5, Buffer.alloc(16_384)));
  assert.equal(await peer.resets(5), NO_ERROR);
  peer.send(data(5, Buffer.alloc(16_384), END_STREAM));
  peer.send(head(7, [...postFields, "content-length", "1000000"]));
  assert.equal(await peer.resets(7), NO_ERROR);
  // Nothing comes at all: the time to linger is over.
  peer.send(head(9, postFields));
  assert.equal(await peer.resets(9), NO_ERROR);
  for (const stream of [5, 7, 9]) assert.equal(peer.answer(stream).content.toString(), "early");
  assert.equal((await peer.get(11)).content.toString(), "early");
  assert.deepEqual(listener.stats().rejectedByCode, {});
  peer.socket.destroy();
});

test("content over the limit is 413: by its length at once, by itself as it comes", async (t) => {
  const { peer, listener } = await serveMeasure(t, { bodyBytes: 30_000, discardBytes: 1 });
  peer.send(head(1, [...postFields, "content-length", "30001"]));
  assert.equal((await peer.whole(1)).status, "413");
  for (const [stream, fields] of [[3, postFields] as const, [5, parts] as const]) {
    peer.send(head(stream, fields), data(stream, Buffer.alloc(16_000)), data(stream, Buffer.alloc(16_000)));
    const answer = await peer.whole(stream);
    assert.deepEqual([answer.status, answer.content.toString()], ["413", "CONTENT_TOO_LARGE"]);
  }
  peer.send(head(7, postFields), data(7, Buffer.alloc(16_000)), data(7, Buffer.alloc(14_000), END_STREAM));
  assert.equal((await peer.whole(7)).content.toString(), "30000 30000 null");
  assert.equal(listener.stats().connections, 1);
});

test("content and its declared length disagree, while the handler reads it already", async (t) => {
  const failures: string[] = [];
  const { port, listener } = await serve(t, async (exchange) => {
    try {
      exchange.respond(ok, null, await exchange.body.bytes());
    } catch (error) {
      failures.push((error as ApiError).code);
    }
  });
  const peer = new Http2Peer(port);
  const declared = [...postFields, "content-length", "3"];
  const endings = [
    (stream: number) => data(stream, "bcd"),
    (stream: number) => data(stream, "b", END_STREAM),
    (stream: number) => data(stream, "", END_STREAM),
    (stream: number) => head(stream, ["x-a", "b"], END_STREAM),
  ];
  for (const [index, ending] of endings.entries()) {
    const stream = 2 * index + 1;
    peer.send(head(stream, declared), data(stream, "a"));
    await peer.until(() => listener.stats().requests === index + 1);
    peer.send(ending(stream));
    assert.equal(await peer.resets(stream), PROTOCOL_ERROR, `ending ${index}`);
  }
  await peer.until(() => failures.length === endings.length);
  assert.deepEqual(new Set(failures), new Set(["CANCELLED"]));
  assert.equal(listener.stats().rejectedByCode["MALFORMED_REQUEST"], endings.length);
  peer.send(head(99, declared), data(99, "abc", END_STREAM));
  assert.equal((await peer.whole(99)).content.toString(), "abc");
  peer.socket.destroy();
});

test("a handler that does not read holds its peer back, and no other stream", async (t) => {
  const exchanges: Exchange[] = [];
  const { port } = await serve(
    t,
    (exchange) => {
      if (exchange.request.method === "GET") exchange.respond(ok, null, "others");
      else exchanges.push(exchange);
    },
    { limits: { streamWindowBytes: 65_535, bodyMs: 60, inputBytes: 10_000 } },
  );
  const peer = new Http2Peer(port).send(head(1, postFields), ...Array(4).fill(data(1, Buffer.alloc(16_000))));
  await peer.until(() => exchanges.length === 1);
  await pause(150);
  assert.equal(peer.givenTo.get(1), undefined);
  assert.equal((await peer.get(3)).content.toString(), "others");
  const read = exchanges[0]?.body.bytes();
  await peer.until(() => (peer.givenTo.get(1) ?? 0) > 0, "a window");
  peer.send(data(1, "abc", END_STREAM));
  assert.equal((await read)?.length, 64_003);
  peer.send(windowUpdate(0, 1));
  peer.socket.destroy();
});

test("content is there for who reads it after other content has come, by whichever way", async (t) => {
  const exchanges: Exchange[] = [];
  const { port } = await serve(t, (exchange) => void exchanges.push(exchange));
  const peer = new Http2Peer(port);
  const contents = ["first", "second", "third", "fourth"];
  for (const [index, content] of contents.entries()) {
    const stream = 2 * index + 1;
    // Each in a read of its own, and the last one with another in the same.
    if (index < 3) peer.send(head(stream, postFields), data(stream, content, END_STREAM));
    else
      peer.send(
        head(stream, postFields),
        data(stream, content, END_STREAM),
        ...[head(9, postFields), data(9, "x".repeat(200), END_STREAM)],
      );
    await peer.until(() => exchanges.length > index);
  }
  const [first, second, third, fourth] = exchanges;
  assert.equal(Buffer.from((await first?.body.bytes()) ?? "").toString(), "first");
  for await (const part of second?.body.stream() ?? []) assert.equal(Buffer.from(part).toString(), "second");
  await third?.body.each((part) => assert.equal(Buffer.from(part).toString(), "third"));
  assert.equal(Buffer.from((await fourth?.body.bytes(undefined, "passing")) ?? "").toString(), "fourth");
  for (const exchange of exchanges) exchange.respond(ok, null, null);
  peer.socket.destroy();
});

test("content that nobody has read goes with the answer, and is never that of others", async (t) => {
  const answered: Exchange[] = [];
  const streaming: Exchange[] = [];
  const { port } = await serve(t, (exchange) => {
    if (exchange.request.method === "GET") streaming.push(exchange);
    else answered.push(exchange);
    if (exchange.request.method === "GET") exchange.stream(ok, null);
    else exchange.respond(ok, null, null);
  });
  const peer = new Http2Peer(port);
  peer.send(
    head(1, postFields),
    data(1, "mine", END_STREAM),
    head(3, getFields),
    data(3, "kept", END_STREAM),
  );
  await peer.until(() => answered.length === 1 && streaming.length === 1);
  peer.send(head(5, postFields), data(5, "theirs, and longer", END_STREAM));
  await peer.until(() => answered.length === 2);
  await assert.rejects(async () => await answered[0]?.body.bytes(), { code: "CANCELLED" });
  // An answer in parts may go on while the content is read.
  assert.equal(Buffer.from((await streaming[0]?.body.bytes()) ?? "").toString(), "kept");
  peer.socket.destroy();
});
