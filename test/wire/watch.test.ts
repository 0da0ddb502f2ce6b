import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { type ApiError, api, resource, rule, subscription, t } from "fourfold";
import { startTest, type TestOptions, type TestServer } from "fourfold/testing";
import blog, { User } from "../../examples/blog/api.ts";
import { readLock } from "../../src/protocols/grpc/lock/read-lock.ts";
import { brief, Told } from "../invoke/watch/changes.ts";
import { build } from "../protocols/grpc/model/build.ts";
import { definitionsOf, GrpcJs, type Message } from "../protocols/grpc/streams/grpc-js.ts";
import { EventReader, type ReceivedEvent } from "./event-source.ts";

function dataOf(event: ReceivedEvent | null): Readonly<Record<string, unknown>> {
  assert.ok(event, "an event came");
  return event.data as Readonly<Record<string, unknown>>;
}

function rowOf(message: Message | null): Readonly<Record<string, unknown>> {
  assert.ok(message, "a message came");
  return message["row"] as Readonly<Record<string, unknown>>;
}

/** An event's data without its id and position: `created Ada`. */
function seen({ data }: ReceivedEvent): string {
  const { type, row } = data as { readonly type: string; readonly row?: { readonly name?: string } };
  return row === undefined ? type : `${type} ${row.name}`;
}

function grpcOf(server: TestServer, version: 1 | 2): GrpcJs {
  const models = build(blog, readLock(blog).packages);
  const model = models[version - 1];
  if (model === undefined) throw new Error(`There is no version ${version}`);
  return new GrpcJs(server.port, model.file.package, definitionsOf(model));
}

function events(
  test: TestContext,
  address: string,
  headers: Readonly<Record<string, string>> = {},
): EventReader {
  const reader = new EventReader(address, headers);
  test.after(() => reader.close());
  return reader;
}

function folderOf(test: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "fourfold-watch-"));
  test.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test("REST: the rows, the position, and each change, in the names of the version", async (context) => {
  await using server = await startTest(blog);
  const one = events(context, `${server.origin}/users:watch`);
  const two = events(context, `${server.origin}/api/v2/users:watch`);
  const answer = await one.answer;
  assert.equal(answer.statusCode, 200);
  assert.equal(answer.headers["content-type"], "text/event-stream; charset=utf-8");
  assert.equal(answer.headers["cache-control"], "no-store, no-transform");
  assert.equal(answer.headers["x-accel-buffering"], "no");
  assert.deepEqual((await one.until("synced")).map(seen).sort(), [
    "snapshot Ada Lovelace",
    "snapshot Grace Hopper",
    "synced",
  ]);
  await two.until("synced");
  assert.ok(one.retry !== null && one.retry >= 1000);
  const alan = await server.request("POST /users", { json: { name: "Alan", email: "alan@example.com" } });
  const created = await one.next();
  const { id } = alan.json as { readonly id: string };
  const { position } = dataOf(created) as { readonly position: string };
  assert.deepEqual(created, {
    id: position,
    event: null,
    data: { type: "created", id, row: { id, name: "Alan", email: "alan@example.com" }, position },
  });
  const inTwo = await two.next();
  assert.deepEqual(dataOf(inTwo)["row"], {
    id,
    displayName: "Alan",
    email: "alan@example.com",
  });
  await server.request(`DELETE /users/${id}`);
  const deleted = await one.next();
  assert.deepEqual(deleted?.data, { type: "deleted", id, position: deleted?.id });
});

test("REST: goes on after Last-Event-ID, which goes before `after`; what cannot go on is told", async (context) => {
  await using server = await startTest(blog);
  const begun = events(context, `${server.origin}/users:watch?snapshot=false`);
  const [synced] = await begun.until("synced");
  const position = synced?.id ?? "";
  begun.close();
  for (const name of ["Alan", "Barbara"])
    await server.request("POST /users", { json: { name, email: `${name}@example.com` } });
  const after = events(context, `${server.origin}/users:watch?after=${position}`);
  const told = await after.until("synced");
  assert.deepEqual(told.map(seen), ["created Alan", "created Barbara", "synced"]);
  const last = told[0]?.id ?? "";
  const again = events(context, `${server.origin}/users:watch?after=${position}&filter=name%20!=%20%22x%22`, {
    "last-event-id": last,
  });
  assert.deepEqual((await again.until("synced")).map(seen), ["created Barbara", "synced"]);
  const [count, identity] = position.split(".");
  const refused = await server.request(`GET /users:watch?after=zzz.${identity}`);
  assert.equal(refused.status, 410);
  assert.equal((refused.json as { error: ApiError }).error.code, "POSITION_EXPIRED");
  assert.match((refused.json as { error: ApiError }).error.message, /new snapshot/);
  for (const [target, status] of [
    ["/users:watch?after=nonsense", 400],
    [`/posts:watch?after=${count}.${identity}`, 410],
    ["/users:watch?filter=nonsense", 400],
    ["/users:watch?pageSize=3", 400],
  ] as const)
    assert.equal((await server.request(`GET ${target}`)).status, status, target);
  const json = await server.request("GET /users:watch", { headers: { accept: "application/json" } });
  assert.equal(json.status, 406);
});

