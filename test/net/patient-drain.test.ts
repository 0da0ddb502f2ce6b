import assert from "node:assert/strict";
import { test } from "node:test";
import type { Exchange } from "../../src/net/index.ts";
import { echo, get, ok, Peer, pause, serve } from "./peer.ts";

test("while others go on, who asks during a drain is answered, and told that it was the last time", async (t) => {
  const { port, listener } = await serve(t, echo);
  const [kept, fresh, silent] = [new Peer(port).send(get()), new Peer(port), new Peer(port)];
  await kept.answersUpTo(1);
  await silent.until(() => listener.stats().connections === 3);
  const began = performance.now();
  const draining = listener.drain(5_000, 250);
  await pause(50);
  kept.send(get("/again"));
  fresh.send(get("/late"));
  assert.match(await kept.closes(), /GET \/ null [\s\S]*\r\nconnection: close\r\n[\s\S]*GET \/again null $/);
  assert.match(await fresh.closes(), /\r\nconnection: close\r\n[\s\S]*GET \/late null $/);
  assert.ok(performance.now() - began < 240);
  assert.equal(await silent.closes(), "");
  assert.ok(performance.now() - began >= 240, "whoever says nothing is waited for that long");
  await draining;
});

test("an answer that began before a patient drain is not its connection's last", async (t) => {
  const exchanges: Exchange[] = [];
  const { port, listener } = await serve(t, (exchange) => {
    if (exchange.request.path === "/long") exchanges.push(exchange);
    else exchange.respond(ok, null, "short");
  });
  const peer = new Peer(port).send(get("/long"));
  await peer.until(() => exchanges.length === 1);
  const stream = exchanges[0]?.stream(ok, null);
  await stream?.write("begun ");
  const draining = listener.drain(5_000, 1_000);
  await pause(20);
  await stream?.end();
  await peer.answersUpTo(1);
  peer.send(get("/next"));
  assert.match(await peer.closes(), /begun [\s\S]*\r\nconnection: close\r\n[\s\S]*short$/);
  await draining;
});

test("a patient drain may be followed by an impatient one, and ends in its time", async (t) => {
  const { port, listener } = await serve(t, echo);
  const idle = new Peer(port).send(get());
  await idle.answersUpTo(1);
  const patient = listener.drain(5_000, 4_000);
  await pause(20);
  const began = performance.now();
  await listener.drain(5_000);
  await patient;
  assert.ok(performance.now() - began < 500);
  await idle.closes();
});
