import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { type Client, ClientError, createClient, isError, remote, versionOf } from "fourfold/client";
import { startTest, type TestServer } from "fourfold/testing";
import blog, { User } from "../../examples/blog/api.ts";
import { type count, numbers, Order, Paid, pay, shop, told, wait } from "./shop.ts";
import { until } from "./until.ts";

let server: TestServer;
let client: Client;
before(async () => {
  server = await startTest(shop);
  client = createClient({ url: server.origin });
});
after(async () => {
  client.close();
  await server.close();
});

const due = new Date("2030-01-02T03:04:05.678Z");
const input = {
  title: "All types",
  total: 9_007_199_254_740_993n,
  stamp: Uint8Array.of(0, 255, 62, 63),
  lines: [{ due, count: 2n ** 62n }],
};

test("values go and come as the definition has them, in rows, pages, batches and within others", async () => {
  const created = await client.call(Order.create, input);
  const { id } = created;
  assert.deepEqual(created, { id, number: 0, paidAt: null, ...input });
  assert.deepEqual(await client.call(Order.get, { id }), created);
  const page = await client.call(Order.list, { filter: 'title = "All types"' });
  assert.deepEqual(page, { items: [created], nextPageToken: "" });
  assert.deepEqual((await client.call(Order.batchGet, { ids: [id] })).items, [created]);
  const { items } = await client.call(Order.batchCreate, {
    items: [{ title: "a" }, { title: "b", total: 1n }],
  });
  assert.deepEqual(
    items.map(({ title, total }) => [title, total]),
    [
      ["a", 0n],
      ["b", 1n],
    ],
  );
  assert.equal(await client.call(Order.delete, { id }), undefined);
});

test("a reference with types only calls the same, with values as JSON has them", async () => {
  const orders = remote.resource<typeof Order>("orders");
  const created = await client.call(orders.create, { ...input, paidAt: due.toISOString() });
  assert.deepEqual(created, {
    id: created.id,
    title: "All types",
    number: 0,
    total: "9007199254740993",
    stamp: "AP8+Pw==",
    lines: [{ due: due.toISOString(), count: String(2n ** 62n) }],
    paidAt: due.toISOString(),
  });
  assert.deepEqual((await client.call(orders.batchGet, { ids: [created.id] })).items, [created]);
  const { items } = await client.call(orders.batchCreate, { items: [{ title: "c", total: "7" }] });
  assert.equal(items[0]?.total, "7");
  const one = remote.command<typeof count>("count");
  assert.equal(await client.call(one, { key: "referred" }), 1);
  const values = remote.subscription<typeof numbers>("numbers");
  for await (const { number, at } of client.subscribe(values, { to: 1 }))
    assert.deepEqual([number, at], ["1", "1970-01-01T00:00:00.001Z"]);
});

test("errors say what they are, and those of the definition have their details", async () => {
  const { id } = await client.call(Order.create, { title: "paid twice" });
  await client.call(pay, { id });
  const thrown: unknown = await client.call(pay, { id }).catch((reason: unknown) => reason);
  assert.equal(isError(thrown, { ...Paid, code: "OTHER" }), false);
  assert.ok(isError(thrown, Paid));
  assert.ok(!Number.isNaN(Date.parse(thrown.details.at)));
  assert.deepEqual([thrown.kind, thrown.message], ["failed_precondition", "The state does not allow it"]);
  const invalid: unknown = await client.call(Order.create, { title: "" }).catch((reason: unknown) => reason);
  assert.ok(invalid instanceof ClientError);
  assert.deepEqual([invalid.code, invalid.violations?.[0]?.path], ["INVALID_INPUT", "title"]);
  await assert.rejects(client.call(Order.get, { id: "none" }), {
    code: "ORDER_NOT_FOUND",
    kind: "not_found",
  });
});

test("a row's version keeps a change from being made to another one", async () => {
  const row = await client.call(Order.create, { title: "versions" });
  const ifVersion = versionOf(row);
  assert.equal(ifVersion, 1);
  await client.call(Order.update, { id: row.id, title: "changed", ifVersion });
  await assert.rejects(client.call(Order.update, { id: row.id, title: "again", ifVersion }), {
    code: "PRECONDITION_FAILED",
  });
});

test("a call is cancelled by its signal and by its time, on the server too", async () => {
  const controller = new AbortController();
  const before = told.aborted;
  const cancelled = client.call(wait, { ms: 60_000 }, { signal: controller.signal });
  await until(() => told.slow > 0);
  controller.abort();
  await assert.rejects(cancelled, { name: "AbortError" });
  await until(() => told.aborted === before + 1);
  await assert.rejects(client.call(wait, { ms: 60_000 }, { timeout: 20 }), {
    code: "DEADLINE_EXCEEDED",
    kind: "deadline_exceeded",
  });
  await until(() => told.aborted === before + 2);
  await assert.rejects(client.call(wait, { ms: 0 }, { signal: AbortSignal.abort("gone") }), (reason) => {
    assert.equal(reason, "gone");
    return true;
  });
});

test("more calls than one socket may have under way wait for each other", async () => {
  const answers = await Promise.all(Array.from({ length: 500 }, () => client.call(wait, { ms: 1 })));
  assert.equal(answers.length, 500);
});

test("a subscription's values come one after another, and leaving it ends it", async () => {
  const values: bigint[] = [];
  for await (const { number, at } of client.subscribe(numbers, { to: 5 })) {
    assert.equal(at.getTime(), Number(number));
    values.push(number);
  }
  assert.deepEqual(values, [1n, 2n, 3n, 4n, 5n]);
  for await (const { number } of client.subscribe(numbers, { to: 2 ** 31 - 1 })) if (number === 3n) break;
  const full = client.subscribe(numbers, { to: 2 ** 31 - 1 }, { buffer: 10 });
  await assert.rejects(
    async () => {
      for await (const { number } of full) if (number === 1n) await sleep(50);
    },
    { code: "QUEUE_FULL" },
  );
});

test("a version is called by its path", async () => {
  await using served = await startTest(blog);
  const today = createClient({ url: `${served.origin}/`, version: "2" });
  const { items } = await today.call(User.list);
  assert.equal(items[0]?.displayName, "Ada Lovelace");
  today.close();
});

test("a url that is none is told, and a closed client calls nothing", async () => {
  assert.throws(() => createClient({ url: "example.com" }), /"example.com" is no address/);
  const closed = createClient({ url: server.origin });
  await closed.open();
  const pending = closed.call(wait, { ms: 60_000 });
  closed.close();
  assert.equal(closed.state, "closed");
  await assert.rejects(pending, { code: "CLIENT_CLOSED" });
  await assert.rejects(closed.call(wait, { ms: 0 }), { code: "CLIENT_CLOSED" });
  await closed.open();
  assert.equal(await closed.call(wait, { ms: 0 }), 0);
  closed.close();
});
