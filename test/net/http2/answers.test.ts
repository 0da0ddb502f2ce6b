import assert from "node:assert/strict";
import { test } from "node:test";
import { type Exchange, HeadBlock, type ResponseStream, Trailers } from "../../../src/net/index.ts";
import { settings } from "../attacks/frames.ts";
import { ok, pause, serve } from "../peer.ts";
import { getOf, Http2Peer, reset, windowUpdate } from "./peer.ts";

const INTERNAL_ERROR = 2;
const headFields = [":method", "HEAD", ":scheme", "http", ":path", "/", ":authority", "a"];

/** A peer whose windows never end. */
function thirstyPeer(port: number): Http2Peer {
  return new Http2Peer(port, settings([4, 2 ** 31 - 1])).send(windowUpdate(0, 2 ** 30));
}

test("an answer has its status, fields, length and date", async (t) => {
  const { port } = await serve(t, (exchange) => {
    const { method, path, query, connection } = exchange.request;
    const text = `${connection.httpVersion} ${method} ${path} ${query}`;
    exchange.respond(new HeadBlock(201, ["x-a", "b"]), ["X-C", " d "], text);
  });
  const peer = new Http2Peer(port);
  const answer = await peer.get(1, getOf("/a%20b?c=d"));
  assert.equal(answer.content.toString(), "2 GET /a%20b c=d");
  assert.deepEqual(answer.fields.slice(0, 6), [":status", "201", "x-a", "b", "x-c", "d"]);
  assert.match(answer.field("date") ?? "", / GMT$/);
  assert.equal(answer.field("content-length"), "16");
  peer.socket.destroy();
});

test("contents of all sizes, as text and as bytes, on one connection", async (t) => {
  const sizes = [0, 1, 16_383, 16_384, 16_385, 65_535, 65_536, 1024 * 1024];
  const { port } = await serve(t, (exchange) => {
    const [, kind, size] = exchange.request.path.split("/");
    const content = Buffer.alloc(Number(size), "0123456789");
    exchange.respond(ok, null, kind === "text" ? content.toString() : content);
  });
  const peer = thirstyPeer(port);
  let stream = 1;
  for (const size of sizes)
    for (const kind of ["text", "bytes"]) {
      const answer = await peer.get(stream, getOf(`/${kind}/${size}`));
      assert.ok(answer.content.equals(Buffer.alloc(size, "0123456789")), `${size} of ${kind}`);
      assert.equal(answer.field("content-length"), String(size));
      stream += 2;
    }
  peer.socket.destroy();
});

test("text beyond latin1 is counted in bytes", async (t) => {
  const { port } = await serve(t, (exchange) => exchange.respond(ok, null, "žluťoučký"));
  const peer = new Http2Peer(port);
  const answer = await peer.get(1);
  assert.equal(answer.content.toString(), "žluťoučký");
  assert.equal(answer.field("content-length"), String(Buffer.byteLength("žluťoučký")));
  peer.socket.destroy();
});

test("HEAD, 204 and 304 have no content, answered whole or in parts", async (t) => {
  const { port } = await serve(t, (exchange) => {
    const status = exchange.request.path === "/" ? 200 : Number(exchange.request.path.slice(1));
    const block = new HeadBlock(status);
    if (exchange.request.query === null) exchange.respond(block, null, "content");
    else {
      const stream = exchange.stream(block, null);
      void stream.write("content");
      stream.end();
    }
  });
  const peer = new Http2Peer(port);
  const asked = [
    { fields: headFields, status: "200", length: "7" },
    { fields: getOf("/204"), status: "204", length: undefined },
    { fields: getOf("/304"), status: "304", length: undefined },
    { fields: [...headFields.slice(0, 5), "/?parts", ":authority", "a"], status: "200", length: undefined },
    { fields: getOf("/204?parts"), status: "204", length: undefined },
  ];
  for (const [index, { fields, status, length }] of asked.entries()) {
    const answer = await peer.get(2 * index + 1, fields);
    assert.deepEqual(
      [answer.status, answer.field("content-length"), answer.parts.length],
      [status, length, 0],
      `case ${index}`,
    );
  }
  assert.equal((await peer.get(99)).content.toString(), "content");
  peer.socket.destroy();
});

