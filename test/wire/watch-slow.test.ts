import assert from "node:assert/strict";
import { test } from "node:test";
import { api, resource, t } from "fourfold";
import { startTest, type TestServer } from "fourfold/testing";
import { EventReader } from "./event-source.ts";

const Note = resource("Note", {
  fields: { id: t.id(), number: t.int32(), text: t.text() },
  watch: { buffer: 20 },
});
const text = "x".repeat(64 * 1024);

async function ended(server: TestServer): Promise<number> {
  const { text: metrics } = await server.request("GET /metrics");
  return Number(/^fourfold_watch_ended_total\{resource="Note"\} (\d+)/m.exec(metrics)?.[1]);
}

test("who stops reading costs a buffer, and nobody else anything; and goes on where it was", async () => {
  await using server = await startTest(api("notes", { resources: [Note] }));
  const stopped = new EventReader(`${server.origin}/notes:watch?snapshot=false`);
  const reading = new EventReader(`${server.origin}/notes:watch?snapshot=false`);
  await Promise.all([stopped.until("synced"), reading.until("synced")]);
  await stopped.pause();
  let written = 0;
  while ((await ended(server)) === 0) {
    assert.ok(written < 2_000, "what waits is bounded");
    for (let index = 0; index < 10; index++) await server.call(Note.create, { number: written++, text });
  }
  for (let number = 0; number < written; number++) assert.equal(numberOf(await reading.next()), number);
  await stopped.resume();
  const told: number[] = [];
  let problem: unknown = null;
  for (let event = await stopped.next(); event !== null; event = await stopped.next()) {
    if (event.event === "problem") problem = event.data;
    else told.push(numberOf(event));
  }
  const { code, details } = (problem as { error: { code: string; details: { missed: number } } }).error;
  assert.deepEqual([code, details], ["WATCH_TOO_SLOW", { missed: 21 }]);
  assert.deepEqual(told, [...told.keys()], "all up to somewhere, and nothing left out");
  assert.ok(told.length < written);
  const again = new EventReader(`${server.origin}/notes:watch`, { "last-event-id": stopped.lastId ?? "" });
  for (let number = told.length; number < written; number++)
    assert.equal(numberOf(await again.next()), number);
  again.close();
  reading.close();
  stopped.close();
});

function numberOf(event: { readonly data: unknown } | null): number {
  const { row } = (event?.data ?? {}) as { readonly row?: { readonly number: number } };
  return row?.number ?? -1;
}

test("a server that stops lets those who watch go, and waits for none of them", async () => {
  const server = await startTest(api("notes", { resources: [Note] }), { drainTimeout: 60_000 });
  const reader = new EventReader(`${server.origin}/notes:watch`);
  await reader.until("synced");
  await server.server.close();
  const last = await reader.next();
  assert.ok(last === null || last.event === "problem");
  assert.equal(await reader.next(), null);
});
