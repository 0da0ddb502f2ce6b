import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, test } from "node:test";
import { api, command, resource, t } from "fourfold";
import { type Answer, startTest, type TestServer } from "fourfold/testing";
import { callers, Keeper, zoo } from "../../wire/zoo.ts";

let zooServer: TestServer;
before(async () => {
  zooServer = await startTest(zoo);
});
after(() => zooServer.close());

async function newAnimal(): Promise<{ path: string; etag: string }> {
  const { headers } = await zooServer.request("POST /animals", { json: { name: "Rex" } });
  return { path: headers["location"] ?? "", etag: headers["etag"] ?? "" };
}

const patch = (path: string, headers: Record<string, string>, json: object = { legs: 3 }): Promise<Answer> =>
  zooServer.request(`PATCH ${path}`, { json, headers });

test("ETags are strong, and change just with the row and the contract", async () => {
  const { path, etag } = await newAnimal();
  assert.match(etag, /^"[\w-]+\.1"$/);
  const get = async (at = path): Promise<string | undefined> =>
    (await zooServer.request(`GET ${at}`)).headers["etag"];
  assert.equal(await get(), etag);
  assert.equal(await get(`/api${path}`), etag, "another address of the same contract");
  assert.notEqual(await get(`/api/v1${path}`), etag, "another contract");
  const changed = await patch(path, {});
  assert.notEqual(changed.headers["etag"], etag);
  assert.equal(await get(), changed.headers["etag"]);
});

test("If-None-Match: lists, weak ones, * and others", async () => {
  const { path, etag } = await newAnimal();
  const get = (match: string): Promise<Answer> =>
    zooServer.request(`GET ${path}`, { headers: { "if-none-match": match } });
  for (const match of [etag, `W/${etag}`, "*", `"other", ${etag}`, `"a,b" , W/${etag},"c"`, ` ${etag} `]) {
    const answer = await get(match);
    assert.equal(answer.status, 304, match);
    assert.equal(answer.text, "");
    for (const name of ["etag", "cache-control", "vary", "date"])
      assert.ok(answer.headers[name], `304 has ${name}`);
    assert.equal(answer.headers["etag"], etag);
    assert.equal(answer.headers["content-type"], undefined);
  }
  for (const match of ['"other"', etag.slice(1, -1), `"${etag.slice(1, -1)}x"`, '""', "nonsense"])
    assert.equal((await get(match)).status, 200, match);
  assert.equal((await zooServer.request(`HEAD ${path}`, { headers: { "if-none-match": etag } })).status, 304);
});

test("lists and batches have ETags of their content", async () => {
  const { path } = await newAnimal();
  const id = path.split("/").at(-1);
  for (const line of [
    "GET /animals?pageSize=20",
    `GET /animals:batchGet?ids=${id}`,
    `GET /animals/${id}?include=children`,
  ]) {
    const first = await zooServer.request(line);
    const etag = first.headers["etag"] ?? "";
    assert.match(etag, /^"[\w-]{20,}"$/, line);
    const headers = { "if-none-match": etag };
    assert.equal((await zooServer.request(line, { headers })).status, 304, line);
    const other = (await zooServer.request("POST /animals", { json: { name: "New", motherId: id } })).headers[
      "location"
    ];
    await patch(path, {}, { story: `changed ${line}` });
    assert.equal((await zooServer.request(line, { headers })).status, 200, line);
    await zooServer.request(`DELETE ${other}`);
  }
});

