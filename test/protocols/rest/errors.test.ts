import assert from "node:assert/strict";
import { mkdtemp, open, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { ApiError, api, command, error, query, resource, signedIn, t } from "fourfold";
import { type Answer, startTest, type TestServer } from "fourfold/testing";

/** What the handler of `raise` throws next. */
let thrown: unknown = null;
const raise = command("raise", {
  output: t.int32(),
  input: { later: t.boolean({ default: false }) },
  handle: async ({ input }) => {
    if (input.later) await new Promise((resolve) => setTimeout(resolve, 1));
    throw thrown;
  },
});
const raiseNow = command("raiseNow", {
  output: t.int32(),
  handle: () => {
    throw thrown;
  },
});
let answered: unknown = null;
const answer = query("answer", {
  output: { when: t.timestamp(), list: t.list(t.int32()) },
  handle: () => answered as never,
});
const members = query("members", { allow: signedIn, output: t.int32(), handle: () => 1 });
const Teapot = error("TEAPOT", {
  kind: "failed_precondition",
  message: "No coffee here",
  details: { lid: t.string() },
});
const Thing = resource("Thing", { fields: { id: t.id(), note: t.string({ sensitive: true }) } });

const app: ReturnType<typeof api> = api("faults", {
  resources: [Thing],
  operations: [raise, raiseNow, answer, members],
  errors: [Teapot],
  authenticate: ({ bearer }) => {
    if (bearer === "explode") throw new Error("secret: the key store is down");
    if (bearer === "refuse") throw new ApiError("TOKEN_EXPIRED", "unauthenticated", "The token is too old");
    return null;
  },
});

let server: TestServer;
let folder = "";
const logged = async (): Promise<string> => {
  await new Promise((resolve) => setTimeout(resolve, 50));
  return readFile(join(folder, "log"), "utf8");
};
let file: Awaited<ReturnType<typeof open>>;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "fourfold-errors-"));
  file = await open(join(folder, "log"), "w");
  server = await startTest(app, { logLevel: "debug", logDestination: file.fd });
});
after(async () => {
  await server.close();
  await file.close();
  await rm(folder, { recursive: true, force: true });
});

interface Told {
  readonly code: string;
  readonly message: string;
  readonly id?: string;
  readonly details?: unknown;
}
function errorOf({ json }: Answer): Told {
  return (json as { error: Told }).error;
}

test("what nobody expected is INTERNAL, with an id that the log has, and nothing else", async () => {
  const circular: { self?: unknown } = {};
  circular.self = circular;
  const ids: string[] = [];
  const values = [
    new Error("secret: password=1"),
    new TypeError("secret"),
    "secret",
    Symbol("secret"),
    42n,
    null,
    undefined,
    { secret: true },
    circular,
    Object.create(null),
    new Proxy(
      {},
      {
        get: () => {
          throw new Error("secret");
        },
      },
    ),
    Object.assign(new Error("secret"), { code: "ENOENT", http: 404, kind: "not_found" }),
  ];
  for (const value of values) {
    for (const line of ["POST /raiseNow", "POST /raise"]) {
      for (const json of line === "POST /raise" ? [{}, { later: true }] : [{}]) {
        thrown = value;
        const given = await server.request(line, { json });
        assert.equal(given.status, 500);
        assert.deepEqual(Object.keys(errorOf(given)).sort(), ["code", "id", "message"]);
        assert.equal(errorOf(given).code, "INTERNAL");
        assert.equal(given.headers["x-request-id"], errorOf(given).id);
        assert.doesNotMatch(given.text + JSON.stringify(given.headers), /secret|password| at /);
        ids.push(errorOf(given).id ?? "");
      }
    }
  }
  const log = await logged();
  for (const id of ids) assert.equal(log.split(`"error_id":"${id}"`).length, 2, `the log has ${id} once`);
  thrown = new Error("secret: password=1");
  await server.request("POST /raise", { json: {} });
  assert.match(await logged(), /secret: password=1/, "the log has what the caller does not get");
});

test("an answer that the definition does not allow is INTERNAL, and no broken JSON", async () => {
  for (const value of [
    null,
    undefined,
    7,
    {},
    { when: "2020", list: [] },
    { when: new Date(Number.NaN), list: [] },
    { when: new Date(0), list: [1.5] },
    { when: new Date(0), list: "x" },
  ]) {
    answered = value;
    const given = await server.request("GET /answer");
    assert.equal(given.status, 500, JSON.stringify(value));
    assert.equal(errorOf(given).code, "INTERNAL");
  }
  answered = { when: new Date(0), list: [1], more: "left out" };
  assert.deepEqual((await server.request("GET /answer")).json, {
    when: "1970-01-01T00:00:00.000Z",
    list: [1],
  });
});

