import assert from "node:assert/strict";
import { test } from "node:test";
import type { ApiError } from "../../src/errors/api-error.ts";
import type { Exchange, ExchangeHandler } from "../../src/net/index.ts";
import { echo, get, ok, Peer, pause, post, serve } from "./peer.ts";

const head = (fields: string): string => `POST /p HTTP/1.1\r\nHost: a\r\n${fields}\r\n`;

/** Reads the whole content and answers with the code of what went wrong. */
function reading(limit?: number, seen: string[] = []): ExchangeHandler {
  return async (exchange) => {
    try {
      const content = await exchange.body.bytes(limit);
      seen.push(`${content.length}`);
      exchange.respond(ok, null, `${content.length}`);
    } catch (error) {
      seen.push((error as ApiError).code);
      exchange.respond(ok, null, (error as ApiError).code);
    }
  };
}

test("content that came with its head is there at once, by length or in chunks", async (t) => {
  const kinds: unknown[] = [];
  const { port } = await serve(t, (exchange) => {
    const content = exchange.body.bytes();
    kinds.push(content instanceof Uint8Array, exchange.body.length);
    exchange.respond(ok, null, content instanceof Uint8Array ? Buffer.from(content).toString() : "later");
  });
  const chunked = `${head("Transfer-Encoding: chunked\r\n")}2\r\nab\r\n1\r\nc\r\n0\r\n\r\n`;
  const peer = new Peer(port).send(post("abc") + chunked + get());
  const answers = await peer.answersUpTo(3);
  assert.deepEqual(
    answers.map((answer) => answer.body),
    ["abc", "abc", ""],
  );
  assert.deepEqual(kinds, [true, 3, true, null, true, 0]);
  peer.socket.destroy();
});

test("content that comes later is waited for", async (t) => {
  const { port } = await serve(t, echo);
  const peer = new Peer(port).send(head("Content-Length: 6\r\n"));
  await pause(20);
  peer.send("abc");
  await pause(20);
  peer.send(`def${get("/next")}`);
  const answers = await peer.answersUpTo(2);
  assert.deepEqual(
    answers.map((answer) => answer.body),
    ["POST /p null abcdef", "GET /next null "],
  );
  peer.socket.destroy();
});

test("a handler's own limit holds for each way of sending", async (t) => {
  const { port } = await serve(t, reading(4));
  const long = "x".repeat(10);
  const late = new Peer(port).send(head("Content-Length: 10\r\n"));
  assert.equal((await late.answersUpTo(1))[0]?.body, "CONTENT_TOO_LARGE");
  const whole = new Peer(port).send(post(long));
  assert.equal((await whole.answersUpTo(1))[0]?.body, "CONTENT_TOO_LARGE");
  const chunked = new Peer(port).send(`${head("Transfer-Encoding: chunked\r\n")}3\r\nabc\r\n`);
  await pause(20);
  chunked.send("3\r\ndef\r\n");
  assert.equal((await chunked.answersUpTo(1))[0]?.body, "CONTENT_TOO_LARGE");
  for (const peer of [late, whole, chunked]) peer.socket.destroy();
});

test("100 Continue is sent when the content is asked for", async (t) => {
  const exchanges: Exchange[] = [];
  const { port } = await serve(t, (exchange) => void exchanges.push(exchange));
  const peer = new Peer(port).send(head("Content-Length: 3\r\nExpect: 100-Continue\r\n"));
  await peer.until(() => exchanges.length === 1);
  await pause();
  assert.equal(peer.text, "");
  const content = exchanges[0]?.body.bytes();
  await peer.receives("HTTP/1.1 100 Continue\r\n\r\n");
  peer.send("abc");
  assert.equal(Buffer.from((await content) ?? []).toString(), "abc");
  exchanges[0]?.respond(ok, null, "done");
  await peer.receives("done");
  assert.equal(peer.text.match(/100 Continue/g)?.length, 1);
  assert.doesNotMatch(peer.text, /connection: close/);
  peer.socket.destroy();
});

test("an answer without reading sends no 100 and closes", async (t) => {
  const { port } = await serve(t, (exchange) => exchange.respond(ok, null, "no need"));
  const peer = new Peer(port).send(head("Content-Length: 3\r\nExpect: 100-continue\r\n"));
  const text = await peer.closes();
  assert.match(text, /^HTTP\/1\.1 200 [\s\S]*connection: close\r\n[\s\S]*no need$/);
});

test("no 100 when the content has begun to come, nor for HTTP/1.0", async (t) => {
  const { port } = await serve(t, echo);
  const eager = new Peer(port).send(`${head("Content-Length: 3\r\nExpect: 100-continue\r\n")}a`);
  await pause(20);
  eager.send("bc");
  assert.equal((await eager.answersUpTo(1))[0]?.body, "POST /p null abc");
  assert.doesNotMatch(eager.text, /100/);
  const old = new Peer(port).send("POST / HTTP/1.0\r\nContent-Length: 1\r\nExpect: 100-continue\r\n\r\n");
  await pause(20);
  old.send("a");
  assert.doesNotMatch(await old.closes(), /100 Continue/);
  eager.socket.destroy();
});