test("trailers follow the content of both kinds of answers, and no content", async (t) => {
  const trailers = new Trailers(["grpc-status", "0", "x-a", "b"]);
  const { port } = await serve(t, async (exchange) => {
    const { path } = exchange.request;
    if (path === "/whole") exchange.respond(ok, null, "whole", trailers);
    else if (path === "/large") exchange.respond(ok, null, Buffer.alloc(100_000), trailers);
    else if (path === "/none") exchange.respond(ok, null, null, trailers);
    else {
      const stream = exchange.stream(ok, null);
      await stream.write("parts");
      stream.end(trailers);
    }
  });
  const peer = thirstyPeer(port);
  const paths = { "/whole": 5, "/large": 100_000, "/none": 0, "/parts": 5 };
  let stream = 1;
  for (const [path, length] of Object.entries(paths)) {
    const answer = await peer.get(stream, getOf(path));
    assert.deepEqual([answer.length, answer.trailers], [length, ["grpc-status", "0", "x-a", "b"]], path);
    assert.equal(answer.field("content-length"), undefined);
    stream += 2;
  }
  peer.socket.destroy();
});

test("interim answers come before the final one", async (t) => {
  const { port } = await serve(t, (exchange) => {
    exchange.inform(new HeadBlock(103), ["link", "</a.css>; rel=preload"]);
    exchange.inform(new HeadBlock(102), null);
    assert.throws(() => exchange.inform(ok, null), RangeError);
    assert.throws(() => exchange.inform(new HeadBlock(101), null), RangeError);
    exchange.respond(ok, null, "final");
    assert.throws(() => exchange.inform(new HeadBlock(103), null), /answered already/);
  });
  const peer = new Http2Peer(port);
  const answer = await peer.get(1);
  assert.deepEqual(answer.interim, [
    [":status", "103", "link", "</a.css>; rel=preload"],
    [":status", "102"],
  ]);
  assert.equal(answer.content.toString(), "final");
  peer.socket.destroy();
});

test("a head that is larger than a frame goes on in CONTINUATION, and is not interrupted", async (t) => {
  const fields = Array.from({ length: 40 }, (_, index) => [`x-${index}`, `${index}`.repeat(1000)]).flat();
  const { port } = await serve(t, (exchange) => {
    if (exchange.request.path === "/large") exchange.respond(ok, fields, "content", new Trailers(fields));
    else exchange.respond(ok, null, "small");
  });
  const peer = new Http2Peer(port);
  const [large, small] = await Promise.all([peer.get(1, getOf("/large")), peer.get(3)]);
  assert.deepEqual(large.fields.slice(4, 84), fields);
  assert.deepEqual(large.trailers, fields);
  assert.equal(small.content.toString(), "small");
  assert.ok(peer.blockSizes.every((size) => size <= 16_384));
  assert.ok(peer.blockSizes.length > 6);
  peer.socket.destroy();
});

test("a handler that throws: 500 before the answer, a reset amid it, nothing after it", async (t) => {
  const rejected: string[] = [];
  const { port } = await serve(
    t,
    (exchange) => {
      const { path } = exchange.request;
      if (path === "/amid") void exchange.stream(ok, null).write("half");
      if (path === "/after") exchange.respond(ok, null, "whole");
      if (path !== "/") throw new Error("a secret");
      exchange.respond(ok, null, "fine");
    },
    { onRejected: (error) => rejected.push(error.code) },
  );
  const peer = new Http2Peer(port);
  const before = await peer.get(1, getOf("/before"));
  assert.equal(before.status, "500");
  assert.doesNotMatch(before.content.toString(), /secret/);
  await assert.rejects(peer.get(3, getOf("/amid")), /reset with 2/);
  assert.equal(peer.answer(3).code, INTERNAL_ERROR);
  assert.equal((await peer.get(5, getOf("/after"))).content.toString(), "whole");
  assert.equal((await peer.get(7)).content.toString(), "fine");
  assert.deepEqual(rejected, ["INTERNAL", "INTERNAL", "INTERNAL"]);
  peer.socket.destroy();
});