test("If-Match: strong comparison, lists, *; 412 changes nothing", async () => {
  const { path, etag } = await newAnimal();
  for (const match of [
    `W/${etag}`,
    '"other"',
    '"other", "more"',
    "nonsense",
    etag.replace(/\.1"/, '.2"'),
    '""',
  ]) {
    for (const line of [`PATCH ${path}`, `DELETE ${path}`, `PUT ${path}`]) {
      const answer = await zooServer.request(line, {
        ...(line.startsWith("DELETE") ? {} : { json: { name: "Changed" } }),
        headers: { "if-match": match },
      });
      assert.equal(answer.status, 412, `${line} ${match}`);
      assert.equal((answer.json as { error: { code: string } }).error.code, "PRECONDITION_FAILED");
    }
  }
  assert.equal((await zooServer.request(`GET ${path}`)).headers["etag"], etag);
  const listed = await patch(path, { "if-match": `"other", ${etag}` });
  assert.equal(listed.status, 200);
  assert.equal((await patch(path, { "if-match": etag })).status, 412);
  assert.equal((await patch(path, { "if-match": "*" })).status, 200);
  assert.equal((await patch("/animals/nobody", { "if-match": "*" })).status, 404);
  assert.equal((await patch("/animals/nobody", { "if-match": etag })).status, 404);
});

test("If-Match goes before If-None-Match, and both are heard", async () => {
  const { path, etag } = await newAnimal();
  assert.equal((await patch(path, { "if-none-match": etag })).status, 412);
  assert.equal((await patch(path, { "if-none-match": "*" })).status, 412);
  assert.equal((await patch(path, { "if-match": etag, "if-none-match": etag })).status, 412);
  assert.equal((await patch(path, { "if-match": '"other"', "if-none-match": '"other"' })).status, 412);
  assert.equal((await patch(path, { "if-match": etag, "if-none-match": '"other"' })).status, 200);
});

test("one of two who change the same version gets through", async () => {
  const { path, etag } = await newAnimal();
  const answers = await Promise.all(
    Array.from({ length: 8 }, (_, legs) =>
      patch(path, { "if-match": legs % 2 ? etag : `"x", ${etag}` }, { legs }),
    ),
  );
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 412, 412, 412, 412, 412, 412, 412]);
});

test("If-Match holds for commands on a row too", async () => {
  const { path, etag } = await newAnimal();
  const feed = (match: string): Promise<Answer> =>
    zooServer.request(`POST ${path}:feed`, { json: { grams: 1 }, headers: { "if-match": match } });
  assert.equal((await feed('"other"')).status, 412);
  assert.equal((await feed(etag)).status, 200);
  assert.equal((await feed(etag)).status, 412, "feeding has changed it");
  assert.equal((await feed("*")).status, 200);
});

test("428 where a resource demands If-Match", async () => {
  const kim = callers["kim"];
  assert.ok(kim);
  const row = await zooServer.call(Keeper.create, { name: "Kim" }, { ...kim, claims: {} });
  const path = `/keepers/${row.id}`;
  for (const line of [`PATCH ${path}`, `PUT ${path}`]) {
    const answer = await zooServer.request(line, { json: { name: "X" } });
    assert.equal(answer.status, 428, line);
    assert.equal((answer.json as { error: { code: string } }).error.code, "PRECONDITION_REQUIRED");
  }
  assert.equal((await zooServer.request(`DELETE ${path}`, { bearer: "kim" })).status, 428);
  const { headers } = await zooServer.request(`GET ${path}`, { bearer: "kim" });
  assert.equal(
    (
      await zooServer.request(`PATCH ${path}`, {
        json: { name: "X" },
        headers: { "if-match": headers["etag"] ?? "" },
      })
    ).status,
    200,
  );
  assert.equal(
    (await zooServer.request(`DELETE ${path}`, { bearer: "kim", headers: { "if-match": "*" } })).status,
    204,
  );
});

test("callers who see different fields get different ETags, and any of them guards the row", async () => {
  const kim = callers["kim"];
  assert.ok(kim);
  const { id } = await zooServer.call(Keeper.create, { name: "Kim" }, { ...kim, claims: {} });
  const [all, some] = [
    await zooServer.request(`GET /keepers/${id}`, { bearer: "kim" }),
    await zooServer.request(`GET /keepers/${id}`, { bearer: "ann" }),
  ];
  assert.notEqual(all.headers["etag"], some.headers["etag"]);
  const cross = await zooServer.request(`GET /keepers/${id}`, {
    bearer: "ann",
    headers: { "if-none-match": all.headers["etag"] ?? "" },
  });
  assert.equal(cross.status, 200);
  const changed = await patch(`/keepers/${id}`, { "if-match": some.headers["etag"] ?? "" }, { name: "Y" });
  assert.equal(changed.status, 200);
});

