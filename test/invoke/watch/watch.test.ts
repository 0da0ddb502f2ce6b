import assert from "node:assert/strict";
import { test } from "node:test";
import { type ApiError, api, type Change, command, resource, rule, t } from "fourfold";
import { startTest } from "fourfold/testing";
import { brief, Told } from "./changes.ts";

const Author = resource("Author", { fields: { id: t.id(), name: t.string() } });
const Note = resource("Note", {
  fields: {
    id: t.id(),
    title: t.string(),
    stars: t.int32({ default: 0 }),
    author: t.ref(() => Author, { optional: true, onDelete: "cascade" }),
    editor: t.ref(() => Author, { optional: true, onDelete: "setNull" }),
  },
});
const fill = command("fill", {
  input: { count: t.int32() },
  async handle({ input, db }) {
    await db.transaction(async (inner) => {
      for (let index = 0; index < input.count; index++) await inner(Note).create({ title: `n${index}` });
    });
  },
});
const notes = api("notes", { resources: [Author, Note], operations: [fill] });

const title = (row: { readonly title: string }): string => row.title;

function codeOf(thrown: unknown): string {
  return (thrown as ApiError).code;
}

test("the rows that there are, the position, and each change as it comes", async () => {
  await using server = await startTest(notes);
  const { id } = await server.call(Note.create, { title: "first" });
  const told = new Told(await server.call(Note.watch, {}));
  const [row, synced] = await told.take(2);
  assert.deepEqual(
    { ...row },
    { type: "snapshot", id, row: row?.row, position: undefined, missed: undefined },
  );
  assert.equal(row?.row?.title, "first");
  assert.equal(synced?.type, "synced");
  const next = told.next();
  await server.call(Note.update, { id, title: "second" });
  const updated = await next;
  assert.deepEqual([updated.type, updated.id, updated.row?.title], ["updated", id, "second"]);
  const other = await server.call(Note.create, { title: "other" });
  await server.call(Note.delete, { id });
  const [created, deleted] = await told.take(2);
  assert.deepEqual([created?.type, created?.id], ["created", other.id]);
  assert.deepEqual(
    { ...deleted },
    { type: "deleted", id, row: undefined, position: deleted?.position, missed: undefined },
  );
  const positions = [synced, updated, created, deleted].map((change) => change?.position);
  assert.equal(new Set(positions).size, 4);
  await told.end();
});

test("every way to write is told: batches, transactions, handlers, and what a foreign key does", async () => {
  await using server = await startTest(notes);
  const told = new Told(await server.call(Note.watch, {}));
  await told.untilSynced();
  const ann = await server.call(Author.create, { name: "Ann" });
  const bob = await server.call(Author.create, { name: "Bob" });
  const batch = await server.call(Note.batchCreate, {
    items: [
      { title: "hers", authorId: ann.id },
      { title: "edited", authorId: bob.id, editorId: ann.id },
    ],
  });
  await server.call(fill, { count: 2 });
  await server.call(Author.delete, { id: ann.id });
  const changes = await told.take(6);
  assert.deepEqual(changes.map((change) => brief(change, title)).sort(), [
    "created edited",
    "created hers",
    "created n0",
    "created n1",
    "deleted",
    "updated edited",
  ]);
  const cleared = changes.find(({ type }) => type === "updated");
  assert.equal(cleared?.row?.editorId, null);
  const edited = batch.items[1]?.id ?? "";
  assert.equal((await server.request(`GET /notes/${edited}`)).headers["etag"]?.split(".")[1], '2"');
  await told.end();
});

test("what a transaction takes back was never there", async () => {
  const failing = command("failing", {
    async handle({ db }) {
      await db.transaction(async (inner) => {
        await inner(Note).create({ title: "never" });
        throw new Error("no");
      });
    },
  });
  await using server = await startTest(api("notes", { resources: [Author, Note], operations: [failing] }));
  const told = new Told(await server.call(Note.watch, {}));
  await told.untilSynced();
  await assert.rejects(server.call(failing, {}));
  await server.call(Note.create, { title: "after" });
  assert.equal(brief(await told.next(), title), "created after");
  await told.end();
});

