import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { api, query, resource, t } from "fourfold";
import { DefinitionError, type ServeOptions, StartError, serve } from "fourfold/server";
import { startTest } from "fourfold/testing";
import { Client } from "undici";
import { parseListenAddress, toOrigin } from "../../src/server/options.ts";
import { zoo } from "../wire/zoo.ts";

const quiet: ServeOptions = { listen: ["127.0.0.1:0"], logLevel: "silent", database: "sqlite::memory:" };
const ping = query("ping", { output: t.string(), handle: () => "pong" });
const plain = api("plain", { operations: [ping] });

test("addresses to listen at", () => {
  const cases: Record<string, object> = {
    ":8000": { host: "::", port: 8000 },
    "8000": { host: "::", port: 8000 },
    "127.0.0.1:0": { host: "127.0.0.1", port: 0 },
    "localhost:65535": { host: "localhost", port: 65535 },
    "[::1]:80": { host: "::1", port: 80 },
    "unix:/tmp/x.sock": { path: "/tmp/x.sock" },
    "https://:8443": { host: "::", port: 8443, tls: true },
    "http://[::1]:80": { host: "::1", port: 80, tls: false },
  };
  for (const [text, address] of Object.entries(cases)) assert.deepEqual(parseListenAddress(text), address);
  for (const text of [
    "",
    "x",
    ":",
    "a:b",
    ":65536",
    ":-1",
    "[::1]",
    "::1:80",
    "ftp://a:80",
    "http://80",
    "https://",
    "https://unix:/tmp/x.sock",
    "http://a:80/",
    "a b:1",
    "unix:",
    ":1.5",
    ":080808",
  ])
    assert.throws(() => parseListenAddress(text), StartError, text);
  assert.equal(toOrigin({ host: "::", port: 1 }), "http://localhost:1");
  assert.equal(toOrigin({ host: "::1", port: 1 }), "http://[::1]:1");
  assert.equal(toOrigin({ host: "::1", port: 1, tls: true }), "https://[::1]:1");
  assert.equal(toOrigin({ host: "example.com", port: 1 }), "http://example.com:1");
});

test("an API without rows needs no database, and is served at a path too", async () => {
  const folder = await mkdtemp(join(tmpdir(), "fourfold-serve-"));
  try {
    const path = join(folder, "s.sock");
    const server = await serve(plain, { listen: ["127.0.0.1:0", `unix:${path}`], logLevel: "silent" });
    assert.equal(server.origins[1], `unix:${path}`);
    const client = new Client("http://localhost", { socketPath: path });
    const { body } = await client.request({ path: "/ping", method: "GET" });
    assert.equal(await body.text(), '"pong"');
    await client.close();
    await server.close();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test("a definition with mistakes is not served, and lists them all", async () => {
  const Thing = resource("thing", { fields: { id: t.id(), size: t.int32({ minimum: 2, maximum: 1 }) } });
  await assert.rejects(serve(api("Bad Name", { resources: [Thing] }), quiet), (thrown) => {
    assert.ok(thrown instanceof DefinitionError);
    assert.ok(thrown.mistakes.length >= 3, thrown.message);
    return true;
  });
});

test("a start that fails leaves nothing open", async () => {
  const holder = createServer().listen(0, "127.0.0.1");
  await once(holder, "listening");
  const { port } = holder.address() as { port: number };
  const before = process.getActiveResourcesInfo().length;
  await assert.rejects(serve(zoo, { ...quiet, listen: ["127.0.0.1:0", `127.0.0.1:${port}`] }), StartError);
  await assert.rejects(serve(zoo, { ...quiet, database: "mysql:x" }), StartError);
  const failing = api("failing", {
    resources: zoo.options.resources ?? [],
    seed: async () => {
      throw new Error("no seed");
    },
  });
  await assert.rejects(serve(failing, quiet), /no seed/);
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.ok(process.getActiveResourcesInfo().length <= before);
  holder.close();
});

test("the probes: alive, ready, and not ready while it drains", async () => {
  const server = await startTest(zoo);
  for (const path of ["/livez", "/readyz"]) {
    const answer = await server.request(`GET ${path}`);
    assert.deepEqual([answer.status, answer.text], [200, "ok\n"]);
    assert.equal(answer.headers["cache-control"], "no-store");
  }
  await server.close();
});

test("close is the same, however often it is called; afterwards nothing is taken", async () => {
  const server = await serve(zoo, quiet);
  const port = Number(server.origins[0]?.split(":").at(-1));
  const idle = connect({ port, host: "127.0.0.1" });
  await once(idle, "connect");
  await Promise.all([server.close(), server.close(), server.close()]);
  await server.close("now");
  const late = connect({ port, host: "127.0.0.1" });
  await assert.rejects(once(late, "connect"), { code: "ECONNREFUSED" });
});

test("requests on one connection, in a row and ahead of their answers", async () => {
  await using server = await startTest(plain);
  const client = new Client(server.origin, { pipelining: 10 });
  const texts = await Promise.all(
    Array.from({ length: 50 }, async () =>
      (await client.request({ path: "/ping", method: "GET" })).body.text(),
    ),
  );
  assert.deepEqual(new Set(texts), new Set(['"pong"']));
  await client.close();
  const { text } = await server.request("GET /metrics");
  assert.match(text, /^fourfold_connections_accepted_total 2$/m);
  assert.match(text, /operation="ping".* 50$/m);
});

test("documents are made once, and say what they are", async () => {
  await using server = await startTest(zoo);
  const cases: Record<string, RegExp> = {
    "/openapi.json": /^application\/json/,
    "/api/v1/openapi.json": /^application\/json/,
    "/docs": /^text\/html/,
    "/docs/v2": /^text\/html/,
    "/metrics": /^text\/plain/,
  };
  for (const [path, type] of Object.entries(cases)) {
    const answer = await server.request(`GET ${path}`, { headers: { accept: "text/html, */*" } });
    assert.equal(answer.status, 200, path);
    assert.match(answer.headers["content-type"] ?? "", type);
  }
  for (const [accept, type] of [
    ["text/html", /html/],
    ["application/json", /json/],
    ["*/*", /html/],
  ] as const)
    assert.match(
      (await server.request("GET /errors/TAG_TAKEN", { headers: { accept } })).headers["content-type"] ?? "",
      type,
    );
  assert.equal((await server.request("GET /errors/NOTHING")).status, 404);
  assert.doesNotMatch(
    (await server.request("GET /docs")).text,
    /(?:src|href)="https?:\/\/(?!localhost|127)/,
    "nothing is loaded from elsewhere",
  );
});

test("limits and metrics may be set", async () => {
  await using server = await startTest(plain, { limits: { targetBytes: 100 }, metrics: false });
  assert.equal((await server.request(`GET /${"a".repeat(200)}`)).status, 414);
  assert.equal((await server.request("GET /metrics")).status, 404);
  await assert.rejects(serve(plain, { ...quiet, limits: { targetBytes: -1 } }), RangeError);
});

test("the clock is the application's", async () => {
  const when = query("when", { output: t.timestamp(), handle: ({ now }) => now() });
  await using server = await startTest(api("clock", { operations: [when] }), { now: () => new Date(0) });
  assert.equal((await server.request("GET /when")).text, '"1970-01-01T00:00:00.000Z"');
});
