import assert from "node:assert/strict";
import { test } from "node:test";
import { NodeBus } from "../../src/events/node-bus.ts";
import type { LinkListener, NodeLink } from "../../src/events/node-link.ts";
import { Heard } from "./hub.ts";

/** A server that passes on what it is sent, to everyone. */
class Exchange {
  readonly links: FakeLink[] = [];
  readonly texts: string[] = [];
}

class FakeLink implements NodeLink {
  readonly mostBytes: number;
  readonly listener: LinkListener;
  /** What is sent meanwhile is lost, without a word. */
  losesNext = 0;
  fails = false;
  readonly #exchange: Exchange;

  constructor(exchange: Exchange, listener: LinkListener, mostBytes: number) {
    this.mostBytes = mostBytes;
    this.listener = listener;
    this.#exchange = exchange;
    exchange.links.push(this);
  }

  send(texts: readonly string[]): Promise<void> {
    if (this.fails) return Promise.reject(new Error("away"));
    for (const text of texts) {
      assert.ok(Buffer.byteLength(text) <= this.mostBytes, `${Buffer.byteLength(text)} bytes`);
      this.#exchange.texts.push(text);
      if (this.losesNext > 0) this.losesNext -= 1;
      else for (const { listener } of this.#exchange.links) listener.heard(text);
    }
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

interface Post {
  readonly bus: NodeBus;
  readonly link: FakeLink;
  readonly heard: Heard;
  readonly reports: string[];
}

function posts(count: number, mostBytes = 8_000): { all: Post[]; exchange: Exchange } {
  const exchange = new Exchange();
  const all = Array.from({ length: count }, () => {
    const reports: string[] = [];
    const heard = new Heard();
    const bus = new NodeBus((listener) => new FakeLink(exchange, listener, mostBytes), {
      up: () => reports.push("up"),
      down: () => reports.push("down"),
    });
    bus.subscribe("news", heard);
    const link = exchange.links.at(-1);
    assert.ok(link);
    return { bus, link, heard, reports };
  });
  for (const { link } of all) link.listener.up();
  return { all, exchange };
}

function at(all: readonly Post[], index: number): Post {
  const found = all[index];
  assert.ok(found);
  return found;
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test("what one node publishes all others hear, in order, and itself does not", async () => {
  const { all, exchange } = posts(3);
  void at(all, 0).bus.publish("news", 1);
  void at(all, 0).bus.publish("other", 2);
  void at(all, 0).bus.publish("news", 3);
  await turn();
  assert.deepEqual(
    all.map(({ heard }) => heard.messages),
    [[], [1, 3], [1, 3]],
  );
  assert.equal(exchange.texts.length, 1, "one turn is one text");
});

test("messages of any length and any characters arrive whole", async () => {
  const { all, exchange } = posts(2, 1_000);
  const long = "é€😀a".repeat(3_000);
  void at(all, 0).bus.publish("news", { long });
  await turn();
  assert.ok(exchange.texts.length > 30);
  assert.deepEqual(at(all, 1).heard.messages, [{ long }]);
});

test("who was not told everything hears that something is missing, with the next message", async () => {
  const { all } = posts(2, 1_000);
  const { bus, link } = at(all, 0);
  const { heard } = at(all, 1);
  void bus.publish("news", 1);
  await turn();
  const before = heard.missings;
  link.losesNext = 1;
  void bus.publish("news", "a".repeat(3_000));
  await turn();
  void bus.publish("news", 3);
  await turn();
  assert.deepEqual(heard.messages, [1, 3]);
  assert.equal(heard.missings, before + 1);
  void bus.publish("news", 4);
  await turn();
  assert.equal(heard.missings, before + 1, "once");
});

test("while the link is away messages wait; what failed on the way is told as missing", async () => {
  const { all } = posts(2);
  const { bus, link, reports } = at(all, 0);
  const { heard } = at(all, 1);
  link.listener.down(new Error("cut"));
  link.listener.down(new Error("still"));
  await bus.publish("news", 1);
  await turn();
  assert.deepEqual(heard.messages, []);
  link.listener.up();
  await turn();
  assert.deepEqual(heard.messages, [1]);
  assert.deepEqual(reports, ["up", "down", "up"]);
  const before = heard.missings;
  link.fails = true;
  void bus.publish("news", 2);
  await turn();
  link.listener.down(new Error("cut"));
  link.fails = false;
  link.listener.up();
  void bus.publish("news", 3);
  while (heard.messages.length < 2) await turn();
  assert.deepEqual(heard.messages, [1, 3]);
  assert.ok(heard.missings > before);
});

test("what waits has a bound", async () => {
  const { all } = posts(2);
  const { bus, link } = at(all, 0);
  const { heard } = at(all, 1);
  link.listener.down(null);
  for (let index = 0; index < 10; index++) void bus.publish("news", "a".repeat(1024 * 1024));
  void bus.publish("news", "last");
  const before = heard.missings;
  link.listener.up();
  await turn();
  assert.equal(heard.messages.at(-1), "last");
  assert.ok(heard.messages.length < 10);
  assert.ok(heard.missings > before);
});

test("what is no message of a node is left out", async () => {
  const { all } = posts(1);
  const { link, heard } = at(all, 0);
  for (const text of [
    "",
    "x",
    "a 1 0 1\nno JSON",
    "b 1 0 1\n[1]",
    'c 1 0 1\n{"a":1}',
    "d 1 5 9\n[",
    "e 9 0 1\n[]",
  ])
    link.listener.heard(text);
  link.listener.heard('f 1 0 1\n[["news",1],["news"],[2,3]]');
  await turn();
  assert.deepEqual(heard.messages, [1]);
});
