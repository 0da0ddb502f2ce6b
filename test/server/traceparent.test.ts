import assert from "node:assert/strict";
import { mkdtemp, open, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { api, query, t } from "fourfold";
import { type Answer, startTest, type TestServer } from "fourfold/testing";

// The trace of a request (W3C Trace Context), as handlers have it and pass it on.

const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
const spanId = "00f067aa0ba902b7";
const came = `00-${traceId}-${spanId}-01`;

const own = query("own", { output: t.string(), handle: ({ traceparent }) => traceparent });
const within = query("within", { output: t.string(), handle: ({ call }) => call(own, {}) });
/** Asks another server, as handlers do: with the trace that they are in. */
const relay = query("relay", {
  input: { to: t.string() },
  output: t.list(t.string()),
  async handle({ input, traceparent }) {
    const answer = await fetch(`${input.to}/own`, { headers: { traceparent } });
    return [traceparent, String(await answer.json())];
  },
});
const app = api("traced", { operations: [own, within, relay] });

const wellFormed = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;
const parts = (traceparent: unknown): readonly string[] => {
  assert.match(String(traceparent), wellFormed);
  return String(traceparent).split("-");
};
const ask = (server: TestServer, path: string, traceparent?: string): Promise<Answer> =>
  server.request(`GET ${path}`, traceparent === undefined ? {} : { headers: { traceparent } });

test("a handler has the trace that came, and a span of its own in it", async () => {
  await using server = await startTest(app);
  for (const path of ["/own", "/within"]) {
    const [, trace, span, flags] = parts((await ask(server, path, came)).json);
    assert.deepEqual([trace, flags], [traceId, "01"], path);
    assert.notEqual(span, spanId, path);
  }
  const spans = await Promise.all(
    [1, 2, 3].map(async () => parts((await ask(server, "/own", came)).json)[2]),
  );
  assert.equal(new Set(spans).size, 3, "each request is a span");
});

test("where none came, or one that is none, a trace begins", async () => {
  await using server = await startTest(app);
  const stated = [
    undefined,
    "",
    "nonsense",
    `00-${"0".repeat(32)}-${spanId}-01`,
    `00-${traceId}-${"0".repeat(16)}-01`,
    `ff-${traceId}-${spanId}-01`,
    came.toUpperCase(),
  ];
  const traces = new Set<string | undefined>();
  for (const traceparent of stated) {
    const [, trace] = parts((await ask(server, "/own", traceparent)).json);
    assert.notEqual(trace, traceId, String(traceparent));
    traces.add(trace);
  }
  traces.add(parts(await server.call(own, {}))[1]);
  assert.equal(traces.size, stated.length + 1);
});

test("the same over gRPC's HTTP: Connect, by header", async () => {
  await using server = await startTest(app);
  const answer = await server.request("POST /traced.v1.TracedService/Own", {
    json: {},
    headers: { traceparent: came },
  });
  assert.equal(answer.status, 200, answer.text);
  const [, trace, span] = parts(Object.values(answer.json as object)[0]);
  assert.equal(trace, traceId);
  assert.notEqual(span, spanId);
});

test("what a handler passes on joins the two servers in one trace, and their logs name it", async () => {
  const folder = await mkdtemp(join(tmpdir(), "fourfold-trace-"));
  try {
    const file = await open(join(folder, "log"), "w");
    await using front = await startTest(app, { logLevel: "info", logDestination: file.fd });
    await using back = await startTest(app, { logLevel: "info", logDestination: file.fd });
    const answer = await ask(front, `/relay?to=${encodeURIComponent(back.origin)}`, came);
    const [sent, received] = answer.json as readonly string[];
    assert.equal(parts(sent)[1], traceId);
    assert.equal(parts(received)[1], traceId);
    assert.notEqual(parts(received)[2], parts(sent)[2]);
    await front.close();
    await back.close();
    await file.close();
    const lines = (await readFile(join(folder, "log"), "utf8"))
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    // Each server writes its lines when it comes to it.
    const finished = lines
      .filter(({ event }) => event === "request_finished")
      .sort((a, b) => a.path.localeCompare(b.path));
    assert.deepEqual(
      finished.map(({ path }) => path),
      ["/own", "/relay"],
    );
    for (const line of finished) assert.equal(line.trace_id, traceId);
    assert.deepEqual(
      finished.map(({ span_id }) => span_id),
      [parts(received)[2], parts(sent)[2]],
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
