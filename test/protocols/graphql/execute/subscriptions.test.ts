import assert from "node:assert/strict";
import { test } from "node:test";
import { type Api, api, error, resource, rule, subscription, t } from "fourfold";
import type { ExecutionResult } from "../../../../src/protocols/graphql/execute/execution.ts";
import { openRig, type Rig } from "./rig.ts";

const Drained = error("DRAINED", { kind: "unavailable", details: { at: t.int32() } });
const Drop = resource("Drop", {
  fields: { id: t.id(), size: t.int32(), of: t.ref(() => Drop, { optional: true }) },
});

/** What the handlers saw. */
function seen(): { readonly ended: string[]; readonly definition: Api } {
  const ended: string[] = [];
  const count = subscription("count", {
    input: { to: t.int32({ minimum: 1 }), wait: t.boolean({ default: false }) },
    output: { at: t.int32(), when: t.timestamp() },
    errors: [Drained],
    async *handle({ input, signal }) {
      try {
        for (let at = 1; at <= input.to; at++) {
          if (at === 4) throw Drained({ at });
          yield { at, when: new Date(0) };
        }
        if (input.wait) await new Promise((resolve) => signal.addEventListener("abort", resolve));
      } finally {
        ended.push("count");
      }
    },
  });
  const fall = subscription("fall", {
    output: Drop,
    async *handle({ db }) {
      const first = await db(Drop).create({ size: 1 });
      yield first;
      yield await db(Drop).create({ size: 2, ofId: first.id });
    },
  });
  const broken = subscription("broken", {
    output: t.int32(),
    async *handle() {
      yield 1;
      yield 1.5;
      yield 2;
    },
  });
  const hidden = subscription("hidden", {
    output: t.int32(),
    allow: rule("nobody", () => false),
    async *handle() {
      yield 1;
    },
  });
  const definition = api("rain", { resources: [Drop], operations: [count, fall, broken, hidden] });
  return { ended, definition };
}

async function open(rig: Rig, text: string): Promise<AsyncIterableIterator<ExecutionResult>> {
  const opened = await rig.subscribe(text);
  assert.ok("next" in opened);
  return opened;
}

async function all(stream: AsyncIterable<ExecutionResult>): Promise<readonly unknown[]> {
  const results: unknown[] = [];
  for await (const { data, errors } of stream)
    results.push(errors.length === 0 ? data : { data, codes: errors.map(codeOf) });
  return results;
}

function codeOf({ path, extensions }: ExecutionResult["errors"][number]): unknown {
  return [path, extensions["code"]];
}

test("each event is a result", async () => {
  const { definition, ended } = seen();
  await using rig = await openRig(definition);
  const results = await all(await open(rig, "subscription { n: count(to: 2) { at when } }"));
  const when = "1970-01-01T00:00:00.000Z";
  assert.deepEqual(results, [{ n: { at: 1, when } }, { n: { at: 2, when } }]);
  assert.deepEqual(ended, ["count"]);
});

test("rows of events have their relations", async () => {
  await using rig = await openRig(seen().definition);
  assert.deepEqual(await all(await open(rig, "subscription { fall { size of { size of { id } } } }")), [
    { fall: { size: 1, of: null } },
    { fall: { size: 2, of: { size: 1, of: null } } },
  ]);
});

test("what breaks a stream off is its last result", async () => {
  await using rig = await openRig(seen().definition);
  const results = await all(await open(rig, "subscription { count(to: 9) { at } }"));
  assert.deepEqual(results, [
    { count: { at: 1 } },
    { count: { at: 2 } },
    { count: { at: 3 } },
    { data: undefined, codes: [[undefined, "DRAINED"]] },
  ]);
});

test("an event that is none of its type is an error of its own", async () => {
  await using rig = await openRig(seen().definition);
  assert.deepEqual(await all(await open(rig, "subscription { broken }")), [
    { broken: 1 },
    { data: null, codes: [[["broken"], "INTERNAL"]] },
    { broken: 2 },
  ]);
  assert.equal(rig.reported.length, 1);
});

