import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { api, command, query, t } from "fourfold";
import { type Answer, startTest, type TestServer } from "fourfold/testing";
import { wait, waited, zoo } from "../wire/zoo.ts";

let server: TestServer;
before(async () => {
  server = await startTest(zoo);
});
after(() => server.close());
beforeEach(() => {
  waited.aborted = [];
  waited.started = 0;
});

const send = (json: object, timeout?: string, signal?: AbortSignal): Promise<Answer> =>
  server.request("POST /wait", {
    json,
    headers: timeout === undefined ? {} : { "request-timeout": timeout },
    ...(signal === undefined ? {} : { signal }),
  });

async function until(holds: () => boolean): Promise<void> {
  for (let attempt = 0; attempt < 300 && !holds(); attempt++)
    await new Promise((resolve) => setTimeout(resolve, 10));
  assert.ok(holds());
}

test("Request-Timeout: 504, and the handler's signal is aborted", async () => {
  const began = performance.now();
  const answer = await send({ ms: 20_000 }, "0.1");
  assert.equal(answer.status, 504);
  assert.equal((answer.json as { error: { code: string } }).error.code, "DEADLINE_EXCEEDED");
  assert.ok(performance.now() - began < 2000);
  assert.deepEqual(waited.aborted, ["DEADLINE_EXCEEDED"]);
  assert.equal((await send({ ms: 1 }, "2")).status, 200);
});

test("a handler that asks for the signal after its time is over finds it aborted", async () => {
  assert.equal((await send({ ms: 150, late: true }, "0.05")).status, 504);
  await until(() => waited.aborted.length > 0);
  assert.deepEqual(waited.aborted, ["late"]);
});

test("the operation's deadline holds where it is sooner, the caller's where that is", async () => {
  const quick = query("quick", {
    output: t.int32(),
    deadline: "50ms",
    handle: () => new Promise<number>(() => undefined),
  });
  const usual = query("usual", { output: t.int32(), handle: () => new Promise<number>(() => undefined) });
  await using own = await startTest(api("slow", { operations: [quick, usual], deadline: 80 }));
  for (const path of ["/quick", "/usual"]) {
    const answer = await own.request(`GET ${path}`, { headers: { "request-timeout": "100" } });
    assert.equal(answer.status, 504, path);
  }
  await assert.rejects(own.call(quick, {}), { code: "DEADLINE_EXCEEDED" });
});

test("a Request-Timeout that is none: 400, and nothing happened", async () => {
  for (const timeout of ["0", "-1", "soon", "1e3", "1,2", "", "0.0001", "9999999"]) {
    const answer = await send({ ms: 1 }, timeout);
    assert.equal(answer.status, 400, timeout);
  }
  assert.equal(waited.started, 0);
});

test("a caller who goes away: the handler's signal is aborted", async () => {
  const leaving = new AbortController();
  const answer = send({ ms: 20_000 }, undefined, leaving.signal);
  await until(() => waited.started === 1);
  leaving.abort();
  await assert.rejects(answer);
  await until(() => waited.aborted.length === 1);
});

test("what a handler calls ends with it", async () => {
  let inner = "";
  const below = command("below", {
    output: t.int32(),
    handle: ({ signal }) =>
      new Promise<number>((_, reject) => {
        signal.addEventListener("abort", () => {
          inner = "aborted";
          reject(signal.reason);
        });
      }),
  });
  const above = command("above", { output: t.int32(), deadline: 50, handle: ({ call }) => call(below, {}) });
  await using own = await startTest(api("nested", { operations: [above, below] }));
  assert.equal((await own.request("POST /above")).status, 504);
  await until(() => inner === "aborted");
});

test("calls in this process have the operation's deadline", async () => {
  assert.equal(await server.call(wait, { ms: 1 }), "waited");
});