test("REST: HEAD and OPTIONS, and pages of other origins", async () => {
  await using server = await startTest(blog, { cors: { origins: "*" } });
  const head = await server.request("HEAD /users:watch", { headers: { origin: "https://a.example" } });
  assert.equal(head.status, 200);
  assert.equal(head.headers["content-type"], "text/event-stream; charset=utf-8");
  assert.equal(head.headers["access-control-allow-origin"], "*");
  const options = await server.request("OPTIONS /users:watch", {
    headers: {
      origin: "https://a.example",
      "access-control-request-method": "GET",
      "access-control-request-headers": "last-event-id",
    },
  });
  assert.equal(options.status, 204);
  assert.equal(options.headers["allow"], "GET, HEAD, OPTIONS");
  assert.match(options.headers["access-control-allow-headers"] ?? "", /last-event-id/);
});

test("gRPC: WatchUsers in each version", async () => {
  await using server = await startTest(blog);
  using one = grpcOf(server, 1);
  using two = grpcOf(server, 2);
  const answers = one.server("UserService/WatchUsers", { filter: 'name : "a"' });
  const others = two.server("UserService/WatchUsers", { snapshot: false });
  const types: string[] = [];
  while (types.at(-1) !== "WATCH_USERS_RESPONSE_TYPE_SYNCED")
    types.push(String((await answers.next())?.["type"]));
  assert.deepEqual(types.slice(0, -1), Array(2).fill("WATCH_USERS_RESPONSE_TYPE_SNAPSHOT"));
  assert.equal((await others.next())?.["type"], "WATCH_USERS_RESPONSE_TYPE_SYNCED");
  const alan = await server.call(User.create, { displayName: "Alan", email: "alan@example.com" });
  const told = await answers.next();
  assert.equal(told?.["type"], "WATCH_USERS_RESPONSE_TYPE_CREATED");
  assert.equal(told?.["id"], alan.id);
  assert.equal(rowOf(told)["name"], "Alan");
  assert.equal(rowOf(await others.next())["displayName"], "Alan");
  answers.call.cancel();
  others.call.cancel();
});

test("a watch goes on over a restart of the server, and on another protocol", async (context) => {
  const database = `sqlite:${join(folderOf(context), "blog.sqlite")}`;
  const start = (): Promise<TestServer> => startTest(blog, { database } satisfies TestOptions);
  const first = await start();
  const reader = events(context, `${first.origin}/users:watch`);
  await reader.until("synced");
  const add = (server: TestServer, name: string) =>
    server.request("POST /users", { json: { name, email: `${name}@example.com` } });
  await add(first, "Alan");
  const [alan] = await reader.until("created");
  assert.equal(alan === undefined ? "" : seen(alan), "created Alan");
  const draining = first.server.close();
  while ((await reader.next()) !== null);
  await draining;
  await first.close();
  const second = await start();
  await add(second, "Barbara");
  using grpc = grpcOf(second, 1);
  const answers = grpc.server("UserService/WatchUsers", { after: alan?.id });
  const barbara = await answers.next();
  assert.equal(rowOf(barbara)["name"], "Barbara");
  answers.call.cancel();
  await second.close();
  const third = await start();
  await add(third, "Claude");
  const told = new Told(await third.call(User.watch, { after: String(barbara?.["position"]) }));
  assert.deepEqual(
    (await told.untilSynced()).map((change) => brief(change, (row) => row.displayName)),
    ["created Claude", "synced"],
  );
  await told.end();
  await third.close();
});

