import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { TypeOf } from "fourfold";
import { type Client, type ClientOptions, createClient, type Feed, type WatchEvent } from "fourfold/client";
import { startTest, type TestServer } from "fourfold/testing";
import { Network } from "./network.ts";
import { Order, shop, tokens } from "./shop.ts";
import { until } from "./until.ts";

type Event = WatchEvent<TypeOf<typeof Order>>;

let folder = "";
let server: TestServer;
let network: Network;
let clients: Client[] = [];
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "fourfold-client-"));
});
after(() => rm(folder, { recursive: true }));
beforeEach(async () => {
  server = await startTest(shop);
  network = await Network.to(server.port);
});
afterEach(async () => {
  for (const client of clients) client.close();
  clients = [];
  await network.close();
  await server.close();
});

function connected(options: ClientOptions = {}): Client {
  const client = createClient({ url: network.origin, backOffMs: 5, backOffMaxMs: 20, ...options });
  clients.push(client);
  return client;
}

/** Takes what a feed tells, and never ends. */
function taken(feed: Feed<Event>): (Event | { readonly type: "closed" })[] {
  const events: (Event | { readonly type: "closed" })[] = [];
  feed.listen((event) => events.push(event));
  return events;
}

function isSynced(events: readonly { readonly type: string }[]): boolean {
  return events.some(({ type }) => type === "synced");
}

/** Numbers of the rows that were created, in the order in which that was told. */
function numbersIn(events: readonly object[]): readonly number[] {
  return events.flatMap((event) =>
    "type" in event && event.type === "created" && "row" in event
      ? [(event.row as { number: number }).number]
      : [],
  );
}

async function write(first: number, last: number, pause = 0, to = server): Promise<void> {
  for (let number = first; number <= last; number++) {
    await to.call(Order.create, { title: `order ${number}`, number });
    if (pause > 0) await sleep(pause);
  }
}

function sequence(first: number, last: number): readonly number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

test("a watch tells the rows that there are, and then each change, typed", async () => {
  await write(1, 2);
  const client = connected();
  const types: string[] = [];
  const totals: bigint[] = [];
  for await (const event of client.watch(Order)) {
    types.push(event.type);
    if (event.type === "synced") {
      const row = await client.call(Order.create, { title: "new", total: 5n });
      await client.call(Order.update, { id: row.id, total: 6n });
      await client.call(Order.delete, { id: row.id });
    }
    if (event.type === "created" || event.type === "updated") totals.push(event.row.total);
    if (event.type === "deleted") break;
  }
  assert.deepEqual(types, ["snapshot", "snapshot", "synced", "created", "updated", "deleted"]);
  assert.deepEqual(totals, [5n, 6n]);
});

test("nothing is missed, nor told twice, whatever the network does while somebody writes", async () => {
  const client = connected({ heartbeatMs: 40, answerMs: 60 });
  const events = taken(client.watch(Order, { filter: 'title != "other"' }));
  await until(() => isSynced(events));
  const writing = write(1, 400, 1);
  const failing = (async () => {
    for (let times = 0; times < 12; times++) {
      await sleep(20);
      if (times % 4 === 0) network.cut();
      if (times % 4 === 1) network.reset();
      // In the middle of a frame, more often than not.
      if (times % 4 === 2) network.cutAfter(100 + 37 * times);
      if (times % 4 === 3) {
        network.stall();
        await sleep(100);
        network.flow();
      }
      await until(() => client.state === "open");
    }
  })();
  await Promise.all([writing, failing]);
  await until(() => numbersIn(events).includes(400));
  assert.deepEqual(numbersIn(events), sequence(1, 400));
  assert.ok(!events.some(({ type }) => type === "reset" || type === "missed"));
  assert.ok(network.opened > 6, `${network.opened} connections`);
});

