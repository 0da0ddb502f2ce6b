import assert from "node:assert/strict";
import { test } from "node:test";
import { api, command, resource, t, version } from "fourfold";
import { startTest } from "fourfold/testing";

const Note = resource("Note", { fields: { id: t.id(), title: t.string() } });

test("a deadline passes while a write waits for its turn: it is carried out, unless its transaction asks", async () => {
  const held = Promise.withResolvers<void>();
  const holds = Promise.withResolvers<void>();
  const hold = command("hold", {
    output: { held: t.boolean() },
    handle: ({ db }) =>
      db.transaction(async () => {
        held.resolve();
        await holds.promise;
        return { held: true };
      }),
  });
  const write = command("write", {
    input: { asks: t.boolean() },
    output: { written: t.boolean() },
    async handle({ input: { asks }, db, signal }) {
      if (!asks) await db(Note).create({ title: "plain" });
      else
        await db.transaction(async (inner) => {
          signal.throwIfAborted();
          await inner(Note).create({ title: "asked" });
        });
      return { written: true };
    },
  });
  const notes = api("notes", { resources: [Note], operations: [hold, write], versions: [version("1")] });
  await using server = await startTest(notes);
  const call = (method: string, body: string, timeout: string) =>
    server.request(`POST /notes.v1.NotesService/${method}`, {
      headers: { "content-type": "application/json", "connect-timeout-ms": timeout },
      body,
    });
  const holding = call("Hold", "{}", "20000");
  await held.promise;
  for (const asks of [false, true])
    assert.equal((await call("Write", JSON.stringify({ asks }), "50")).status, 504);
  holds.resolve();
  assert.equal((await holding).status, 200);
  // It has its turn after those before it.
  await call("Write", '{"asks":true}', "20000");
  const { items } = await server.call(Note.list, { orderBy: "title" });
  assert.deepEqual(
    items.map(({ title }) => title),
    ["asked", "plain"],
  );
});
