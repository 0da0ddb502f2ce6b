import assert from "node:assert/strict";
import { test } from "node:test";
import { Relay } from "../../src/events/relay.ts";
import { Station } from "./hub.ts";

async function stations(count: number, patienceMs?: number): Promise<{ relay: Relay; all: Station[] }> {
  const relay = new Relay(patienceMs);
  const all = Array.from({ length: count }, () => new Station(relay));
  await Promise.all(all.map(({ bus }) => bus.join()));
  return { relay, all };
}

function at(all: readonly Station[], index: number): Station {
  const station = all[index];
  if (station === undefined) throw new Error("There is no such station");
  return station;
}

test("what one publishes all others have heard when it resolves, and itself has not", async () => {
  const { all } = await stations(3);
  await at(all, 0).bus.publish("news", ["a"]);
  await at(all, 1).bus.publish("news", "b");
  await at(all, 0).bus.publish("other", "c");
  assert.deepEqual(
    all.map(({ heard }) => heard.messages),
    [["b"], [["a"]], [["a"], "b"]],
  );
});

test("what one turn publishes travels in one message, in order", async () => {
  const { all } = await stations(2);
  const before = at(all, 0).sent;
  const first = Promise.resolve().then(() => at(all, 0).bus.publish("news", 1));
  const second = Promise.resolve()
    .then(() => undefined)
    .then(() => at(all, 0).bus.publish("news", 2));
  await Promise.all([first, second]);
  assert.equal(at(all, 0).sent - before, 1);
  await at(all, 0).bus.publish("news", 3);
  assert.deepEqual(at(all, 1).heard.messages, [1, 2, 3]);
});

test("whoever has not joined is neither told nor waited for", async () => {
  const { relay, all } = await stations(1);
  const starting = new Station(relay);
  starting.standStill();
  await at(all, 0).bus.publish("news", 1);
  starting.goOn();
  await starting.bus.join();
  await at(all, 0).bus.publish("news", 2);
  assert.deepEqual(starting.heard.messages, [2]);
});

test("alone it resolves", async () => {
  const { all } = await stations(1);
  await at(all, 0).bus.publish("news", 1);
});

test("one that stands still is waited for, and not for ever", async () => {
  const { all } = await stations(3, 60);
  at(all, 1).standStill();
  const began = performance.now();
  await at(all, 0).bus.publish("news", 1);
  assert.ok(performance.now() - began >= 55);
  assert.deepEqual(at(all, 2).heard.messages, [1]);
  at(all, 1).goOn();
  await at(all, 0).bus.publish("news", 2);
  assert.deepEqual(at(all, 1).heard.messages, [1, 2], "late, and all of it");
});

test("one that is far behind gets no more, and hears that it missed something once it has caught up", async () => {
  const { all } = await stations(2, 10_000);
  at(all, 1).standStill();
  const publishing: Promise<void>[] = [];
  for (let index = 0; index < 1_100; index++) {
    publishing.push(at(all, 0).bus.publish("news", index));
    await new Promise((resolve) => process.nextTick(resolve));
  }
  // Nobody waits for it any more, though the time is not up.
  await Promise.all(publishing);
  at(all, 1).goOn();
  assert.equal(at(all, 1).heard.messages.length, 1_000);
  await new Promise((resolve) => setTimeout(resolve, 5));
  assert.equal(at(all, 1).heard.missings, 1);
  await at(all, 0).bus.publish("news", "after");
  assert.equal(at(all, 1).heard.messages.at(-1), "after");
});

test("when one breaks off the others may have missed something; when one leaves they have not", async () => {
  const { relay, all } = await stations(3, 10_000);
  at(all, 2).standStill();
  const published = at(all, 0).bus.publish("news", 1);
  await new Promise((resolve) => setImmediate(resolve));
  relay.leave(at(all, 2).member, true);
  await published;
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual([at(all, 0).heard.missings, at(all, 1).heard.missings], [1, 1]);
  relay.leave(at(all, 1).member, false);
  await at(all, 0).bus.publish("news", 2);
  assert.equal(at(all, 0).heard.missings, 1);
});

test("a closed bus keeps nobody waiting, and tells and hears nothing", async () => {
  const { all } = await stations(2, 60);
  at(all, 1).standStill();
  const published = at(all, 0).bus.publish("news", 1);
  at(all, 0).bus.close();
  await published;
  await at(all, 0).bus.publish("news", 2);
  at(all, 1).goOn();
  await at(all, 1).bus.publish("news", 3);
  assert.deepEqual(at(all, 1).heard.messages, []);
  assert.deepEqual(at(all, 0).heard.messages, []);
});
