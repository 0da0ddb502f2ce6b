import assert from "node:assert/strict";
import { test } from "node:test";
import type { Exchange } from "../../src/net/index.ts";
import { echo, get, ok, Peer, pause, post, serve } from "./peer.ts";

test("serves one request after the other on one connection", async (t) => {
  const { port, listener } = await serve(t, echo);
  const peer = new Peer(port);
  for (let count = 1; count <= 3; count += 1) {
    peer.send(get(`/${count}`));
    const answers = await peer.answersUpTo(count);
    assert.equal(answers[count - 1]?.body, `GET /${count} null `);
  }
  assert.equal(listener.stats().accepted, 1);
  assert.equal(listener.stats().requests, 3);
  assert.doesNotMatch(peer.text, /connection:/);
  peer.socket.destroy();
});

test("answers thousands of pipelined requests in order", async (t) => {
  const { port } = await serve(t, (exchange) => exchange.respond(ok, null, exchange.request.path));
  const count = 20_000;
  const paths = Array.from({ length: count }, (_, index) => `/${index}`);
  const peer = new Peer(port).send(paths.map((path) => get(path)).join(""));
  await peer.receives(`\r\n\r\n/${count - 1}`);
  assert.deepEqual(
    peer.answers.map((answer) => answer.body),
    paths,
  );
  peer.socket.destroy();
});

test("answers pipelined requests in order, though later ones are ready first", async (t) => {
  const { port } = await serve(t, (exchange) => {
    const delay = exchange.request.path === "/slow" ? 30 : 0;
    if (exchange.request.path === "/now") exchange.respond(ok, null, "/now");
    else setTimeout(() => exchange.respond(ok, null, exchange.request.path), delay);
  });
  const peer = new Peer(port).send(get("/slow") + get("/now") + get("/fast") + get("/now"));
  const answers = await peer.answersUpTo(4);
  assert.deepEqual(
    answers.map((answer) => answer.body),
    ["/slow", "/now", "/fast", "/now"],
  );
  peer.socket.destroy();
});

test("works on one request of a connection at a time", async (t) => {
  const waiting: Exchange[] = [];
  const { port } = await serve(t, (exchange) => void waiting.push(exchange));
  const peer = new Peer(port).send(get("/1") + get("/2"));
  await peer.until(() => waiting.length === 1);
  await pause();
  assert.equal(waiting.length, 1);
  waiting[0]?.respond(ok, null, "1");
  await peer.until(() => waiting.length === 2);
  waiting[1]?.respond(ok, null, "2");
  assert.equal((await peer.answersUpTo(2)).length, 2);
  peer.socket.destroy();
});

test("keeps its place among requests with content of all sorts", async (t) => {
  const { port } = await serve(t, echo);
  const chunked =
    "POST /c HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nde\r\n1\r\nf\r\n0\r\n\r\n";
  const peer = new Peer(port).send(post("abc") + chunked + get("/g") + post("") + chunked + post("xyz"));
  const answers = await peer.answersUpTo(6);
  assert.deepEqual(
    answers.map((answer) => answer.body),
    [
      "POST /p null abc",
      "POST /c null def",
      "GET /g null ",
      "POST /p null ",
      "POST /c null def",
      "POST /p null xyz",
    ],
  );
  peer.socket.destroy();
});

test("closes after Connection: close and says so; what follows is not looked at", async (t) => {
  const { port, listener } = await serve(t, echo);
  for (const value of ["close", "Close", "keep-alive, close", "x,CLOSE ,y"]) {
    const peer = new Peer(port).send(get("/a", `Connection: ${value}\r\n`) + get("/b"));
    await peer.closes();
    assert.equal(peer.answers.length, 1, value);
    assert.match(peer.text, /connection: close\r\n/);
  }
  assert.equal(listener.stats().requests, 4);
});

test("HTTP/1.0 closes by default, and stays open when asked to", async (t) => {
  const { port } = await serve(t, echo);
  const closing = new Peer(port).send("GET / HTTP/1.0\r\n\r\n");
  assert.match(await closing.closes(), /^HTTP\/1\.1 200 OK\r\n[\s\S]*connection: close\r\n/);
  const staying = new Peer(port).send("GET /1 HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n");
  const [first] = await staying.answersUpTo(1);
  assert.match(first?.head ?? "", /connection: keep-alive\r\n/);
  staying.send("GET /2 HTTP/1.0\r\nConnection: keep-alive, close\r\n\r\n");
  await staying.closes();
  assert.equal(staying.answers.length, 2);
});

test("answers a peer that has closed its side after its requests", async (t) => {
  const { port } = await serve(t, echo);
  const peer = new Peer(port);
  peer.socket.end(get("/1") + get("/2"), "latin1");
  await peer.closes();
  assert.equal(peer.answers.length, 2);
});

test("says 400 to a head that breaks off, and nothing to a connection that asked nothing", async (t) => {
  const { port } = await serve(t, echo);
  const half = new Peer(port);
  half.socket.end("GET / HT");
  assert.match(await half.closes(), /^HTTP\/1\.1 400 /);
  const silent = new Peer(port);
  silent.socket.end();
  assert.equal(await silent.closes(), "");
});
