import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { Exchange, Tunnel, TunnelReceiver } from "../../src/net/index.ts";
import { get, ok, Peer, pause, serve } from "./peer.ts";

const upgrade = "Connection: keep-alive, Upgrade\r\nUpgrade: Echo\r\n";

/** Sends back what it gets, and remembers what it was told. */
class Echo implements TunnelReceiver {
  tunnel: Tunnel | undefined;
  readonly told: string[] = [];

  received(bytes: Uint8Array): void {
    this.told.push(Buffer.from(bytes).toString());
    this.tunnel?.write(bytes);
  }
  drained(): void {
    this.told.push("drained");
  }
  ended(): void {
    this.told.push("ended");
    this.tunnel?.end();
  }
  closed(): void {
    this.told.push("closed");
  }
  sweep(): void {}
  drain(): void {
    this.told.push("drain");
    this.tunnel?.end();
  }
}

async function serveEcho(t: TestContext, open: (exchange: Exchange, echo: Echo) => void) {
  const echo = new Echo();
  return { echo, ...(await serve(t, (exchange) => open(exchange, echo))) };
}

const openAtOnce = (exchange: Exchange, echo: Echo): void => {
  echo.tunnel = exchange.tunnel(["x-a", "b"], echo);
};

test("after the 101 the bytes are the tunnel's, those that came with the request too", async (t) => {
  const { port, echo } = await serveEcho(t, openAtOnce);
  const peer = new Peer(port).send(`${get("/", upgrade)}first`);
  await peer.until(() => peer.text.endsWith("first"));
  assert.equal(
    peer.text,
    "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: echo\r\nx-a: b\r\n\r\nfirst",
  );
  peer.send("second");
  await peer.until(() => peer.text.endsWith("second"));
  peer.socket.end();
  await peer.closes();
  await pause(20);
  assert.deepEqual(echo.told, ["first", "second", "ended", "closed"]);
});

test("a tunnel opened later gets what has come meanwhile", async (t) => {
  const { port, echo } = await serveEcho(t, (exchange, receiver) => {
    setTimeout(() => openAtOnce(exchange, receiver), 50);
  });
  const peer = new Peer(port).send(`${get("/", upgrade)}early`);
  await peer.until(() => peer.text.endsWith("early"));
  assert.deepEqual(echo.told, ["early"]);
  peer.socket.destroy();
});

test("a request that is answered without changing the protocol is one like any other", async (t) => {
  const { port } = await serve(t, (exchange) =>
    exchange.respond(ok, null, `asked for ${exchange.request.upgrade}`),
  );
  const peer = new Peer(port).send(get("/", upgrade) + get());
  const [first, second] = await peer.answersUpTo(2);
  assert.deepEqual([first?.body, second?.body], ["asked for echo", "asked for null"]);
  peer.socket.destroy();
});

test("no change is offered to HTTP/1.0, amid content, or without the Connection option", async (t) => {
  const { port } = await serve(t, (exchange) => {
    assert.throws(() => exchange.tunnel(null, new Echo()), /has not asked/);
    exchange.respond(ok, null, String(exchange.request.upgrade));
  });
  const answerTo = async (head: string): Promise<string> =>
    (await new Peer(port).send(head).closes()).slice(-4);
  assert.equal(await answerTo("GET / HTTP/1.0\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n"), "null");
  assert.equal(
    await answerTo(
      "GET / HTTP/1.1\r\nHost: a\r\nConnection: close, upgrade\r\nUpgrade: echo\r\nContent-Length: 1\r\n\r\nx",
    ),
    "null",
  );
  assert.equal(await answerTo(get("/", "Connection: close\r\nUpgrade: echo\r\n")), "null");
});

test("the listener drains tunnels, and counts them among its connections", async (t) => {
  const { port, echo, listener } = await serveEcho(t, openAtOnce);
  const peer = new Peer(port).send(get("/", upgrade));
  await peer.until(() => peer.text.includes("101"));
  assert.equal(listener.stats().connections, 1);
  const drained = listener.drain(2000);
  await peer.until(() => peer.ended);
  peer.socket.end();
  await drained;
  assert.deepEqual(echo.told, ["drain", "ended", "closed"]);
  assert.equal(listener.stats().connections, 0);
});

test("a tunnel that is opened while the listener drains is drained as well", async (t) => {
  const { port, echo, listener } = await serveEcho(t, (exchange, receiver) => {
    setTimeout(() => openAtOnce(exchange, receiver), 50);
  });
  const peer = new Peer(port).send(get("/", upgrade));
  await pause(20);
  const drained = listener.drain(4000);
  await peer.until(() => peer.ended);
  peer.socket.end();
  await drained;
  assert.deepEqual(echo.told, ["drain", "ended", "closed"]);
});

test("a peer that does not read makes bytes wait, and is told of when it has read", async (t) => {
  const { port, echo } = await serveEcho(t, openAtOnce);
  const peer = new Peer(port).send(get("/", upgrade));
  await peer.until(() => peer.text.includes("101"));
  peer.socket.pause();
  for (let part = 0; part < 200; part += 1) echo.tunnel?.write(Buffer.alloc(64 * 1024));
  assert.ok((echo.tunnel?.bufferedBytes ?? 0) > 256 * 1024);
  await pause(20);
  assert.deepEqual(echo.told, []);
  peer.socket.resume();
  await peer.until(() => echo.told.includes("drained"));
  assert.equal(echo.tunnel?.bufferedBytes, 0);
  peer.socket.destroy();
});

test("a peer that left before the tunnel was opened: closed, and no more", async (t) => {
  const { port, echo } = await serveEcho(t, (exchange, receiver) => {
    exchange.signal.addEventListener("abort", () => setTimeout(() => openAtOnce(exchange, receiver), 200));
  });
  const peer = new Peer(port).send(get("/", upgrade));
  await pause(30);
  peer.socket.resetAndDestroy();
  await pause(400);
  assert.deepEqual(echo.told, ["closed"]);
});