test("little unread content is skipped and the connection goes on", async (t) => {
  const { port } = await serve(t, (exchange) => exchange.respond(ok, null, exchange.request.path));
  const peer = new Peer(port).send(head("Content-Length: 30000\r\n"));
  await peer.answersUpTo(1);
  peer.send("x".repeat(30_000) + get("/next"));
  const answers = await peer.answersUpTo(2);
  assert.deepEqual(
    answers.map((answer) => answer.body),
    ["/p", "/next"],
  );
  peer.socket.destroy();
});

test("much unread content, or content of unknown length, closes the connection after the answer", async (t) => {
  const { port } = await serve(t, (exchange) => exchange.respond(ok, null, "early"));
  for (const fields of ["Content-Length: 900000\r\n", "Transfer-Encoding: chunked\r\n"]) {
    const peer = new Peer(port).send(`${head(fields)}3\r\nabc\r\n`);
    const text = await peer.closes();
    assert.match(text, /connection: close\r\n[\s\S]*early$/);
    assert.equal(peer.failed, false);
  }
});

test("content is streamed in parts as they come", async (t) => {
  const parts: string[] = [];
  const { port } = await serve(t, async (exchange) => {
    for await (const part of exchange.body.stream()) parts.push(Buffer.from(part).toString());
    exchange.respond(ok, null, "end");
  });
  const peer = new Peer(port).send(head("Transfer-Encoding: chunked\r\n"));
  for (const part of ["ab", "cde", "f"]) {
    peer.send(`${part.length}\r\n${part}\r\n`);
    await peer.until(() => parts.includes(part));
  }
  peer.send("0\r\n\r\n");
  await peer.receives("end");
  assert.deepEqual(parts, ["ab", "cde", "f"]);
  peer.socket.destroy();
});

test("a slow reader of content holds the peer back", async (t) => {
  const size = 24 * 1024 * 1024;
  let exchange: Exchange | undefined;
  const { port } = await serve(
    t,
    (made) => {
      exchange = made;
    },
    {
      limits: { bodyBytes: size, bodyMs: 700 },
    },
  );
  const peer = new Peer(port).send(head(`Content-Length: ${size}\r\n`));
  const piece = Buffer.alloc(1024 * 1024, 120);
  for (let sent = 0; sent < size; sent += piece.length) peer.socket.write(piece);
  await peer.until(() => exchange !== undefined);
  // Longer than the time for the body: that we hold it back is not the peer's fault.
  await pause(1000);
  assert.ok(
    peer.socket.writableLength > size / 2,
    `all but ${peer.socket.writableLength} bytes were taken in`,
  );
  let received = 0;
  for await (const part of exchange?.body.stream() ?? []) received += part.length;
  assert.equal(received, size);
  exchange?.respond(ok, null, "done");
  await peer.receives("done");
  peer.socket.destroy();
});

test("a peer that goes away amid its content cancels the read, in either way of reading", async (t) => {
  const codes: string[] = [];
  const handler: ExchangeHandler = async (exchange) => {
    try {
      if (exchange.request.path === "/whole") await exchange.body.bytes();
      else for await (const part of exchange.body.stream()) codes.push(`${part.length}`);
    } catch (error) {
      codes.push((error as ApiError).code);
    }
  };
  const { port, listener } = await serve(t, handler, { limits: { idleMs: 50 } });
  for (const path of ["/whole", "/parts"]) {
    const peer = new Peer(port).send(`POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc`);
    await pause(20);
    peer.socket.destroy();
    await peer.until(() => codes.includes("CANCELLED"));
    if (path === "/whole") assert.deepEqual(codes.splice(0), ["CANCELLED"]);
  }
  assert.deepEqual(codes, ["3", "CANCELLED"]);
  // The handlers never answer; the connections go all the same.
  const last = new Peer(port);
  await last.until(() => listener.stats().connections <= 1);
  last.socket.destroy();
});

test("content can be claimed once", async (t) => {
  const { port } = await serve(t, (exchange) => {
    void exchange.body.bytes();
    assert.throws(() => exchange.body.stream(), /read already/);
    exchange.respond(ok, null, "fine");
  });
  const peer = new Peer(port).send(head("Content-Length: 5\r\n"));
  assert.equal((await peer.answersUpTo(1))[0]?.body, "fine");
  peer.socket.destroy();
});

test("content sent byte by byte in chunks costs no object a byte", async (t) => {
  const { port } = await serve(t, reading());
  const count = 100_000;
  const peer = new Peer(port).send(
    `${head("Transfer-Encoding: chunked\r\n")}${"1\r\nx\r\n".repeat(count)}0\r\n\r\n`,
  );
  assert.equal((await peer.answersUpTo(1))[0]?.body, `${count}`);
  peer.socket.destroy();
});
