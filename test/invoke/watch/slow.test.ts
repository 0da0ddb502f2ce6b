import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { type ApiError, api, type Change, command, resource, t, type WatchOptions } from "fourfold";
import { startTest, type TestServer } from "fourfold/testing";
import { brief, Told } from "./changes.ts";

function definitionOf(watch: WatchOptions) {
  const Note = resource("Note", { fields: { id: t.id(), title: t.string() }, watch });
  /** Writes titles, each to a row of a number, in a commit of its own. */
  const write = command("write", {
    input: { titles: t.list(t.string()), ids: t.list(t.string()) },
    async handle({ input, db }) {
      for (const [index, title] of input.titles.entries())
        await db(Note).update(input.ids[index % input.ids.length] ?? "", { title });
    },
  });
  return { Note, write, definition: api("notes", { resources: [Note], operations: [write] }) };
}

type Notes = ReturnType<typeof definitionOf>;

async function open({ Note }: Notes, server: TestServer, rows: number) {
  const ids: string[] = [];
  for (let index = 0; index < rows; index++)
    ids.push((await server.call(Note.create, { title: `r${index}` })).id);
  const slow = new Told(await server.call(Note.watch, { snapshot: false }));
  const quick = new Told(await server.call(Note.watch, { snapshot: false }));
  const [synced] = await slow.untilSynced();
  await quick.untilSynced();
  return { ids, slow, quick, position: synced?.position };
}

const title = (row: { readonly title: string }): string => row.title;

function numbers(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `t${index}`);
}

function titles(changes: readonly Change<{ readonly title: string }>[]): readonly string[] {
  return changes.map((change) => brief(change, title));
}

async function metric(server: TestServer, line: string): Promise<number> {
  const { text } = await server.request("GET /metrics");
  const found = text.split("\n").find((each) => each.startsWith(`${line} `));
  return Number(found?.split(" ").at(-1));
}

test("close, the usual policy: who is too slow is told how much it missed, and goes on from where it was", async () => {
  const notes = definitionOf({ buffer: 10 });
  await using server = await startTest(notes.definition);
  const { ids, slow, quick, position } = await open(notes, server, 1);
  const written = server.call(notes.write, { titles: numbers(25), ids });
  // One that takes what comes is told everything meanwhile.
  assert.deepEqual(
    titles(await quick.take(25)),
    numbers(25).map((each) => `updated ${each}`),
  );
  await written;
  await assert.rejects(slow.next(), (thrown) => {
    const { code, kind, message, details } = thrown as ApiError;
    assert.deepEqual([code, kind, details], ["WATCH_TOO_SLOW", "resource_exhausted", { missed: 11 }]);
    assert.match(message, /^11 changes were not taken in time \(10 may wait\)/);
    return true;
  });
  const again = new Told(await server.call(notes.Note.watch, { after: position }));
  assert.equal((await again.untilSynced()).length, 26);
  await again.end();
  assert.equal(await metric(server, 'fourfold_watch_missed_total{resource="Note"}'), 11);
  assert.equal(await metric(server, 'fourfold_watch_ended_total{resource="Note"}'), 1);
  assert.equal(await metric(server, 'fourfold_watches{resource="Note"}'), 1);
  await quick.end();
});

test("drop-oldest: the latest are told, and how many were left out", async () => {
  const notes = definitionOf({ buffer: 4, slow: "drop-oldest" });
  await using server = await startTest(notes.definition);
  const { ids, slow, quick } = await open(notes, server, 1);
  const written = server.call(notes.write, { titles: numbers(20), ids });
  await quick.take(20);
  await written;
  assert.deepEqual(titles(await slow.take(5)), [
    "missed 16",
    "updated t16",
    "updated t17",
    "updated t18",
    "updated t19",
  ]);
  await server.call(notes.write, { titles: ["next"], ids });
  assert.deepEqual(titles(await slow.take(1)), ["updated next"]);
  assert.equal(await metric(server, 'fourfold_watch_missed_total{resource="Note"}'), 16);
  await slow.end();
  await quick.end();
});

test("latest-per-key: of each row what it is now, in the order of these changes", async () => {
  const notes = definitionOf({ buffer: 3, slow: "latest-per-key" });
  await using server = await startTest(notes.definition);
  const { ids, slow, quick } = await open(notes, server, 3);
  const written = server.call(notes.write, { titles: numbers(30), ids });
  await quick.take(30);
  await written;
  const [id = ""] = ids;
  await server.call(notes.Note.delete, { id });
  assert.equal((await quick.next()).type, "deleted");
  const told = await slow.take(4);
  assert.deepEqual(titles(told), ["missed 28", "updated t28", "updated t29", "deleted"]);
  assert.equal(told.at(-1)?.id, id);
  // More rows than may wait are more than it can be told at once.
  for (let index = 0; index < 5; index++) {
    await server.call(notes.Note.create, { title: `new ${index}` });
    assert.equal((await quick.next()).type, "created");
  }
  await assert.rejects(slow.next(), (thrown) => (thrown as ApiError).code === "WATCH_TOO_SLOW");
  await quick.end();
});

test("two thousand watches of one resource: one read of each change, one object for all, and one encoding", async () => {
  const notes = definitionOf({});
  await using server = await startTest(notes.definition);
  const watches = await Promise.all(
    Array.from({ length: 2_000 }, () => server.call(notes.Note.watch, { snapshot: false })),
  );
  const all = watches.map((watch) => new Told(watch));
  await Promise.all(all.map((told) => told.untilSynced()));
  const next = all.map((told) => told.next());
  await server.call(notes.Note.create, { title: "one" });
  const changes = new Set(await Promise.all(next));
  assert.equal(changes.size, 1);
  assert.equal(await metric(server, "fourfold_watch_changes_read_total"), 1);
  assert.equal(await metric(server, 'fourfold_watches{resource="Note"}'), 2_000);
  await Promise.all(all.map((told) => told.end()));
  await turn();
  assert.equal(await metric(server, 'fourfold_watches{resource="Note"}'), 0);
  await server.call(notes.Note.create, { title: "nobody reads this" });
  await turn();
  assert.equal(await metric(server, "fourfold_watch_changes_read_total"), 1);
});
