import assert from "node:assert/strict";
import { test } from "node:test";
import { api, query, resource, t } from "fourfold";
import { startTest, type TestServer } from "fourfold/testing";
import { Quota } from "../../src/invoke/quota/quota.ts";

const Note = resource("Note", {
  fields: { id: t.id(), text: t.string() },
  pageSize: { default: 10, max: 50 },
});
const ping = query("ping", { output: t.string(), handle: () => "pong" });
const definition = api("notes", {
  resources: [Note],
  operations: [ping],
  // Nothing comes back while a test lasts.
  quota: { units: 30, per: "7d" },
  authenticate: ({ bearer }) => (bearer === null ? null : { id: bearer, roles: [], claims: {} }),
});

const remaining = (headers: Readonly<Record<string, string | undefined>>): number =>
  Number(/^"default";r=(\d+);t=\d+$/.exec(headers["ratelimit"] ?? "")?.[1]);

async function post(
  { origin }: TestServer,
  path: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(`${origin}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
}

test("one quota holds over all protocols, by the rows that a call may read", async () => {
  await using server = await startTest(definition);
  const bearer = "ada";
  const authorization = "Bearer ada";
  const first = await server.request("GET /ping", { bearer });
  assert.equal(first.headers["ratelimit-policy"], '"default";q=30;w=604800');
  assert.equal(remaining(first.headers), 29);
  assert.equal(remaining((await server.request("GET /notes?pageSize=5", { bearer })).headers), 24);
  assert.equal(remaining((await server.request("GET /notes?pageSize=0", { bearer })).headers), 14);
  const graph = await post(
    server,
    "/graphql",
    { query: "{ notes(first: 8) { id } ping }" },
    { authorization },
  );
  assert.equal(remaining(Object.fromEntries(graph.headers)), 5);
  const rpc = await post(server, "/notes.v1.NoteService/ListNotes", { pageSize: 4 }, { authorization });
  assert.equal(rpc.status, 200);
  const last = await server.request("GET /ping", { bearer });
  assert.equal(remaining(last.headers), 0);

  const refused = await server.request("GET /ping", { bearer });
  assert.equal(refused.status, 429);
  assert.ok(Number(refused.headers["retry-after"]) > 1_000);
  assert.equal(remaining(refused.headers), 0);
  assert.match(refused.text, /"code":"QUOTA_EXCEEDED"/);
  const refusedGraph = await post(server, "/graphql", { query: "{ ping }" }, { authorization });
  assert.equal(refusedGraph.status, 429);
  assert.ok(Number(refusedGraph.headers.get("retry-after")) > 1_000);
  assert.match(await refusedGraph.text(), /"code":"QUOTA_EXCEEDED"/);
  const refusedRpc = await post(server, "/notes.v1.NoteService/ListNotes", {}, { authorization });
  assert.equal(refusedRpc.status, 429);
  assert.match(await refusedRpc.text(), /resource_exhausted/);

  // Others have their own, and calls within this process take nothing.
  assert.equal(remaining((await server.request("GET /ping", { bearer: "eve" })).headers), 29);
  assert.equal(remaining((await server.request("GET /ping")).headers), 29);
  assert.equal(await server.call(ping, {}, { id: "ada", roles: [], claims: {} }), "pong");
});

test("units come back little by little, and a call of more than all waits for all", () => {
  let now = 0;
  const quota = new Quota({ units: 100, per: "10s" }, 1, () => now);
  const credentials = { bearer: null, remoteAddress: "192.0.2.1", header: () => undefined };
  const take = (units: number) => quota.take(null, credentials, units);
  assert.deepEqual(take(60), {
    remaining: 40,
    resetSeconds: 6,
    policy: '"default";q=100;w=10',
    retryAfter: null,
  });
  assert.deepEqual([take(50).retryAfter, take(40).retryAfter], [1, null]);
  now = 5_000;
  assert.equal(take(0).remaining, 50);
  now = 60_000;
  // More than anybody ever has: granted when all is there, and paid for afterwards.
  assert.equal(take(250).retryAfter, null);
  assert.equal(take(1).retryAfter, 16);
  now += 15_200;
  assert.equal(take(1).retryAfter, null);
});

test("processes that serve the same have a part of the units each, and `by` says whose they are", () => {
  const options = { units: 100, per: "1m", by: () => "everybody" };
  const quota = new Quota(options, 4, () => 0);
  const credentials = { bearer: null, remoteAddress: "192.0.2.1", header: () => undefined };
  assert.equal(quota.take({ id: "ada", roles: [], claims: {} }, credentials, 20).remaining, 5);
  assert.equal(quota.take(null, credentials, 5).remaining, 0);
});
