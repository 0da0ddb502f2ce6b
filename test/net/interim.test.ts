import assert from "node:assert/strict";
import { test } from "node:test";
import { HeadBlock } from "../../src/net/index.ts";
import { get, ok, Peer, pause, serve } from "./peer.ts";

const hints = new HeadBlock(103, ["link", "</style.css>; rel=preload"]);

test("interim answers go before the final one, at once", async (t) => {
  const { port } = await serve(t, async (exchange) => {
    exchange.inform(hints, ["x-a", "b"]);
    exchange.inform(new HeadBlock(102), null);
    await pause(50);
    exchange.respond(ok, null, "done");
  });
  const peer = new Peer(port).send(get("/", "Connection: close\r\n"));
  await peer.until(() => peer.text.includes("102 "));
  assert.equal(
    peer.text,
    "HTTP/1.1 103 Early Hints\r\nlink: </style.css>; rel=preload\r\nx-a: b\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n",
  );
  assert.match(await peer.closes(), /\r\n\r\nHTTP\/1\.1 200 OK\r\n.*done$/s);
});

test("HTTP/1.0 does not understand them and gets none", async (t) => {
  const { port } = await serve(t, (exchange) => {
    exchange.inform(hints, null);
    exchange.respond(ok, null, "done");
  });
  assert.match(await new Peer(port).send("GET / HTTP/1.0\r\n\r\n").closes(), /^HTTP\/1\.1 200 OK/);
});

test("final statuses, 101, and interim answers after the final one are mistakes of the program", async (t) => {
  const thrown: unknown[] = [];
  const attempt = (act: () => void): void => {
    try {
      act();
    } catch (error) {
      thrown.push(error);
    }
  };
  const { port } = await serve(t, (exchange) => {
    attempt(() => exchange.inform(new HeadBlock(200), null));
    attempt(() => exchange.inform(new HeadBlock(101), null));
    exchange.respond(ok, null, "done");
    attempt(() => exchange.inform(hints, null));
  });
  const text = await new Peer(port).send(get("/", "Connection: close\r\n")).closes();
  assert.match(text, /^HTTP\/1\.1 200 OK/);
  assert.deepEqual(
    thrown.map((error) => (error as Error).name),
    ["RangeError", "RangeError", "Error"],
  );
});
