import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { connect as connectTcp } from "node:net";
import { type TestContext, test } from "node:test";
import type { Exchange } from "../../../src/net/index.ts";
import { echo, get, ok, pause, post } from "../peer.ts";
import { SecurePeer, serveTls } from "./peer.ts";

const versions = ["TLSv1.2", "TLSv1.3"] as const;

/** The same under both versions: they close differently. */
function each(
  name: string,
  body: (t: TestContext, maxVersion: (typeof versions)[number]) => Promise<void>,
): void {
  for (const version of versions) test(`${version}: ${name}`, (t) => body(t, version));
}

each("keep-alive, pipelining and content", async (t, maxVersion) => {
  const { port, listener } = await serveTls(t, echo);
  const peer = new SecurePeer(port, { maxVersion }).send(get("/1"));
  await peer.answersUpTo(1);
  peer.send(post("content") + get("/2?q") + post("x".repeat(50_000)) + get("/3"));
  const bodies = (await peer.answersUpTo(5)).map(({ body }) => body);
  assert.deepEqual(bodies.slice(0, 3), ["GET /1 null ", "POST /p null content", "GET /2 q "]);
  assert.equal(bodies[3]?.length, 50_013);
  assert.equal(bodies[4], "GET /3 null ");
  assert.equal(listener.stats().accepted, 1);
  peer.socket.destroy();
});

each("connection: close ends with close_notify after the answer", async (t, maxVersion) => {
  const { port, listener } = await serveTls(t, echo);
  const peer = new SecurePeer(port, { maxVersion }).send(get("/", "Connection: close\r\n"));
  assert.match(await peer.closes(), /connection: close\r\n[\s\S]*GET \/ null $/);
  assert.equal(peer.error, null, "a missing close_notify would be an error");
  await peer.until(() => listener.stats().connections === 0);
});

each("who has sent the last request, and says so, still gets the answer", async (t, maxVersion) => {
  const exchanges: Exchange[] = [];
  const { port, listener } = await serveTls(t, (exchange) => void exchanges.push(exchange));
  const peer = new SecurePeer(port, { maxVersion }).send(get());
  peer.socket.end();
  await peer.until(() => exchanges.length === 1);
  await pause(30);
  exchanges[0]?.respond(ok, null, "late");
  assert.match(await peer.closes(), /late$/);
  await peer.until(() => listener.stats().connections === 0);
});

each("a refusal is read before the end, though input was left unread", async (t, maxVersion) => {
  const { port, listener } = await serveTls(t, echo);
  const peer = new SecurePeer(port, { maxVersion }).send(`GET / HTTP/9.9\r\n${"x".repeat(200_000)}`);
  assert.match(await peer.closes(), /^HTTP\/1\.1 505 /);
  await peer.until(() => listener.stats().connections === 0);
});

each("a peer that does not close is cut off after the linger time", async (t, maxVersion) => {
  const { port, listener } = await serveTls(t, echo);
  const peer = new SecurePeer(port, { maxVersion }).send(get("/", "Connection: close\r\n"));
  await peer.until(() => peer.ended, "the end");
  assert.equal(peer.socket.destroyed, false);
  await peer.until(() => listener.stats().connections === 0);
  peer.socket.destroy();
});

each("the signal is aborted when the peer goes", async (t, maxVersion) => {
  const exchanges: Exchange[] = [];
  const { port, listener } = await serveTls(t, (exchange) => void exchanges.push(exchange));
  for (const way of ["destroy", "reset"] as const) {
    const raw = connectTcp({ port, host: "127.0.0.1" });
    const peer = new SecurePeer(port, { maxVersion, socket: raw }).send(get());
    await peer.until(() => exchanges.length > 0);
    const exchange = exchanges.pop();
    assert.equal(exchange?.signal.aborted, false);
    if (way === "reset") raw.resetAndDestroy();
    else peer.socket.destroy();
    await peer.until(() => exchange?.signal.aborted === true, way);
    exchange?.respond(ok, null, "to nobody");
    await peer.until(() => listener.stats().connections === 0);
  }
});

