import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as turn, setTimeout as wait } from "node:timers/promises";
import { type ApiError, api, resource, rule, subscription, t } from "fourfold";
import { startTest } from "fourfold/testing";

const kim = { id: "kim", roles: ["keeper"], claims: {} };
const keeper = rule("keeper", async ({ caller }) => caller?.roles.includes("keeper") ?? false);
const own = rule("own", ({ caller, input }) => caller?.id === input["owner"]);
const Note = resource("Note", {
  fields: { id: t.id(), owner: t.string(), text: t.string(), rating: t.int32({ default: 3 }) },
  allow: { fields: { text: keeper, rating: own } },
});

async function all<T>(answers: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const answer of answers) found.push(answer);
  return found;
}

test("what rules hide is hidden in every answer of a stream, wherever rows stand in it", async () => {
  const rows = subscription("rows", {
    output: Note,
    async *handle({ db }) {
      yield* await db(Note).list({ orderBy: "owner" });
    },
  });
  const nested = subscription("nested", {
    output: { one: t.row(Note, { nullable: true }), many: t.list(t.row(Note)), count: t.int32() },
    async *handle({ db }) {
      const items = await db(Note).list({ orderBy: "owner" });
      yield { one: null, many: items, count: 0 };
      yield { one: items[0] ?? null, many: [], count: 1 };
    },
  });
  const atOnce = subscription("atOnce", {
    messages: { id: t.uuid() },
    output: Note,
    async *handle({ messages, db }) {
      for await (const { id } of messages) yield await db(Note).get(id);
    },
  });
  await using server = await startTest(
    api("notes", { resources: [Note], operations: [rows, nested, atOnce] }),
  );
  const ann = await server.call(Note.create, { owner: "ann", text: "a" });
  const kims = await server.call(Note.create, { owner: "kim", text: "b" });
  const seen = (row: { owner: string; text: string | null; rating: number | null } | null): unknown =>
    row && [row.owner, row.text, row.rating];
  for (const [caller, first, second] of [
    [undefined, ["ann", null, null], ["kim", null, null]],
    [{ ...kim, roles: [] }, ["ann", null, null], ["kim", null, 3]],
    [kim, ["ann", "a", null], ["kim", "b", 3]],
    [{ ...kim, id: "ann" }, ["ann", "a", 3], ["kim", "b", null]],
  ] as const) {
    assert.deepEqual((await all(await server.call(rows, {}, caller))).map(seen), [first, second]);
    const found = await all(await server.call(nested, {}, caller));
    assert.deepEqual(
      found.map(({ one, many, count }) => [seen(one), many.map(seen), count]),
      [
        [null, [first, second], 0],
        [first, [], 1],
      ],
    );
    const asked = await all(await server.call(atOnce, [{ id: kims.id }, { id: ann.id }], caller));
    assert.deepEqual(asked.map(seen), [second, first]);
  }
});

test("a rule that fails within a stream ends it, and the handler cleans up", async () => {
  let asked = 0;
  let hasCleanedUp = false;
  const flaky = rule("flaky", () => {
    asked += 1;
    if (asked === 2) throw new Error("secret");
    return true;
  });
  const Thing = resource("Thing", {
    fields: { id: t.id(), name: t.string() },
    allow: { fields: { name: flaky } },
  });
  const things = subscription("things", {
    output: Thing,
    async *handle() {
      try {
        for (;;) yield { id: "0190b1c2-7b1e-7cc3-98c4-dc0c0c07398f", name: "x" };
      } finally {
        hasCleanedUp = true;
      }
    },
  });
  await using server = await startTest(api("things", { resources: [Thing], operations: [things] }));
  const answers = (await server.call(things, {}))[Symbol.asyncIterator]();
  assert.equal((await answers.next()).value?.name, "x");
  await assert.rejects(answers.next(), /secret/);
  await turn();
  assert.ok(hasCleanedUp);
  assert.deepEqual(await answers.next(), { value: undefined, done: true });
});

test("a subscription ends at its own deadline, and not at that of the API", async () => {
  const ends: unknown[] = [];
  const ticks = (name: string, deadline: { deadline?: number }) =>
    subscription(name, {
      ...deadline,
      output: t.int32(),
      async *handle({ signal }) {
        try {
          for (let tick = 1; tick <= 4; tick++) {
            yield tick;
            await wait(30);
          }
        } finally {
          ends.push([name, signal.aborted]);
        }
      },
    });
  const [short, long] = [ticks("short", { deadline: 45 }), ticks("long", {})];
  await using server = await startTest(api("ticks", { operations: [short, long], deadline: 20 }));
  const found: number[] = [];
  await assert.rejects(
    async () => {
      for await (const tick of await server.call(short, {})) found.push(tick);
    },
    { code: "DEADLINE_EXCEEDED" },
  );
  assert.deepEqual(found, [1, 2]);
  assert.deepEqual(await all(await server.call(long, {})), [1, 2, 3, 4]);
  assert.deepEqual(ends, [
    ["short", true],
    ["long", false],
  ]);
});

test("a stream that has ended has no deadline any more", async () => {
  const signals: AbortSignal[] = [];
  const brief = subscription("brief", {
    deadline: 30,
    output: t.int32(),
    async *handle({ signal }) {
      signals.push(signal);
      yield 1;
      yield 2;
    },
  });
  await using server = await startTest(api("brief", { operations: [brief] }));
  assert.deepEqual(await all(await server.call(brief, {})), [1, 2]);
  for await (const _ of await server.call(brief, {})) break;
  await wait(60);
  assert.deepEqual(
    signals.map(({ aborted }) => aborted),
    [false, false],
  );
});

test("a deadline passes while the reader takes its time, and is told at the next answer", async () => {
  const quick = subscription("quick", {
    deadline: 20,
    output: t.int32(),
    async *handle() {
      for (let tick = 1; ; tick++) yield tick;
    },
  });
  await using server = await startTest(api("quick", { operations: [quick] }));
  const answers = (await server.call(quick, {}))[Symbol.asyncIterator]();
  assert.equal((await answers.next()).value, 1);
  await wait(40);
  await assert.rejects(answers.next(), (thrown: ApiError) => thrown.code === "DEADLINE_EXCEEDED");
  assert.equal((await answers.next()).done, true);
});

test("a subscription is about a row where it says so, and a handler that answers no stream is told of", async () => {
  const versions = subscription("versions", {
    on: Note,
    output: t.string(),
    async *handle({ target }) {
      yield target.text;
      yield target.owner;
    },
  });
  const wrong = subscription("wrong", {
    deadline: "1s",
    output: t.int32(),
    handle: (() => undefined) as never,
  });
  await using server = await startTest(api("notes", { resources: [Note], operations: [versions, wrong] }));
  const { id } = await server.call(Note.create, { owner: "ann", text: "a" });
  assert.deepEqual(await all(await server.call(versions, { id })), ["a", "ann"]);
  await assert.rejects(server.call(versions, { id: "nobody" }), { code: "NOTE_NOT_FOUND" });
  await assert.rejects(server.call(wrong, {}), /can be iterated/);
});