test("a filter: what comes into it is created, what leaves it is deleted, and nothing else is told", async () => {
  await using server = await startTest(notes);
  await server.call(Note.create, { title: "low", stars: 1 });
  const { id } = await server.call(Note.create, { title: "high", stars: 5 });
  const told = new Told(await server.call(Note.watch, { filter: "stars >= 3" }));
  assert.deepEqual(
    (await told.untilSynced()).map((change) => brief(change, title)),
    ["snapshot high", "synced"],
  );
  await server.call(Note.update, { id, stars: 4 });
  await server.call(Note.update, { id, stars: 2 });
  await server.call(Note.update, { id, stars: 1 });
  await server.call(Note.update, { id, stars: 3, title: "back" });
  await server.call(Note.delete, { id });
  assert.deepEqual(
    (await told.take(4)).map((change) => brief(change, title)),
    ["updated high", "deleted", "created back", "deleted"],
  );
  await told.end();
  await assert.rejects(
    server.call(Note.watch, { filter: "colour = 1" }),
    (thrown) => codeOf(thrown) === "INVALID_FILTER",
  );
});

test("a position: goes on after it, without a snapshot, and as often as one likes", async () => {
  await using server = await startTest(notes);
  const now = new Told(await server.call(Note.watch, { snapshot: false }));
  const [synced] = await now.untilSynced();
  const position = synced?.position ?? "";
  await now.end();
  for (const each of ["a", "b", "c"]) await server.call(Note.create, { title: each });
  for (const _ of [1, 2]) {
    const told = new Told(await server.call(Note.watch, { after: position }));
    const changes = await told.untilSynced();
    assert.deepEqual(
      changes.map((change) => brief(change, title)),
      ["created a", "created b", "created c", "synced"],
    );
    await told.end();
    const rest = new Told(
      await server.call(Note.watch, { after: changes[1]?.position, filter: 'title != "x"' }),
    );
    assert.deepEqual(
      (await rest.untilSynced()).map((change) => brief(change, title)),
      ["created c", "synced"],
    );
    await rest.end();
  }
  for (const after of ["x", "1.abc", `${position}0`, "9.9"]) {
    const refused = server.call(Note.watch, { after });
    await assert.rejects(refused, (thrown) => codeOf(thrown) === "INVALID_POSITION", after);
  }
  const [count, identity] = position.split(".");
  for (const after of [`zz.${identity}`, `${count}.abcdefgh`]) {
    const refused = server.call(Note.watch, { after });
    await assert.rejects(refused, (thrown) => codeOf(thrown) === "POSITION_EXPIRED", after);
  }
  const other = await server.call(Author.watch, { snapshot: false });
  const [elsewhere] = await new Told(other).untilSynced();
  await assert.rejects(
    server.call(Note.watch, { after: elsewhere?.position }),
    (thrown) => codeOf(thrown) === "POSITION_EXPIRED",
    "positions of another resource",
  );
});