test("a position that is older than what is kept is refused on every protocol", async () => {
  const Thing = resource("Thing", { fields: { id: t.id(), name: t.string() } });
  await using server = await startTest(api("things", { resources: [Thing], keepChanges: 300 }));
  const now = new Told(await server.call(Thing.watch, { snapshot: false }));
  const [synced] = await now.untilSynced();
  // Who goes on watching is told positions that are kept, though nothing happens to the rows that it watches.
  for (const name of ["a", "b"]) await server.call(Thing.create, { name });
  const after = synced?.position ?? "";
  let status = 200;
  while (status !== 410) {
    const reader = new EventReader(`${server.origin}/things:watch?after=${after}`);
    status = (await reader.answer).statusCode ?? 0;
    reader.close();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await assert.rejects(
    server.call(Thing.watch, { after }),
    (thrown) => (thrown as ApiError).code === "POSITION_EXPIRED",
  );
  await now.end();
});

test("who hears nothing is told the position now and then", async () => {
  const Thing = resource("Thing", { fields: { id: t.id(), name: t.string() } });
  const Other = resource("Other", { fields: { id: t.id(), name: t.string() } });
  await using server = await startTest(api("things", { resources: [Thing, Other], keepChanges: 800 }));
  const reader = new EventReader(`${server.origin}/things:watch`);
  const [first] = await reader.until("synced");
  await server.call(Other.create, { name: "elsewhere" });
  const [second] = await reader.until("synced");
  assert.notEqual(second?.id, first?.id);
  reader.close();
});

test("subscriptions of the application's own, as events: their end, and what breaks them off", async (context) => {
  const counting = subscription("counting", {
    input: { upTo: t.int32({ minimum: 1 }), failing: t.boolean({ default: false }) },
    output: { count: t.int32() },
    async *handle({ input }) {
      for (let count = 1; count <= input.upTo; count++) yield { count };
      if (input.failing) throw new Error("secret");
    },
  });
  const told = subscription("told", {
    input: { words: t.list(t.object({ word: t.text() })) },
    output: t.string(),
    async *handle({ input }) {
      for (const { word } of input.words) yield word;
    },
  });
  let hasCleanedUp = false;
  const endless = subscription("endless", {
    output: t.int32(),
    allow: rule("friends", ({ caller }) => caller !== null),
    async *handle({ signal }) {
      try {
        yield 1;
        await new Promise((resolve) => signal.addEventListener("abort", resolve));
      } finally {
        hasCleanedUp = true;
      }
    },
  });
  await using server = await startTest(
    api("streams", {
      operations: [counting, told, endless],
      authenticate: ({ bearer }) => (bearer === null ? null : { id: bearer, roles: [], claims: {} }),
    }),
  );
  const whole = await server.request("GET /counting?upTo=2");
  assert.equal(
    whole.text.replace(/^retry: \d+\n\n/, ""),
    'data: {"count":1}\n\ndata: {"count":2}\n\nid: end\nevent: end\ndata: {}\n\n',
  );
  const over = await server.request("GET /counting?upTo=2", { headers: { "last-event-id": "end" } });
  assert.equal(over.status, 204);
  const broken = await server.request("GET /counting?upTo=1&failing=true");
  assert.match(
    broken.text,
    /data: \{"count":1\}\n\nevent: problem\ndata: \{"error":\{"code":"INTERNAL".*\}\}\n\n$/,
  );
  assert.doesNotMatch(broken.text, /secret/);
  const posted = await server.request("POST /told", {
    json: { words: [{ word: "a\nb" }] },
    headers: { accept: "*/*" },
  });
  assert.match(posted.text, /\n\ndata: "a\\nb"\n\n/);
  assert.equal((await server.request("GET /counting?upTo=0")).status, 400);
  assert.equal((await server.request("GET /endless")).status, 401);
  const timed = await server.request("GET /endless", {
    bearer: "ann",
    headers: { "request-timeout": "0.05" },
  });
  assert.match(timed.text, /data: 1\n\nevent: problem\ndata: \{"error":\{"code":"DEADLINE_EXCEEDED"/);
  while (!hasCleanedUp) await new Promise((resolve) => setTimeout(resolve, 5));
  hasCleanedUp = false;
  const reader = events(context, `${server.origin}/endless`, { authorization: "Bearer ann" });
  assert.equal((await reader.next())?.data, 1);
  reader.close();
  while (!hasCleanedUp) await new Promise((resolve) => setTimeout(resolve, 5));
});

test("a server that stops tells those the position who have not seen all that was read, by REST and gRPC too", async (context) => {
  const server = await startTest(blog);
  using client = grpcOf(server, 1);
  const filter = 'name : "nobody"';
  const rest = events(context, `${server.origin}/users:watch?filter=${encodeURIComponent(filter)}`);
  const grpc = client.server("UserService/WatchUsers", { filter });
  const all = events(context, `${server.origin}/users:watch?snapshot=false`);
  const [synced] = await rest.until("synced");
  assert.equal((await grpc.next())?.["position"], synced?.id);
  await all.until("synced");
  await server.call(User.create, { displayName: "Alan", email: "alan@example.com" });
  const created = await all.next();
  await server.server.close();
  assert.notEqual(created?.id, synced?.id);
  assert.deepEqual(
    [await rest.next(), await rest.next()],
    [{ id: created?.id, event: null, data: { type: "synced", position: created?.id } }, null],
  );
  assert.equal((await grpc.next())?.["position"], created?.id);
  assert.equal(await grpc.next(), null);
  assert.equal((await grpc.end).code, 14);
  assert.equal(await all.next(), null);
});
