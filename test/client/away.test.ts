import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { type Client, type ClientOptions, createClient, type StateEvent } from "fourfold/client";
import { startTest, type TestServer } from "fourfold/testing";
import { Network } from "./network.ts";
import { count, Order, shop, told, wait } from "./shop.ts";
import { until } from "./until.ts";

// What becomes of calls and of their connection when the network fails.

let server: TestServer;
let network: Network;
let clients: Client[] = [];
before(async () => {
  server = await startTest(shop);
});
after(() => server.close());
beforeEach(async () => {
  network = await Network.to(server.port);
});
afterEach(async () => {
  for (const client of clients) client.close();
  clients = [];
  await network.close();
});

async function opened(options: ClientOptions = {}): Promise<Client> {
  const client = createClient({ url: network.origin, backOffMs: 20, ...options });
  clients.push(client);
  await client.open();
  return client;
}

function statesOf(client: Client): StateEvent[] {
  const states: StateEvent[] = [];
  client.listen((event) => states.push(event));
  return states;
}

for (const how of ["cut", "reset"] as const)
  test(`a connection that is ${how} comes back, and says so`, async () => {
    const client = await opened();
    const states = statesOf(client);
    network[how]();
    await until(() => client.state === "open" && states.length > 0);
    assert.deepEqual([states[0]?.state, states.at(-1)?.state], ["away", "open"]);
    assert.equal(states[0]?.error?.code, "UNAVAILABLE");
    assert.equal(typeof states[0]?.retryIn, "number");
    assert.equal(await client.call(wait, { ms: 0 }), 0);
  });

test("without a queue, calls fail at once while there is no connection, and those under way with it", async () => {
  const client = await opened({ backOffMs: 60_000, backOffMaxMs: 60_000 });
  const asked = client.call(wait, { ms: 60_000 });
  const commanded = client.call(count, { key: "unknown", ms: 50 });
  await until(() => told.counted.get("unknown") === 1);
  network.cut();
  await assert.rejects(asked, { code: "UNAVAILABLE" });
  await assert.rejects(commanded, { code: "OUTCOME_UNKNOWN", kind: "unknown" });
  await assert.rejects(client.call(wait, { ms: 0 }), { code: "UNAVAILABLE", kind: "unavailable" });
  assert.equal(client.state, "away");
});

test("with a queue, calls wait, in their order and not more than there may be", async () => {
  const client = await opened({ whileAway: "queue", queueMax: 3, backOffMs: 100 });
  // It may be back before anybody looks a second time.
  const away = new Promise<void>((resolve) => {
    client.listen(({ state }) => state === "away" && resolve());
  });
  network.cut();
  await away;
  const waiting = ["q1", "q2", "q3"].map((key) => client.call(count, { key }));
  await assert.rejects(client.call(count, { key: "q4" }), {
    code: "QUEUE_FULL",
    kind: "resource_exhausted",
  });
  assert.deepEqual(await Promise.all(waiting), [1, 1, 1]);
  const { items } = await client.call(Order.list, {
    filter: 'title >= "q1" AND title <= "q9"',
    orderBy: "id",
  });
  assert.deepEqual(
    items.map(({ title }) => title),
    ["q1", "q2", "q3"],
  );
});

test("a call that waits ends with its time and its signal, and is not made then", async () => {
  const client = await opened({ backOffMs: 60_000, backOffMaxMs: 60_000 });
  network.cut();
  await until(() => client.state === "away");
  const controller = new AbortController();
  const options = { whileAway: "queue" } as const;
  const late = client.call(count, { key: "late" }, { ...options, timeout: 20 });
  const left = client.call(count, { key: "left" }, { ...options, signal: controller.signal });
  const ended = Promise.all([
    assert.rejects(late, { code: "DEADLINE_EXCEEDED" }),
    assert.rejects(left, { name: "AbortError" }),
  ]);
  controller.abort();
  await ended;
  await client.renew();
  assert.deepEqual([told.counted.get("late"), told.counted.get("left")], [undefined, undefined]);
});

