import assert from "node:assert/strict";
import { test } from "node:test";
import { type Exchange, HeadBlock, Trailers } from "../../src/net/index.ts";
import { get, ok, Peer, serve } from "./peer.ts";

const checksum = new Trailers(["x-checksum", "abc", "x-count", "3"]);
const post = (trailer: string): string =>
  `POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n${trailer}\r\n`;

test("trailers follow the answer to a peer that takes them, whole or in parts", async (t) => {
  const { port } = await serve(t, (exchange) => {
    if (exchange.request.path === "/whole") exchange.respond(ok, null, "content", checksum);
    else {
      const stream = exchange.stream(ok, null);
      void stream.write("content");
      stream.end(checksum);
    }
  });
  for (const path of ["/whole", "/parts"]) {
    const text = await new Peer(port).send(get(path, "TE: gzip, Trailers\r\nConnection: close\r\n")).closes();
    assert.match(text, /transfer-encoding: chunked\r\n/, path);
    assert.ok(
      text.endsWith("\r\n\r\n7\r\ncontent\r\n0\r\nx-checksum: abc\r\nx-count: 3\r\n\r\n"),
      `${path}: ${text}`,
    );
  }
});

test("trailers are left out for a peer that has not asked for them", async (t) => {
  const { port } = await serve(t, (exchange) => {
    exchange.respond(ok, null, exchange.request.method === "HEAD" ? "" : "content", checksum);
  });
  const plain = await new Peer(port).send(get("/", "Connection: close\r\n")).closes();
  assert.match(plain, /content-length: 7\r\n/);
  assert.doesNotMatch(plain, /x-checksum/);
  const old = await new Peer(port).send("GET / HTTP/1.0\r\nTE: trailers\r\n\r\n").closes();
  assert.doesNotMatch(old, /x-checksum|chunked/);
  const head = await new Peer(port)
    .send("HEAD / HTTP/1.1\r\nHost: a\r\nTE: trailers\r\nConnection: close\r\n\r\n")
    .closes();
  assert.doesNotMatch(head, /x-checksum/);
});

test("a trailer that cannot be sent is refused where it is written", async (t) => {
  let thrown: unknown;
  const { port } = await serve(t, (exchange) => {
    const stream = exchange.stream(ok, null);
    try {
      stream.end(new Trailers(["x-a", "split\r\nx-b: c"]));
    } catch (error) {
      thrown = error;
      stream.abort();
    }
  });
  await new Peer(port).send(get("/", "TE: trailers\r\n")).closes();
  assert.ok(thrown instanceof TypeError);
});

test("trailers of a request are there once its content is whole", async (t) => {
  const seen: (readonly string[] | null)[] = [];
  const { port } = await serve(t, async (exchange: Exchange) => {
    await exchange.body.bytes();
    seen.push(exchange.body.trailers);
    exchange.respond(ok, null, null);
  });
  const send = (trailer: string): Promise<string> => new Peer(port).send(post(trailer)).closes();
  await send("X-Sum:  abc \t\r\nx-empty:\r\n");
  await send("");
  // What says how the message is to be read comes too late, or is an attack (RFC 9110 §6.5.1).
  await send("Content-Length: 3\r\nTransfer-Encoding: chunked\r\nHost: b\r\nAuthorization: x\r\nX-B: c\r\n");
  assert.deepEqual(seen, [["x-sum", "abc", "x-empty", ""], null, ["x-b", "c"]]);
});

test("trailers that are no fields, or too many, are refused", async (t) => {
  const { port } = await serve(t, async (exchange: Exchange) => {
    try {
      await exchange.body.bytes();
      exchange.respond(ok, null, null);
    } catch (error) {
      exchange.respond(new HeadBlock((error as { http: number }).http), null, null);
    }
  });
  const status = async (trailer: string): Promise<string> =>
    (await new Peer(port).send(post(trailer)).closes()).slice(9, 12);
  assert.equal(await status("X-A b\r\n"), "400");
  assert.equal(await status("X-A: b\nX-C: d\r\n"), "400");
  assert.equal(await status(" X-A: b\r\n"), "400");
  assert.equal(await status("X-A: \x00\r\n"), "400");
  assert.equal(await status(`X-A: ${"b".repeat(9000)}\r\n`), "431");
});