test("a snapshot of many pages, while rows are written, is followed by all that it has not seen", async () => {
  await using server = await startTest(notes);
  await server.call(fill, { count: 450 });
  const told = new Told(await server.call(Note.watch, {}));
  const rows = new Map<string, string>();
  const see = (change: Change<{ readonly title: string }>): void => {
    if (change.id === undefined) return;
    if (change.type === "deleted") rows.delete(change.id);
    else rows.set(change.id, change.row?.title ?? "");
  };
  for (const change of await told.take(150)) see(change);
  const ids = [...rows.keys()];
  // One that was told, one of a page that was not read yet, one that is new, one that comes and goes.
  await server.call(Note.update, { id: ids[3] ?? "", title: "told before" });
  await server.call(Note.delete, { id: ids[7] ?? "" });
  const page = await server.call(Note.list, { pageSize: 1000 });
  await server.call(Note.update, { id: page.items[440]?.id ?? "", title: "not yet told" });
  await server.call(Note.delete, { id: page.items[441]?.id ?? "" });
  await server.call(Note.create, { title: "new" });
  const passing = await server.call(Note.create, { title: "passing" });
  await server.call(Note.delete, { id: passing.id });
  const rest = await told.untilSynced();
  for (const change of rest) see(change);
  const expected = await server.call(Note.list, { pageSize: 1000 });
  assert.deepEqual(
    [...rows].sort(),
    expected.items.map((row) => [row.id, row.title] as [string, string]).sort(),
  );
  assert.ok(
    rest
      .filter(({ type }) => type !== "synced")
      .every(({ position }) => position === undefined || position === rest.at(-1)?.position),
  );
  await told.end();
});

test("rules: rows that a caller may not see, now and later; fields; who may watch", async () => {
  const chief = rule("chief", async ({ caller }) => caller?.roles.includes("chief") ?? false);
  const dismissed = new Set<string>();
  const Secret = resource("Secret", {
    fields: { id: t.id(), owner: t.string(), word: t.string() },
    allow: {
      call: { watch: rule("still here", ({ caller }) => !dismissed.has(caller?.id ?? "")) },
      rows: ({ caller }) => (caller?.roles.includes("chief") ? true : { owner: caller?.id ?? "" }),
      fields: { word: chief },
    },
  });
  await using server = await startTest(api("secrets", { resources: [Secret] }));
  const ann = { id: "ann", roles: [], claims: {} };
  const boss = { id: "boss", roles: ["chief"], claims: {} };
  await server.call(Secret.create, { owner: "ann", word: "old" });
  const hers = new Told(await server.call(Secret.watch, {}, ann));
  const his = new Told(await server.call(Secret.watch, {}, boss));
  const show = (row: { readonly owner: string; readonly word: string | null }): string =>
    `${row.owner} ${row.word}`;
  const seen = (changes: readonly Change<{ readonly owner: string; readonly word: string | null }>[]) =>
    changes.map((change) => brief(change, show));
  assert.deepEqual(seen(await hers.untilSynced()), ["snapshot ann null", "synced"]);
  assert.deepEqual(seen(await his.untilSynced()), ["snapshot ann old", "synced"]);
  const { id } = await server.call(Secret.create, { owner: "bob", word: "new" }, boss);
  await server.call(Secret.update, { id, owner: "ann" }, boss);
  await server.call(Secret.update, { id, owner: "bob" }, boss);
  assert.deepEqual(seen(await hers.take(2)), ["created ann null", "deleted"]);
  assert.deepEqual(seen(await his.take(3)), ["created bob new", "updated ann new", "updated bob new"]);
  dismissed.add("ann");
  await server.call(Secret.create, { owner: "ann", word: "late" }, boss);
  await assert.rejects(hers.next(), (thrown) => codeOf(thrown) === "PERMISSION_DENIED");
  assert.deepEqual(seen(await his.take(1)), ["created ann late"]);
  await his.end();
});

test("a watch ends with the credentials, and with the server", async () => {
  await using server = await startTest(notes);
  // At least a second from now: both are synced by then.
  const exp = Math.ceil(Date.now() / 1000) + 1;
  const told = new Told(await server.call(Note.watch, {}, { id: "ann", roles: [], claims: { exp } }));
  const forever = new Told(await server.call(Note.watch, {}, { id: "bob", roles: [], claims: {} }));
  await Promise.all([told.untilSynced(), forever.untilSynced()]);
  await assert.rejects(told.next(), (thrown) => codeOf(thrown) === "UNAUTHENTICATED");
  const waiting = forever.next();
  const closing = server.close();
  await assert.rejects(waiting, (thrown) => codeOf(thrown) === "UNAVAILABLE");
  await closing;
});