test("a server that is started again tells what was written meanwhile", async () => {
  const database = `sqlite:${join(folder, "restarted.sqlite")}`;
  const first = await startTest(shop, { database });
  const client = connected({ url: first.origin });
  const events = taken(client.watch(Order));
  await until(() => isSynced(events));
  await write(1, 3, 0, first);
  await until(() => numbersIn(events).length === 3);
  await first.close();
  const elsewhere = await startTest(shop, { database });
  await write(4, 6, 0, elsewhere);
  await elsewhere.close();
  const again = await startTest(shop, { database, listen: [`127.0.0.1:${first.port}`] });
  await write(7, 9, 0, again);
  await until(() => numbersIn(events).length === 9);
  assert.deepEqual(numbersIn(events), sequence(1, 9));
  client.close();
  await again.close();
});

test("a position that is too old, and a snapshot that breaks off, are told: what follows is all there is", async () => {
  const client = connected();
  const old = await server.call(Order.create, { title: "old" });
  const events = taken(client.watch(Order, { after: await expiredPosition() }));
  await until(() => isSynced(events));
  assert.deepEqual(
    events.map((event) => [event.type, "id" in event ? event.id : null]),
    [
      ["reset", null],
      ["snapshot", old.id],
      ["synced", null],
    ],
  );
  await write(1, 300);
  // Within the snapshot: after the opening, before it is whole.
  const broken: Event[] = [];
  network.cut();
  await until(() => client.state === "open");
  network.cutAfter(20_000);
  for await (const event of client.watch(Order)) {
    broken.push(event);
    if (event.type === "synced") break;
  }
  const types = broken.map(({ type }) => type);
  assert.deepEqual([types[0], types.filter((type) => type === "reset").length], ["snapshot", 1]);
  assert.equal(types.slice(types.indexOf("reset")).filter((type) => type === "snapshot").length, 301);
});

/** A position of another database: what has come after it is not kept here. */
async function expiredPosition(): Promise<string> {
  await using other = await startTest(shop);
  const client = createClient({ url: other.origin });
  for await (const event of client.watch(Order, { snapshot: false }))
    if (event.type === "synced") {
      client.close();
      return event.position;
    }
  throw new Error("no position");
}

test("a reader that is slow holds its own watch back, and misses nothing", async () => {
  const client = connected();
  const numbers: number[] = [];
  const feed = client.watch(Order, {}, { buffer: 10 });
  for await (const event of feed) {
    if (event.type === "synced" && numbers.length === 0) await write(1, 100);
    numbers.push(...numbersIn([event]));
    if (numbers.length % 10 === 3) await sleep(5);
    if (numbers.at(-1) === 100) break;
  }
  assert.deepEqual(numbers, sequence(1, 100));
});

test("a watch ends with its signal, with close, and with what cannot be mended", async () => {
  const client = connected();
  const controller = new AbortController();
  const ended = taken(client.watch(Order, {}, { signal: controller.signal }));
  await until(() => isSynced(ended));
  controller.abort();
  assert.deepEqual(ended.at(-1), { type: "closed", error: null });
  const closed = client.watch(Order);
  const events = taken(closed);
  closed.close();
  assert.deepEqual(events, [{ type: "closed", error: null }]);
  await assert.rejects(
    async () => {
      for await (const _ of client.watch(Order, { filter: "nonsense" })) assert.fail("nothing is told");
    },
    { code: "INVALID_FILTER" },
  );
  const before = taken(client.watch(Order, {}, { signal: AbortSignal.abort() }));
  assert.deepEqual(before, [{ type: "closed", error: null }]);
});

test("a watch outlives the token that it was opened with", async () => {
  const now = Math.floor(Date.now() / 1_000);
  tokens.set("first", { id: "ada", exp: now + 1 });
  tokens.set("second", { id: "ada", exp: now + 3600 });
  const given = ["first", "second"];
  const asked: (string | null)[] = [];
  const client = connected({
    token(refused) {
      asked.push(refused);
      return given.shift() ?? "second";
    },
  });
  const events = taken(client.watch(Order));
  await until(() => isSynced(events));
  await write(1, 3);
  await until(() => asked.length === 2);
  await write(4, 6);
  await until(() => numbersIn(events).length === 6);
  assert.deepEqual(numbersIn(events), sequence(1, 6));
  assert.deepEqual([asked, network.opened], [[null, "first"], 1]);
});
