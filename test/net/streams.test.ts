import assert from "node:assert/strict";
import { test } from "node:test";
import { type Exchange, HeadBlock, type ResponseStream } from "../../src/net/index.ts";
import { get, ok, Peer, pause, serve } from "./peer.ts";

test("streams in chunks and keeps the connection", async (t) => {
  const { port } = await serve(t, async (exchange) => {
    const stream = exchange.stream(ok, ["x-a", "b"]);
    await stream.write("text");
    await stream.write("");
    await stream.write(new Uint8Array([1, 2, 3]));
    await pause(10);
    await stream.write("é");
    await stream.write(Buffer.alloc(20_000, 120));
    stream.end();
    stream.end();
  });
  const peer = new Peer(port).send(get() + get());
  const [first, second] = await peer.answersUpTo(2);
  assert.match(first?.head ?? "", /transfer-encoding: chunked\r\n/);
  assert.match(first?.head ?? "", /x-a: b\r\n/);
  assert.doesNotMatch(first?.head ?? "", /content-length/);
  assert.equal(first?.body, `text\x01\x02\x03\xc3\xa9${"x".repeat(20_000)}`);
  assert.deepEqual(second?.body, first?.body);
  peer.socket.destroy();
});

test("to HTTP/1.0 the end of the connection is the end of the stream", async (t) => {
  const { port } = await serve(t, (exchange) => {
    const stream = exchange.stream(ok, null);
    void stream.write("one");
    void stream.write("two");
    stream.end();
  });
  const text = await new Peer(port).send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").closes();
  assert.match(text, /connection: close\r\n\r\nonetwo$/);
  assert.doesNotMatch(text, /transfer-encoding/);
});

test("streams to HEAD, and with 204, have no content", async (t) => {
  const { port } = await serve(t, (exchange) => {
    const block = exchange.request.path === "/204" ? new HeadBlock(204) : ok;
    const stream = exchange.stream(block, null);
    void stream.write("never");
    stream.end();
  });
  const peer = new Peer(port).send(
    `HEAD / HTTP/1.1\r\nHost: a\r\n\r\n${get("/204")}${get("/", "Connection: close\r\n")}`,
  );
  const text = await peer.closes();
  assert.equal(text.match(/never/g)?.length, 1);
  assert.equal(text.match(/HTTP\/1\.1 /g)?.length, 3);
});

test("write waits while the peer does not read", async (t) => {
  let stream: ResponseStream | undefined;
  let written = 0;
  let done = false;
  const part = Buffer.alloc(64 * 1024, 120);
  const { port } = await serve(t, async (exchange) => {
    stream = exchange.stream(ok, null);
    for (; written < 1000; written += 1) await stream.write(part);
    stream.end();
    done = true;
  });
  const peer = new Peer(port).send(get());
  peer.socket.pause();
  // Until the buffers of the system are full and nothing moves any more.
  for (let before = -1; before !== written; await pause(150)) before = written;
  assert.ok(written > 0 && written < 900, `${written} parts were written to a peer that does not read`);
  peer.socket.removeAllListeners("data");
  peer.socket.on("data", () => {});
  peer.socket.resume();
  await peer.until(() => done);
  peer.socket.destroy();
});

test("abort shows the peer that the answer is incomplete", async (t) => {
  const { port } = await serve(t, async (exchange) => {
    const stream = exchange.stream(ok, null);
    await stream.write("part");
    await pause(10);
    stream.abort();
  });
  const chunked = new Peer(port).send(get());
  await chunked.receives("part");
  await chunked.closes();
  assert.doesNotMatch(chunked.text, /\r\n0\r\n\r\n/);
  const closeDelimited = new Peer(port).send("GET / HTTP/1.0\r\n\r\n");
  await closeDelimited.until(() => closeDelimited.failed, "the RST");
});

test("writes to a peer that is gone are rejected, and crash nothing if nobody looks", async (t) => {
  let stream: ResponseStream | undefined;
  let exchange: Exchange | undefined;
  const { port, listener } = await serve(t, (made) => {
    exchange = made;
    stream = made.stream(ok, null);
    void stream.write("part");
  });
  const peer = new Peer(port).send(get());
  await peer.receives("part");
  peer.socket.resetAndDestroy();
  await peer.until(() => listener.stats().connections === 0);
  void stream?.write("unseen");
  await assert.rejects(async () => await stream?.write("late"), { code: "CANCELLED" });
  stream?.end();
  assert.equal(exchange?.signal.aborted, true);
});

test("a write that waits is rejected when the peer goes", async (t) => {
  const failures: unknown[] = [];
  const { port } = await serve(t, async (exchange) => {
    const stream = exchange.stream(ok, null);
    try {
      for (;;) await stream.write(Buffer.alloc(64 * 1024));
    } catch (error) {
      failures.push(error);
    }
  });
  const peer = new Peer(port).send(get());
  peer.socket.pause();
  await pause(150);
  assert.deepEqual(failures, []);
  peer.socket.resetAndDestroy();
  await peer.until(() => failures.length > 0);
  assert.match(String(failures[0]), /cancelled/);
});

test("request and answer can stream at the same time", async (t) => {
  const { port } = await serve(t, async (exchange) => {
    const stream = exchange.stream(ok, null);
    for await (const part of exchange.body.stream()) await stream.write(part);
    stream.end();
  });
  const peer = new Peer(port).send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
  for (const part of ["one", "two"]) {
    peer.send(`3\r\n${part}\r\n`);
    await peer.receives(part);
  }
  peer.send(`0\r\n\r\n`);
  assert.equal((await peer.answersUpTo(1))[0]?.body, "onetwo");
  assert.doesNotMatch(peer.text, /connection: close/);
  peer.socket.destroy();
});