test("a subscription that is refused is one result", async () => {
  await using rig = await openRig(seen().definition);
  const cases = [
    ["subscription { count(to: 0) { at } }", "INVALID_INPUT"],
    ["subscription { hidden }", "UNAUTHENTICATED"],
  ] as const;
  for (const [text, code] of cases) {
    const refused = await rig.subscribe(text);
    assert.ok("errors" in refused);
    assert.deepEqual(
      [refused.data, refused.errors.map(({ extensions }) => extensions["code"])],
      [undefined, [code]],
    );
  }
});

test("whoever listens no more is let go at once", async () => {
  const { definition } = seen();
  await using rig = await openRig(definition);
  const stream = await open(rig, "subscription { count(to: 1, wait: true) { at } }");
  await stream.next();
  const waiting = stream.next();
  assert.deepEqual(await stream.return?.(), { value: undefined, done: true });
  assert.deepEqual(await stream.next(), { value: undefined, done: true });
  // Nobody waits for the handler, which is busy.
  void waiting;
});

test("rows are watched: what there is, each change, and on from a position", async () => {
  await using rig = await openRig(seen().definition);
  const first = await rig.call(Drop.create, { size: 1 });
  const text = "{ type id row { size of { size } } position }";
  const stream = await open(rig, `subscription { dropChanged(filter: "size < 5") ${text} }`);
  const next = async (): Promise<Change> => told(await stream.next());
  assert.deepEqual(await next(), {
    type: "snapshot",
    id: first.id,
    row: { size: 1, of: null },
    position: null,
  });
  const { position, ...synced } = await next();
  assert.deepEqual(synced, { type: "synced", id: null, row: null });
  const second = await rig.call(Drop.create, { size: 2, ofId: first.id });
  await rig.call(Drop.create, { size: 7 });
  await rig.call(Drop.update, { id: first.id, size: 9 });
  const created = await next();
  assert.deepEqual(
    [created.type, created.id, created.row],
    ["created", second.id, { size: 2, of: { size: 9 } }],
  );
  const gone = await next();
  assert.deepEqual([gone.type, gone.id, gone.row], ["deleted", first.id, null]);
  await stream.return?.();
  const resumed = await open(rig, `subscription { dropChanged(after: ${JSON.stringify(position)}) ${text} }`);
  const types: (string | null)[] = [];
  while (types.at(-1) !== "synced") types.push(told(await resumed.next()).type);
  assert.deepEqual(types, ["created", "created", "updated", "synced"]);
  await resumed.return?.();
  const refused = await rig.subscribe('subscription { dropChanged(after: "x") { type } }');
  assert.ok("errors" in refused);
  assert.equal(refused.errors[0]?.extensions["code"], "INVALID_POSITION");
});

interface Change {
  readonly type: string | null;
  readonly id: string | null;
  readonly row: unknown;
  readonly position: string | null;
}

function told({ value, done }: IteratorResult<ExecutionResult>): Change {
  assert.ok(done !== true && value.errors.length === 0);
  return (value.data as { readonly dropChanged: Change }).dropChanged;
}

test("a change that many are told of is written once for each selection", async () => {
  const Cup = resource("Cup", { fields: { id: t.id(), size: t.int32() } });
  await using rig = await openRig(api("cups", { resources: [Cup] }));
  const texts = [
    "subscription { cupChanged { type row { size } } }",
    "subscription { cupChanged { type row { size } } }",
    "subscription { cupChanged { row { id size } } }",
  ];
  const streams = await Promise.all(texts.map((text) => open(rig, text)));
  // Each hears first that it has all there is.
  for (const stream of streams) await stream.next();
  const told = streams.map((stream) => stream.next());
  const cup = await rig.call(Cup.create, { size: 3 });
  const [one, two, other] = (await Promise.all(told)).map(({ value }): ExecutionResult => value);
  assert.equal(one?.text, '{"data":{"cupChanged":{"type":"created","row":{"size":3}}}}');
  assert.equal(one, two);
  assert.equal(other?.text, `{"data":{"cupChanged":{"row":{"id":"${cup.id}","size":3}}}}`);
  for (const stream of streams) await stream.return?.();
});