test("an error that cannot be told as it is does not bring the server down", async () => {
  const hostile = [
    new ApiError("BIG", "internal", "big", { details: { big: 1n as never } }),
    new ApiError("STATUS", "internal", "status", { http: 99999 }),
    new ApiError("HEADERS", "internal", "headers", {
      headers: { "bad name": "x", ok: "a\r\nset-cookie: b" },
    }),
    new ApiError("KIND", "nonsense" as never, "kind", { http: 400 }),
    Object.assign(new Error("ApiError"), { name: "ApiError", code: "FAKE" }),
    Object.defineProperty(new ApiError("MESSAGE", "internal"), "message", {
      get: () => {
        throw new Error("secret");
      },
    }),
  ];
  for (const value of hostile) {
    for (const line of ["POST /raiseNow", "POST /raise"]) {
      thrown = value;
      const given = await server.request(line, { json: {} });
      assert.ok(given.status >= 400 && given.status <= 599, given.text);
      assert.doesNotMatch(given.text, /secret/);
      assert.equal(given.headers["set-cookie"], undefined);
    }
  }
  assert.equal((await server.request("GET /livez")).status, 200);
});

test("an error of the application's own, in both forms", async () => {
  thrown = Teapot({ lid: "on" });
  const plain = await server.request("POST /raise", { json: {} });
  assert.equal(plain.status, 400);
  assert.deepEqual(plain.json, {
    error: { code: "TEAPOT", message: "No coffee here", details: { lid: "on" } },
  });
  const problem = await server.request("POST /raise", {
    json: {},
    headers: { accept: "application/problem+json" },
  });
  assert.equal(problem.headers["content-type"], "application/problem+json");
  assert.deepEqual(problem.json, {
    type: "/errors/TEAPOT",
    title: "The state does not allow it",
    status: 400,
    detail: "No coffee here",
    instance: "/raise",
    code: "TEAPOT",
    details: { lid: "on" },
  });
  assert.equal((await server.request("GET /errors/TEAPOT")).status, 200, "its type is a page");
  thrown = new ApiError("BUSY", "unavailable", "Busy", { retryAfter: 1.2 });
  const busy = await server.request("POST /raise", { json: {} });
  assert.equal(busy.status, 503);
  assert.equal(busy.headers["retry-after"], "2");
});

test("an error is never cached, and varies by what it depends on", async () => {
  for (const line of ["GET /nowhere", "GET /things/x", "GET /answer?x=1"]) {
    const { headers } = await server.request(line);
    assert.equal(headers["cache-control"], "no-store", line);
    assert.match(headers["vary"] ?? "", /accept/);
    assert.equal(headers["etag"], undefined);
  }
});

test("authenticate that throws: its own error, or INTERNAL", async () => {
  const refused = await server.request("GET /members", { bearer: "refuse" });
  assert.equal(refused.status, 401);
  assert.equal(errorOf(refused).code, "TOKEN_EXPIRED");
  const exploded = await server.request("GET /members", { bearer: "explode" });
  assert.equal(exploded.status, 500);
  assert.doesNotMatch(exploded.text, /secret/);
  const nobody = await server.request("GET /members");
  assert.equal(nobody.status, 401);
  assert.equal(nobody.headers["www-authenticate"], "Bearer");
  assert.deepEqual(errorOf(nobody).details, { rule: "signedIn" });
});

test("a request id that was sent is taken, if it is one", async () => {
  const given = await server.request("GET /nowhere", { headers: { "x-request-id": "my-id.1" } });
  assert.equal(given.headers["x-request-id"], "my-id.1");
  for (const id of ["a b", "x".repeat(200), '"><script>', "é"]) {
    const other = await server
      .request("GET /nowhere", { headers: { "x-request-id": encodeURIComponent(id) === id ? id : `${id}` } })
      .catch(() => null);
    if (other !== null) assert.notEqual(other.headers["x-request-id"], id);
  }
});

test("a violation never repeats a sensitive value, and a hundred at most are told", async () => {
  const note = "sensitive-value\u0007";
  const given = await server.request("POST /things", { json: { note } });
  assert.equal(given.status, 400);
  assert.doesNotMatch(given.text, /sensitive-value/);
  const many = await server.request("POST /things", {
    json: Object.fromEntries(Array.from({ length: 500 }, (_, each) => [`k${each}`, 1])),
  });
  assert.equal(many.status, 400);
  assert.equal((many.json as { error: { violations: unknown[] } }).error.violations.length, 100);
  const long = await server.request("POST /things", { json: { ["k".repeat(100_000)]: 1 } });
  assert.ok(long.text.length < 1000);
  assert.doesNotMatch(await logged(), /sensitive-value/);
});
