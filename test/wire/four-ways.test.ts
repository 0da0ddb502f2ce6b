import assert from "node:assert/strict";
import { test } from "node:test";
import { api, query, resource, t, version } from "fourfold";
import { fourWays, notSupported, startTest } from "fourfold/testing";

const Note = resource("Note", { fields: { id: t.id(), text: t.string({ maxLength: 5 }) } });
const double = query("double", {
  input: { value: t.int32() },
  output: t.int32(),
  handle: ({ input }) => input.value * 2,
});
const late = query("late", { output: t.int32(), handle: () => 1 });
const notes = api("notes", {
  resources: [Note],
  operations: [double, late],
  versions: [version("1", { renamed: [[Note.fields.text, "body"]], absent: [late] }), version("2")],
});
const ways = fourWays(notes);

test("it tells what each wire showed", async () => {
  const results = await ways.call({ operation: double, input: { value: 2 }, expect: { value: 4 } });
  const told = (wire: "process" | "rest" | "grpc" | "graphql" | "websocket"): readonly string[] => {
    const shown = results[wire];
    return shown === notSupported
      ? []
      : shown.map(({ way, status, outcome }) => `${way} ${status} ${JSON.stringify(outcome)}`);
  };
  assert.deepEqual(told("process"), ['today null {"value":4}']);
  assert.deepEqual(told("websocket"), [
    'v1 by path null {"value":4}',
    'v2 by path null {"value":4}',
    'v2 unsaid, in a batch null {"value":4}',
  ]);
  assert.deepEqual(told("rest"), [
    'v1 by path 200 {"value":4}',
    'v1 by header 200 {"value":4}',
    'v2 by path 200 {"value":4}',
    'v2 by header 200 {"value":4}',
    'v2 unsaid 200 {"value":4}',
    'v2 problem 200 {"value":4}',
  ]);
  assert.deepEqual(told("graphql"), [
    'v1 with variables 200 {"value":4}',
    'v2 with variables 200 {"value":4}',
    'v2 unsaid, with literals 200 {"value":4}',
  ]);
  assert.deepEqual(told("grpc"), [
    'v1 by gRPC 0 {"value":{"value":4}}',
    'v1 by gRPC-Web 0 {"value":{"value":4}}',
    'v1 by Connect 0 {"value":{"value":4}}',
    'v1 by Connect in JSON 0 {"value":{"value":4}}',
    'v2 by gRPC 0 {"value":{"value":4}}',
    'v2 by gRPC-Web 0 {"value":{"value":4}}',
    'v2 by Connect 0 {"value":{"value":4}}',
    'v2 by Connect in JSON 0 {"value":{"value":4}}',
  ]);
});

test("a version that lacks an operation is no way to call it", async () => {
  const { rest } = await ways.call({ operation: late, input: {}, expect: { value: 1 } });
  assert.deepEqual(rest === notSupported ? [] : rest.map(({ version: name }) => name), ["2", "2", "2", "2"]);
});

test("it fails, and names the way, where something else is shown", async () => {
  await assert.rejects(
    ways.call({ operation: double, input: { value: 2 }, expect: { value: 5 } }),
    /process, today: /,
  );
  await assert.rejects(
    ways.call({ operation: double, input: { value: 2 }, expect: { error: { code: "X", kind: "internal" } } }),
    /instead of X/,
  );
  await assert.rejects(
    ways.call({ operation: Note.get, input: { id: "x" }, expect: { value: { id: "x", text: "" } } }),
    /NOTE_NOT_FOUND/,
  );
  const create = { operation: Note.create, input: { text: "too long" } } as const;
  const error = { code: "INVALID_INPUT", kind: "invalid_argument" } as const;
  await assert.rejects(
    ways.call({ ...create, expect: { error: { ...error, code: "INVALID_JSON" } } }),
    /INVALID_INPUT/,
  );
  await assert.rejects(
    ways.call({ ...create, expect: { error: { ...error, kind: "not_found" } } }),
    /not_found/,
  );
  await assert.rejects(
    ways.call({
      ...create,
      expect: { error: { ...error, violations: [{ path: "text", rule: "minLength" }] } },
    }),
    /maxLength/,
  );
  await assert.rejects(ways.call({ ...create, expect: { error: { ...error, details: { a: 1 } } } }));
  await assert.rejects(
    ways.call({
      operation: double,
      input: { value: 1 },
      expect: { value: 2 },
      after: () => assert.fail("after"),
    }),
    /after/,
  );
  await assert.rejects(
    ways.call({
      operation: double,
      input: { value: 1 },
      expect: { value: 2 },
      on: { rest: ({ status }) => assert.equal(status, 201) },
    }),
    /rest, v1 by path: /,
  );
  await assert.rejects(
    fourWays(notes).call({
      operation: query("other", { handle: () => undefined }),
      input: {},
      expect: { value: undefined },
    }),
    /no way to call other/,
  );
});

test("what a wire cannot do is left out where the test says so", async () => {
  const { rest } = await ways.call({
    operation: double,
    input: { value: 2 },
    expect: { value: 4 },
    on: { rest: notSupported },
  });
  assert.equal(rest, notSupported);
});

test("violations are told in the names of the version", async () => {
  const { rest } = await ways.call({
    operation: Note.create,
    input: { text: "too long" },
    expect: {
      error: {
        code: "INVALID_INPUT",
        kind: "invalid_argument",
        violations: [{ path: "text", rule: "maxLength" }],
      },
    },
  });
  const [first] = rest === notSupported ? [] : rest;
  assert.match(JSON.stringify(first?.outcome), /"path":"body"/);
});

test("a test server is there, and gone when its block ends", async () => {
  let origin = "";
  {
    await using server = await startTest(notes);
    ({ origin } = server);
    assert.match(origin, /^http:\/\/127\.0\.0\.1:\d+$/);
    assert.equal(server.port, Number(new URL(origin).port));
    const answer = await server.request("POST /notes", { json: { text: "a" }, version: "2" });
    assert.deepEqual([answer.status, (answer.json as { text: string }).text], [201, "a"]);
    assert.equal((await server.request("GET /double?value=4")).json, 8);
  }
  await assert.rejects(fetch(`${origin}/livez`));
});