test("a command that was under way is not carried out twice: its answer comes over the next connection", async () => {
  const client = await opened({ whileAway: "queue" });
  // Wherever in the answer, or before it, the connection breaks.
  for (const bytes of [0, 1, 20]) {
    const key = `once ${bytes}`;
    network.cutAfter(bytes);
    const answer = client.call(count, { key, ms: 30 });
    if (bytes === 0) {
      await until(() => told.counted.get(key) === 1);
      network.cut();
    }
    assert.equal(await answer, 1);
    assert.equal((await client.call(Order.list, { filter: `title = "${key}"` })).items.length, 1);
  }
});

test("a query that was under way is asked again", async () => {
  const client = await opened({ whileAway: "queue" });
  const before = told.slow;
  const answer = client.call(wait, { ms: 50 });
  await until(() => told.slow === before + 1);
  network.reset();
  assert.equal(await answer, 50);
  assert.equal(told.slow, before + 2);
});

test("a call that ends each connection is not sent for ever", async () => {
  const client = await opened({ whileAway: "queue" });
  const before = told.slow;
  const answer = client.call(wait, { ms: 60_000 });
  const cutting = (async () => {
    for (let times = 1; times <= 3; times++) {
      await until(() => told.slow === before + times);
      network.cut();
    }
  })();
  await assert.rejects(answer, { code: "UNAVAILABLE" });
  await cutting;
});

test("a connection that is half open is noticed, and what was under way goes on over the next one", async () => {
  const client = await opened({ whileAway: "queue", heartbeatMs: 50, answerMs: 100 });
  const states = statesOf(client);
  network.stall();
  const answer = client.call(count, { key: "stalled" });
  await until(() => states.length > 0);
  assert.equal(states[0]?.error?.message, "The server does not answer");
  network.flow();
  assert.equal(await answer, 1);
  assert.equal(told.counted.get("stalled"), 1);
});

test("a connection that is silent is kept, where the server gives a sign of life", async () => {
  const client = await opened({ heartbeatMs: 10, answerMs: 500 });
  const states = statesOf(client);
  await sleep(200);
  assert.deepEqual([states, network.opened], [[], 1]);
});

test("a server that is not there is asked less and less often", async () => {
  const client = createClient({
    url: "http://127.0.0.1:1",
    backOffMs: 1_000,
    backOffMaxMs: 4_000,
    whileAway: "queue",
  });
  clients.push(client);
  const states = statesOf(client);
  const random = Math.random;
  // The waits at their longest, in a moment.
  const timeout = globalThis.setTimeout;
  Math.random = () => 1;
  globalThis.setTimeout = Object.assign(
    (run: () => void, ms?: number) => timeout(run, ms === 10_000 ? ms : 1),
    timeout,
  );
  try {
    const call = client.call(wait, { ms: 0 });
    await until(() => states.filter(({ state }) => state === "away").length >= 5);
    client.close();
    await assert.rejects(call, { code: "CLIENT_CLOSED" });
  } finally {
    Math.random = random;
    globalThis.setTimeout = timeout;
  }
  const waits = states.map(({ retryIn }) => retryIn).filter((ms) => ms !== null);
  assert.deepEqual(waits.slice(0, 5), [1_000, 2_000, 4_000, 4_000, 4_000]);
});

test("a server that is started again on its port is found", async () => {
  const first = await startTest(shop);
  const client = createClient({ url: first.origin, backOffMs: 20, backOffMaxMs: 100, whileAway: "queue" });
  clients.push(client);
  await client.open();
  await first.close();
  await until(() => client.state === "away");
  const answer = client.call(wait, { ms: 0 });
  const second = await startTest(shop, { listen: [`127.0.0.1:${first.port}`] });
  assert.equal(await answer, 0);
  client.close();
  await second.close();
});
