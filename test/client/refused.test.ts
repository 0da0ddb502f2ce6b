import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { ApiError, api, command, query, resource, subscription, t } from "fourfold";
import { type Client, type ClientOptions, createClient } from "fourfold/client";
import { startTest, type TestServer } from "fourfold/testing";
import { until } from "./until.ts";

// Calls that are refused for now: with a kind of error that a retry may mend, and a time after which it may.

const Order = resource("Order", { fields: { id: t.id(), title: t.string() } });

/** How often each was called. */
let calls: string[] = [];
const kinds = ["aborted", "unavailable", "resource_exhausted"] as const;
const refusing = {
  name: t.string(),
  /** So often is it refused. */
  times: t.int32(),
  kind: t.enum(kinds, { default: "aborted" }),
  after: t.float({ default: 0.01 }),
};
const take = (name: string, times: number, kind: (typeof kinds)[number], retryAfter: number): number => {
  calls.push(name);
  const made = calls.filter((each) => each === name).length;
  if (made <= times) throw new ApiError("BUSY", kind, "Others are in the way", { retryAfter });
  return made;
};
const look = query("look", {
  input: refusing,
  output: t.int32(),
  handle: ({ input: { name, times, kind, after } }) => take(name, times, kind, after),
});
const change = command("change", {
  input: refusing,
  output: t.int32(),
  handle: async ({ input: { name, times, kind, after }, db }) => {
    await db(Order).create({ title: name });
    return take(name, times, kind, after);
  },
});
const stream = subscription("stream", {
  input: refusing,
  output: t.int32(),
  async *handle({ input: { name, times, kind, after } }) {
    yield take(name, times, kind, after);
  },
});
let gate = Promise.withResolvers<void>();
const hold = query("hold", {
  output: t.string(),
  handle: async () => {
    calls.push("hold");
    await gate.promise;
    return "held";
  },
});
const busy = api("busy", { resources: [Order], operations: [look, change, stream, hold] });

let server: TestServer;
let clients: Client[] = [];
before(async () => {
  server = await startTest(busy);
});
after(() => server.close());
afterEach(() => {
  for (const client of clients) client.close();
  clients = [];
  calls = [];
});

function made(options: ClientOptions = {}): Client {
  const client = createClient({ url: server.origin, backOffMs: 20, ...options });
  clients.push(client);
  return client;
}

test("a query is made again, and a command that has a key: what failed has changed nothing", async () => {
  const client = made();
  assert.equal(await client.call(look, { name: "query", times: 2 }), 3);
  assert.equal(await client.call(look, { name: "away", times: 1, kind: "unavailable" }), 2);
  assert.equal(await client.call(change, { name: "key", times: 2 }, { idempotencyKey: "one" }), 3);
  assert.equal(await client.call(change, { name: "queue", times: 1 }, { whileAway: "queue" }), 2);
  const { items } = await client.call(Order.list, { orderBy: "title" });
  assert.deepEqual(
    items.map(({ title }) => title),
    ["key", "queue"],
  );
});

test("a command without a key is not, nor a stream, nor what no retry mends, nor what takes long", async () => {
  const client = made();
  const refused = { code: "BUSY", retryAfter: 0.01 };
  await assert.rejects(client.call(change, { name: "keyless", times: 1 }), refused);
  await assert.rejects(client.subscribe(stream, { name: "stream", times: 1 }).next(), refused);
  await assert.rejects(client.call(look, { name: "quota", times: 1, kind: "resource_exhausted" }), refused);
  await assert.rejects(client.call(look, { name: "long", times: 1, after: 20 }), {
    code: "BUSY",
    kind: "aborted",
    retryAfter: 20,
  });
  assert.deepEqual(calls, ["keyless", "stream", "quota", "long"]);
});

test("three times and no more, and not after its time or its signal", async () => {
  const client = made();
  await assert.rejects(client.call(look, { name: "three", times: 9 }), { code: "BUSY" });
  assert.deepEqual(calls, ["three", "three", "three"]);
  const controller = new AbortController();
  const left = client.call(look, { name: "left", times: 9, after: 0.2 }, { signal: controller.signal });
  const late = client.call(look, { name: "late", times: 9, after: 0.2 }, { timeout: 50 });
  await until(() => calls.length === 5);
  controller.abort();
  await assert.rejects(left, { name: "AbortError" });
  await assert.rejects(late, { code: "DEADLINE_EXCEEDED" });
  await client.call(look, { name: "between", times: 2, after: 0.15 });
  assert.deepEqual(
    calls
      .slice(3)
      .filter((name) => name !== "between")
      .sort(),
    ["late", "left"],
  );
});

test("what a server that stops does not begin is done by the next one", async () => {
  gate = Promise.withResolvers();
  const first = await startTest(busy, { drainTimeout: 20_000 });
  const client = made({ url: first.origin, whileAway: "queue", backOffMaxMs: 100 });
  const states: string[] = [];
  client.listen(({ state }) => states.push(state));
  const held = client.call(hold);
  await until(() => calls.includes("hold"));
  const stopped = first.server.close();
  const answer = client.call(change, { name: "moved", times: 0 });
  const asked = client.call(Order.list, {});
  // Its answer comes after the refusals of both.
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.deepEqual([client.state, calls], ["open", ["hold"]]);
  gate.resolve();
  assert.equal(await held, "held");
  await stopped;
  await until(() => client.state === "away");
  const second = await startTest(busy, { listen: [`127.0.0.1:${first.port}`] });
  assert.equal(await answer, 1);
  assert.ok((await asked).items.length <= 1);
  assert.deepEqual([calls, states.includes("closed")], [["hold", "moved"], false]);
  await second.close();
});