test("handlers of the application's own are told the version, and never called for another one", async () => {
  const Note = resource("Note", { fields: { id: t.id(), text: t.string() } });
  const seen: (number | undefined)[] = [];
  const Memo = resource("Memo", {
    fields: { id: t.id(), text: t.string() },
    handlers: {
      get: async ({ input, db }) => db(Note).find(input.id),
      update: async ({ input: { id, ifVersion, ...changes }, db }) => {
        seen.push(ifVersion);
        return db(Note).update(id, changes, ifVersion === undefined ? {} : { ifVersion });
      },
    },
  });
  const touch = command("touch", { on: Note, handle: () => undefined });
  await using server = await startTest(api("notes", { resources: [Note, Memo], operations: [touch] }));
  const { id } = await server.call(Note.create, { text: "a" });
  const etag = (await server.request(`GET /memos/${id}`)).headers["etag"] ?? "";
  assert.match(etag, /\.1"$/);
  const change = async (match: string): Promise<number> =>
    (await server.request(`PATCH /memos/${id}`, { json: { text: "b" }, headers: { "if-match": match } }))
      .status;
  assert.equal(await change('"other"'), 412);
  assert.deepEqual(seen, []);
  assert.equal(await change(etag), 200);
  assert.equal(await change(etag), 412);
  assert.deepEqual(seen, [1]);
});

test("If-Match holds for reading too, and goes before If-None-Match", async () => {
  const { path, etag } = await newAnimal();
  const read = async (headers: Record<string, string>): Promise<number> =>
    (await zooServer.request(`GET ${path}`, { headers })).status;
  assert.equal(await read({ "if-match": etag }), 200);
  assert.equal(await read({ "if-match": `"other", ${etag}` }), 200);
  assert.equal(await read({ "if-match": "*" }), 200);
  assert.equal(await read({ "if-match": `W/${etag}` }), 412);
  assert.equal(await read({ "if-match": '"other"', "if-none-match": etag }), 412);
  assert.equal(await read({ "if-match": etag, "if-none-match": etag }), 304);
  const list = await zooServer.request("GET /animals");
  const tag = list.headers["etag"] ?? "";
  assert.equal((await zooServer.request("GET /animals", { headers: { "if-match": tag } })).status, 200);
  assert.equal((await zooServer.request("GET /animals", { headers: { "if-match": '"other"' } })).status, 412);
});

test("who may not make a call learns nothing of its conditions: 401 and 403 go before 428 and 412", async () => {
  const kim = callers["kim"];
  assert.ok(kim);
  const { id } = await zooServer.call(Keeper.create, { name: "Kim" }, { ...kim, claims: {} });
  const { headers } = await zooServer.request(`GET /keepers/${id}`, { bearer: "kim" });
  const tag = headers["etag"] ?? "";
  for (const match of [undefined, '"other"', `W/${tag}`, `"other", ${tag}`, tag, "*"]) {
    const stated = match === undefined ? {} : { headers: { "if-match": match } };
    const line = `DELETE /keepers/${id}`;
    assert.equal((await zooServer.request(line, stated)).status, 401, String(match));
    assert.equal((await zooServer.request(line, { ...stated, bearer: "ann" })).status, 403, String(match));
  }
  const noneMatch = { headers: { "if-match": tag, "if-none-match": tag } };
  assert.equal((await zooServer.request(`DELETE /keepers/${id}`, noneMatch)).status, 401);
  assert.equal((await zooServer.request(`GET /keepers/${id}`, { bearer: "kim" })).headers["etag"], tag);
});

test("a command that is repeated with its key has its answer, though it has changed what it was bound to", async () => {
  const { path, etag } = await newAnimal();
  for (const match of [etag, `"other", ${etag}`, "*"]) {
    const { headers: now } = await zooServer.request(`GET ${path}`);
    const headers = {
      "if-match": match.replace(etag, now["etag"] ?? ""),
      "idempotency-key": randomUUID(),
    };
    const feed = (): Promise<Answer> =>
      zooServer.request(`POST ${path}:feed`, { json: { grams: 1 }, headers });
    const first = await feed();
    assert.equal(first.status, 200, match);
    const second = await feed();
    assert.deepEqual([second.status, second.text], [200, first.text], match);
    assert.equal(
      (
        await zooServer.request(`POST ${path}:feed`, {
          json: { grams: 1 },
          headers: { ...headers, "idempotency-key": randomUUID() },
        })
      ).status,
      match === "*" ? 200 : 412,
    );
  }
});