test("what cannot be sent is refused to the handler, who can still answer", async (t) => {
  const { port } = await serve(t, (exchange) => {
    for (const fields of [
      ["x-a", "b\r\nc: d"],
      ["x-a", "b\0"],
      ["x-a", "ž"],
      ["x a", "b"],
      ["", "b"],
      [":status", "200"],
      ["connection", "close"],
      ["transfer-encoding", "chunked"],
      ["content-length", "3"],
    ])
      assert.throws(() => exchange.respond(ok, fields, "x"), TypeError, fields.join());
    assert.throws(() => exchange.respond(new HeadBlock(103), null, null), RangeError);
    exchange.respond(ok, ["x-a", "b"], "x");
    assert.throws(() => exchange.respond(ok, null, "again"), /answered already/);
    assert.throws(() => exchange.stream(ok, null), /answered already/);
  });
  const peer = new Http2Peer(port);
  assert.equal((await peer.get(1)).field("x-a"), "b");
  peer.socket.destroy();
});

test("an answer in parts waits for the peer's window", async (t) => {
  let written = 0;
  let state = "";
  const { port } = await serve(t, async (exchange) => {
    const stream = exchange.stream(ok, null);
    for (let part = 0; part < 20; part += 1) {
      await stream.write(Buffer.alloc(10_000, "a"));
      written += 1;
    }
    stream.end();
    state = "ended";
  });
  const peer = new Http2Peer(port);
  const asked = peer.get(1);
  await peer.content(1, 65_535);
  await pause(30);
  assert.deepEqual([written, state, peer.answer(1).length], [6, "", 65_535]);
  peer.send(windowUpdate(1, 10_000), windowUpdate(0, 10_000));
  await peer.content(1, 75_535);
  await pause(30);
  assert.equal(written, 7);
  peer.send(windowUpdate(0, 2 ** 20), windowUpdate(1, 2 ** 20));
  assert.equal((await asked).length, 200_000);
  assert.equal(state, "ended");
  peer.socket.destroy();
});

test("a write that waits is rejected when the peer resets the stream, and writes after that", async (t) => {
  const failures: string[] = [];
  const streams: ResponseStream[] = [];
  const { port } = await serve(t, async (exchange) => {
    if (exchange.request.path === "/other") {
      exchange.respond(ok, null, "other");
      return;
    }
    const stream = exchange.stream(ok, null);
    streams.push(stream);
    for (let round = 0; round < 2; round += 1)
      try {
        await stream.write(Buffer.alloc(70_000));
      } catch (error) {
        failures.push((error as { code: string }).code);
      }
    stream.end();
    stream.abort();
  });
  const peer = new Http2Peer(port);
  void peer.get(1).catch(() => {});
  await peer.content(1, 65_535);
  peer.send(reset(1), windowUpdate(0, 65_535));
  await peer.until(() => failures.length === 2);
  assert.deepEqual(failures, ["CANCELLED", "CANCELLED"]);
  assert.equal((await peer.get(3, getOf("/other"))).content.toString(), "other");
  assert.throws(() => streams[0]?.write("x"), /ended/);
  peer.socket.destroy();
});

test("an answer that is broken off is a reset, not an end", async (t) => {
  const { port } = await serve(t, (exchange) => {
    const stream = exchange.stream(ok, null);
    void stream.write("half");
    setTimeout(() => stream.abort(), 5);
  });
  const peer = new Http2Peer(port);
  await assert.rejects(peer.get(1), /reset with 2/);
  assert.equal(peer.answer(1).content.toString(), "half");
  peer.socket.destroy();
});

test("answers find their streams in whatever order they are given", async (t) => {
  const exchanges: Exchange[] = [];
  const { port } = await serve(t, (exchange) => {
    exchanges.push(exchange);
    if (exchanges.length < 3) return;
    for (const each of exchanges.reverse()) each.respond(ok, null, each.request.path);
  });
  const peer = new Http2Peer(port);
  const answers = await Promise.all([1, 3, 5].map((stream) => peer.get(stream, getOf(`/${stream}`))));
  assert.deepEqual(
    answers.map(({ content }) => content.toString()),
    ["/1", "/3", "/5"],
  );
  peer.socket.destroy();
});
