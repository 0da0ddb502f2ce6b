import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import type { GrpcJs } from "./grpc-js.ts";
import { startRig } from "./rig.ts";

// Of gRPC.
const [OK, UNAUTHENTICATED] = [0, 16];

test("one message and one answer, with metadata", async () => {
  await using all = await startRig();
  const metadata = { authorization: "Bearer ann", "x-request-id": "of-mine" };
  const { answer, end } = await all.second.unary("EchoesService/Say", { text: "hé" }, { metadata });
  assert.equal(end.code, OK);
  assert.deepEqual(answer, { text: "hé", caller: "ann", requestId: "of-mine" });
});

test("one message and many answers: 10,000, and none", async () => {
  await using all = await startRig();
  const many = all.second.server("EchoesService/Count", { to: 10_000 });
  const found = await many.all();
  assert.equal(found.length, 10_000);
  assert.deepEqual([found[0]?.["value"], found[9999]?.["value"]], [1, 10_000]);
  assert.equal((await many.end).code, OK);
  const none = all.second.server("EchoesService/Count", { to: 0 });
  assert.deepEqual(await none.all(), []);
  assert.equal((await none.end).code, OK);
});

test("many messages and one answer: 10,000, and none", async () => {
  await using all = await startRig();
  const many = all.second.sending("EchoesService/Sum");
  for (let each = 1; each <= 10_000; each++)
    await many.send({ amountInCents: each, size: each === 3 ? "SUM_REQUEST_SIZE_LARGE" : undefined });
  many.call.end();
  assert.deepEqual(await many.answer, { total: 50_005_000, messages: 10_000, sizes: ["large"] });
  assert.equal((await many.end).code, OK);
  // Stated or not: the value 0 of an enum says nothing.
  const unsaid = all.second.sending("EchoesService/Sum");
  await unsaid.send({ amountInCents: 1, size: "SUM_REQUEST_SIZE_UNSPECIFIED" });
  unsaid.call.end();
  assert.deepEqual(await unsaid.answer, { total: 1, messages: 1, sizes: [] });
  const none = all.second.sending("EchoesService/Sum");
  none.call.end();
  assert.equal((await none.answer)?.["messages"], 0);
});

test("many messages and many answers: ping-pong, and 10,000 each way at the same time", async () => {
  await using all = await startRig();
  const turns = all.second.both("EchoesService/Echo");
  for (let place = 0; place < 200; place++) {
    await turns.send({ text: `t${place}` });
    assert.deepEqual(await turns.next(), { text: `t${place}`, place });
  }
  turns.close();
  assert.equal(await turns.next(), null);
  assert.equal((await turns.end).code, OK);
  assert.equal(await all.seen.ended("echo"), "echo: open");

  const both = all.second.both("EchoesService/Echo");
  const sent = (async () => {
    for (let each = 0; each < 10_000; each++) await both.send({ text: String(each) });
    both.close();
  })();
  const found = await both.all();
  await sent;
  assert.equal(found.length, 10_000);
  assert.ok(found.every(({ text, place }, index) => text === String(index) && place === index));
  assert.equal((await both.end).code, OK);
});

test("a handler does not run ahead of a peer that reads slowly", async () => {
  await using all = await startRig();
  const flood = all.second.both("EchoesService/Flood");
  assert.equal((await flood.next())?.["pad"], "x".repeat(1000));
  await wait(300);
  const ahead = all.seen.made;
  // The windows of both sides, and what the client's stream reads ahead.
  assert.ok(ahead < 1000, `${ahead} answers of 1,000 bytes were made for one that was read`);
  await wait(100);
  assert.equal(all.seen.made, ahead);
  for (let each = 0; each < ahead + 500; each++) await flood.next();
  assert.ok(all.seen.made > ahead + 400);
  flood.call.cancel();
  assert.equal(await all.seen.ended("flood"), "flood: CANCELLED");
});

test("a peer does not run ahead of a handler that reads slowly", async () => {
  await using all = await startRig();
  const sending = all.second.sending("EchoesService/Absorb");
  const text = "x".repeat(1000);
  let sent = 0;
  const whole = (async () => {
    for (; sent < 5000; sent++) await sending.send({ text });
    sending.call.end();
  })();
  await wait(300);
  const ahead = sent;
  assert.ok(ahead < 2000, `${ahead} messages of 1,000 bytes were taken before the handler asked for one`);
  await wait(100);
  assert.equal(sent, ahead);
  all.seen.released.resolve();
  await whole;
  assert.deepEqual(await sending.answer, { taken: 5000 });
});

test("rules are asked before any message is", async () => {
  await using all = await startRig();
  const nobody = all.second.both("EchoesService/Secured");
  await nobody.send({ text: "a" });
  assert.equal((await nobody.end).code, UNAUTHENTICATED);
  const ann = all.second.both("EchoesService/Secured", { metadata: { authorization: "Bearer ann" } });
  await ann.send({ text: "a" });
  assert.deepEqual(await ann.next(), { text: "ann: a" });
  ann.close();
  assert.equal((await ann.end).code, OK);
});

test("rows in streams are those of the version: renamed, converted, absent and hidden fields", async () => {
  await using all = await startRig();
  const sending = all.second.sending("ItemService/LoadItems");
  const madeAt = { seconds: "1750000000", nanos: 5_000_000 };
  for (const label of ["a", "b"]) await sending.send({ label, madeAt });
  sending.call.end();
  const answer = (await sending.answer) as { items: Record<string, unknown>[] };
  assert.deepEqual(
    answer.items.map(({ label, count, secret }) => [label, count, secret]),
    [
      ["a", 0, undefined],
      ["b", 0, undefined],
    ],
  );
  const rowsOf = async (client: GrpcJs, bearer: string): Promise<unknown[]> => {
    const metadata = { authorization: `Bearer ${bearer}` };
    const rows = client.server("EchoesService/Items", {}, { metadata });
    const found = await rows.all();
    assert.equal((await rows.end).code, OK);
    return found.map(({ id, etag, madeAt: time, ...row }) => {
      assert.deepEqual([typeof id, typeof etag, time], ["string", "string", madeAt]);
      return row;
    });
  };
  assert.deepEqual(await rowsOf(all.first, "kim"), [
    { title: "a", count: "0", secret: "s" },
    { title: "b", count: "0", secret: "s" },
  ]);
  assert.deepEqual(await rowsOf(all.first, "ann"), [
    { title: "a", count: "0" },
    { title: "b", count: "0" },
  ]);
  assert.deepEqual(await rowsOf(all.second, "kim"), [
    { label: "a", count: 0, secret: "s", size: "ITEM_SIZE_SMALL" },
    { label: "b", count: 0, secret: "s", size: "ITEM_SIZE_SMALL" },
  ]);
});