each("an answer that breaks off is no whole answer", async (t, maxVersion) => {
  const { port } = await serveTls(t, (exchange) => {
    const stream = exchange.stream(ok, null);
    void stream.write("part");
    setTimeout(() => stream.abort(), 20);
  });
  const peer = new SecurePeer(port, { maxVersion }).send(get());
  const text = await peer.closes();
  assert.match(text, /part\r\n$/);
  assert.doesNotMatch(text, /\r\n0\r\n/);
});

each("drain: idle connections are closed, requests in flight answered", async (t, maxVersion) => {
  const exchanges: Exchange[] = [];
  const { port, listener } = await serveTls(t, (exchange) => {
    if (exchange.request.path === "/wait") exchanges.push(exchange);
    else exchange.respond(ok, null, "now");
  });
  const idle = new SecurePeer(port, { maxVersion }).send(get());
  const fresh = await new SecurePeer(port, { maxVersion }).agrees();
  const busy = new SecurePeer(port, { maxVersion }).send(get("/wait"));
  await idle.answersUpTo(1);
  await busy.until(() => exchanges.length === 1);
  const draining = listener.drain(5000);
  await idle.closes();
  await fresh.closes();
  exchanges[0]?.respond(ok, null, "last");
  assert.match(await busy.closes(), /connection: close\r\n[\s\S]*last$/);
  await draining;
  assert.equal(listener.stats().connections, 0);
});

each("a slow reader holds the answer back, and gets all of it", async (t, maxVersion) => {
  const outputBytes = 32 * 1024;
  const part = Buffer.alloc(16 * 1024, "x");
  let written = 0;
  const { port } = await serveTls(
    t,
    async (exchange) => {
      const stream = exchange.stream(ok, null);
      for (; written < 1000; written++) await stream.write(part);
      stream.end();
    },
    {},
    { limits: { outputBytes } },
  );
  const peer = new SecurePeer(port, { maxVersion }).send(get("/", "Connection: close\r\n"));
  await peer.receives("x");
  peer.socket.pause();
  let before = -1;
  while (before !== written) {
    before = written;
    await pause(100);
  }
  assert.ok(written < 1000, "what the system does not take is not produced");
  peer.socket.resume();
  const text = await peer.closes();
  assert.equal(text.slice(text.indexOf("\r\n\r\n")).replace(/[^x]/g, "").length, 1000 * part.length);
});

each("a peer that does not read at all is cut off", async (t, maxVersion) => {
  const { port, listener } = await serveTls(
    t,
    (exchange) => exchange.respond(ok, null, Buffer.alloc(20_000_000)),
    {},
    { limits: { writeStallMs: 100 } },
  );
  const peer = await new SecurePeer(port, { maxVersion }).agrees();
  peer.socket.pause();
  peer.send(get());
  await peer.until(() => listener.stats().requests === 1);
  await peer.until(() => listener.stats().connections === 0, "the cut");
  peer.socket.destroy();
});

each(
  "large content goes both ways whole, over a limit on the output that is small",
  async (t, maxVersion) => {
    const content = Buffer.alloc(8_000_000, "0123456789abcdef!");
    const { port } = await serveTls(
      t,
      async (exchange) => {
        const stream = exchange.stream(ok, null);
        for await (const part of exchange.body.stream()) await stream.write(part);
        stream.end();
      },
      {},
      { limits: { bodyBytes: 10_000_000, outputBytes: 8 * 1024 } },
    );
    const peer = new SecurePeer(port, { maxVersion, ALPNProtocols: [] });
    peer.socket.removeAllListeners("data");
    const parts: Buffer[] = [];
    peer.socket.on("data", (part: Buffer) => void parts.push(part));
    peer.send(`POST / HTTP/1.0\r\nHost: a\r\nContent-Length: ${content.length}\r\n\r\n`);
    peer.socket.write(content);
    await peer.until(() => peer.ended, "the end");
    peer.socket.destroy();
    const received = Buffer.concat(parts);
    assert.equal(digest(received.subarray(received.indexOf("\r\n\r\n") + 4)), digest(content));
  },
);

function digest(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
