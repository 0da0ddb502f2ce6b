import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { connect } from "node:net";
import { after, before, test } from "node:test";
import { startTest, type TestServer } from "fourfold/testing";
import { serverAudits } from "graphql-http";
import blog, { Post, User } from "../../../../examples/blog/api.ts";

let server: TestServer;
let ada: { readonly id: string };
before(async () => {
  server = await startTest(blog, { cors: { origins: ["https://app.example"] } });
  const { items } = await server.call(User.list, {});
  const [first] = items;
  assert.ok(first);
  ada = first;
});
after(() => server.close());

interface Response {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: any JSON, looked into by the tests
  readonly json: any;
}

async function ask(
  content: unknown,
  {
    headers = {},
    path = "/graphql",
    method = "POST",
  }: { headers?: Record<string, string>; path?: string; method?: string } = {},
): Promise<Response> {
  const response = await fetch(`${server.origin}${path}`, {
    method,
    headers: {
      ...(method === "POST" ? { "content-type": "application/json" } : {}),
      accept: "application/graphql-response+json",
      ...headers,
    },
    ...(method === "POST" ? { body: typeof content === "string" ? content : JSON.stringify(content) } : {}),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    text,
    json: text === "" ? null : JSON.parse(text),
  };
}

const get = (parameters: Record<string, string>, headers: Record<string, string> = {}, path = "/graphql") =>
  ask(null, { method: "GET", path: `${path}?${new URLSearchParams(parameters)}`, headers });

const code = ({ json }: Response): unknown => json.errors[0].extensions.code;

test("GraphQL over HTTP: every audit of graphql-http passes", async () => {
  for (const audit of serverAudits({ url: `${server.origin}/graphql` })) {
    const result = await audit.fn();
    assert.equal(result.status, "ok", `${audit.id} ${audit.name}: ${JSON.stringify(result)}`);
  }
});

test("the query of today's web client is answered on every address, in the version asked for", async () => {
  const query = "query GetUser($id: ID!) { user(id: $id) { id name email posts { id title } } }";
  for (const path of ["/graphql", "/api/graphql", "/api/v1/graphql"]) {
    const { status, json, headers } = await ask({ query, variables: { id: ada.id } }, { path });
    assert.equal(status, 200);
    assert.equal(headers.get("cache-control"), "no-store");
    assert.equal(json.data.user.name, "Ada Lovelace");
    assert.equal(json.data.user.posts[0].title, "Notes on the Analytical Engine");
    assert.equal(json.errors, undefined);
  }
  const today = "query ($id: ID!) { user(id: $id) { displayName posts { publishedAt } } }";
  const variables = { id: ada.id };
  for (const [path, headers] of [
    ["/api/v2/graphql", {}],
    ["/graphql", { "api-version": "2" }],
  ] as const) {
    const { json } = await ask({ query: today, variables }, { path, headers });
    assert.equal(json.data.user.displayName, "Ada Lovelace");
    assert.match(json.data.user.posts[0].publishedAt, /^\d{4}-/);
  }
  assert.equal((await ask({ query: today, variables })).status, 400);
  const unknown = await ask({ query, variables }, { headers: { "api-version": "7" } });
  assert.equal(unknown.status, 400);
  assert.equal(unknown.json.errors[0].extensions.violations[0].path, "API-Version");
  const contradicted = { path: "/api/v1/graphql", headers: { "api-version": "2" } };
  const refused = await ask({ query, variables }, contradicted);
  assert.equal(refused.status, 400);
  const [violation] = refused.json.errors[0].extensions.violations;
  assert.deepEqual([violation.path, violation.rule], ["API-Version", "const"]);
  const agreed = { path: "/api/v1/graphql", headers: { "api-version": "1" } };
  assert.equal((await ask({ query, variables }, agreed)).json.data.user.name, "Ada Lovelace");
});

test("what is not a request is refused with the field, the rule and the mend", async () => {
  for (const [content, path, rule] of [
    ["{", "", "json"],
    ["", "", "json"],
    ['"text"', "", "type"],
    [{}, "query", "required"],
    [{ query: 1 }, "query", "type"],
    [{ query: "{ __typename }", variables: [] }, "variables", "type"],
    [
      { query: "{ __typename }", extensions: { persistedQuery: { version: 2 } } },
      "extensions.persistedQuery",
      "format",
    ],
    [[{ query: "{ __typename }" }], "", "batch"],
  ] as const) {
    const refused = await ask(content);
    assert.equal(refused.status, 400, refused.text);
    const [violation] = refused.json.errors[0].extensions.violations;
    assert.equal(violation.path, path);
    assert.equal(violation.rule, rule);
    assert.ok(violation.mend.length > 10);
    assert.equal(refused.json.data, undefined);
  }
});

test("variables that do not fit are refused with the path and the rule", async () => {
  const refused = await ask({
    query: 'mutation ($name: String!) { createUser(name: $name, email: "a@b.example") { id } }',
    variables: { name: 5 },
  });
  assert.equal(refused.status, 400);
  const [{ extensions }] = refused.json.errors;
  assert.equal(extensions.code, "INVALID_INPUT");
  assert.equal(extensions.violations[0].path, "name");
});

test("an operation is found by its name", async () => {
  const query = "query A { __typename } query B { b: __typename }";
  assert.deepEqual((await ask({ query, operationName: "B" })).json.data, { b: "Query" });
  for (const operationName of [undefined, "C"])
    assert.equal(code(await ask({ query, operationName })), "DOCUMENT_INVALID");
});

test("GET answers queries, with ETag and the freshness of what is read, and changes nothing", async () => {
  const query = `{ user(id: "${ada.id}") { name } }`;
  const first = await get({ query });
  assert.equal(first.status, 200);
  assert.equal(first.headers.get("cache-control"), "public, max-age=300");
  assert.match(first.headers.get("vary") ?? "", /api-version/);
  const etag = first.headers.get("etag") ?? "";
  const second = await get({ query }, { "if-none-match": etag });
  assert.equal(second.status, 304);
  assert.equal(second.headers.get("etag"), etag);
  assert.equal(second.headers.get("cache-control"), "public, max-age=300");
  assert.equal((await get({ query: "{ __typename }" })).headers.get("cache-control"), "private, no-cache");
  const mutation = await get({ query: `mutation { deleteUser(id: "${ada.id}") { __typename } }` });
  assert.ok(mutation.status === 400 || mutation.status === 405, mutation.text);
  const create = 'mutation { createUser(name: "Eve", email: "eve@example.com") { id } }';
  const refused = await get({ query: create });
  assert.equal(refused.status, 405);
  assert.equal(refused.headers.get("allow"), "POST, OPTIONS");
  assert.equal((await server.call(User.list, { filter: 'displayName = "Eve"' })).items.length, 0);
});

test("errors of the application keep their code and details, and what went well stays", async () => {
  const missing = "0198b8a0-0000-7000-8000-000000000000";
  const query = `{ a: user(id: "${ada.id}") { name } b: user(id: "${missing}") { name } }`;
  const { status, json, headers } = await ask({ query });
  assert.equal(status, 200);
  assert.equal(json.data.a.name, "Ada Lovelace");
  assert.equal(json.data.b, null);
  if (json.errors !== undefined) {
    assert.deepEqual(json.errors[0].path, ["b"]);
    assert.equal(json.errors[0].extensions.code, "USER_NOT_FOUND");
    assert.ok(headers.get("x-request-id"));
  }
  const taken = await ask({
    query: 'mutation { createUser(name: "Again", email: "ada@example.com") { id } }',
  });
  assert.equal(taken.status, 200);
  assert.equal(taken.json.data, null);
  assert.equal(code(taken), "EMAIL_TAKEN");
  assert.deepEqual(taken.json.errors[0].extensions.details, { email: "ada@example.com" });
});

test("other content types are refused, so that no form of another site gets in", async () => {
  for (const type of [
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/graphql",
    "application/json; charset=latin1",
  ]) {
    const refused = await ask({ query: "{ __typename }" }, { headers: { "content-type": type } });
    assert.equal(refused.status, 415, type);
    assert.equal(code(refused), "UNSUPPORTED_MEDIA_TYPE");
  }
});

test("methods, media types and preflights are answered as HTTP says", async () => {
  const deleted = await fetch(`${server.origin}/graphql`, { method: "DELETE" });
  assert.equal(deleted.status, 405);
  assert.equal(deleted.headers.get("allow"), "GET, HEAD, POST, OPTIONS");
  assert.equal((await ask({ query: "{ __typename }" }, { headers: { accept: "image/png" } })).status, 406);
  const headers = { origin: "https://app.example", "access-control-request-method": "POST" };
  const preflight = await fetch(`${server.origin}/graphql`, { method: "OPTIONS", headers });
  assert.equal(preflight.status, 204);
  assert.equal(preflight.headers.get("access-control-allow-origin"), "https://app.example");
  assert.match(preflight.headers.get("access-control-allow-headers") ?? "", /content-type/);
  const head = await fetch(`${server.origin}/graphql?query={__typename}`, { method: "HEAD" });
  assert.equal(head.status, 200);
  const tag = head.headers.get("etag");
  assert.ok(tag);
  const other = await fetch(`${server.origin}/graphql?query={__typename}`, {
    headers: { accept: "application/graphql-response+json", "if-none-match": tag },
  });
  assert.equal(other.status, 200, "another media type is another representation");
  assert.notEqual(other.headers.get("etag"), tag);
  const twice = await fetch(`${server.origin}/graphql?query={__typename}&query={a:__typename}`);
  assert.equal(twice.status, 400);
  assert.match(await twice.text(), /"query: is stated more than once"/);
  const accepts: readonly (readonly [string, string])[] = [
    ["*/*", "application/json; charset=utf-8"],
    [
      "application/graphql-response+json, application/json;q=0.9",
      "application/graphql-response+json; charset=utf-8",
    ],
    ["application/json, application/graphql-response+json;q=0.5", "application/json; charset=utf-8"],
    ["application/*", "application/json; charset=utf-8"],
    ["text/plain, */*;q=0.1", "application/json; charset=utf-8"],
    ["*/*, application/graphql-response+json", "application/graphql-response+json; charset=utf-8"],
    ["application/json;q=0, */*", "application/graphql-response+json; charset=utf-8"],
    ["application/json;q=0.1, */*", "application/graphql-response+json; charset=utf-8"],
    ["application/graphql-response+json;q=0, */*", "application/json; charset=utf-8"],
  ];
  for (const [accept, type] of accepts)
    assert.equal(
      (await ask({ query: "{ __typename }" }, { headers: { accept } })).headers.get("content-type"),
      type,
    );
});

test("a document that was sent with its hash is asked for by the hash", async () => {
  const query = `{ users { name } } # ${Math.random()}`;
  const sha256Hash = createHash("sha256").update(query).digest("hex");
  const extensions = { persistedQuery: { version: 1, sha256Hash } };
  const unknown = await ask({ extensions });
  assert.equal(code(unknown), "PERSISTED_QUERY_NOT_FOUND");
  assert.equal(unknown.json.errors[0].message, "PersistedQueryNotFound");
  const other = await ask({ query: "{ __typename }", extensions });
  assert.equal(code(other), "INVALID_INPUT");
  assert.equal((await ask({ query, extensions })).status, 200);
  assert.ok((await ask({ extensions })).json.data.users.length > 1);
  const got = await get({ extensions: JSON.stringify(extensions) });
  assert.ok(got.json.data.users.length > 1);
});

test("the cost is told before anything is read", async () => {
  const query = "query ($n: Int) { users(first: $n) { posts(first: 10) { author { name } } } }";
  const { json } = await ask({ query, variables: { n: 2 }, extensions: { cost: true } });
  // Two users, ten posts of each, and their authors.
  assert.deepEqual(json.extensions, { cost: { rows: 2 + 20 + 20, limit: 200_000 } });
  const deep = "{ users(first: 100) { posts(first: 100) { author { posts(first: 100) { id } } } } }";
  const refused = await ask({ query: deep });
  assert.equal(code(refused), "DOCUMENT_TOO_COMPLEX");
  assert.deepEqual(refused.json.errors[0].extensions.details, {
    limit: "cost",
    max: 200_000,
    actual: 100 + 10_000 + 10_000 + 1_000_000,
  });
  const skipped =
    "query ($with: Boolean!) { users(first: 1) { posts(first: 7) @include(if: $with) { id } } }";
  for (const [included, rows] of [
    [true, 8],
    [false, 1],
  ] as const) {
    const told = await ask({ query: skipped, variables: { with: included }, extensions: { cost: {} } });
    assert.equal(told.json.extensions.cost.rows, rows);
  }
});

test("long answers are compressed", async () => {
  const query = `{ ${Array.from({ length: 25 }, (_, index) => `u${index}: users { id name email }`).join(" ")} }`;
  const { headers, json } = await ask({ query }, { headers: { "accept-encoding": "br" } });
  assert.equal(headers.get("content-encoding"), "br");
  assert.equal(Object.keys(json.data).length, 25);
});

test("browsers get GraphiQL, which loads nothing from elsewhere", async () => {
  const response = await fetch(`${server.origin}/graphql`, {
    headers: { accept: "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8" },
  });
  const page = await response.text();
  assert.equal(response.headers.get("content-type"), "text/html; charset=utf-8");
  assert.ok(!/https?:/.test(page));
  const loaded = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path ?? "");
  assert.equal(loaded.length, 5);
  for (const path of loaded) {
    const file = await fetch(`${server.origin}${path}`);
    assert.equal(file.status, 200, path);
    assert.ok((await file.arrayBuffer()).byteLength > 500);
  }
  assert.equal((await fetch(`${server.origin}/graphql/page/none.js`)).status, 404);
});

test("arrays of requests, where they are switched on, are answered one by one", async () => {
  await using batching = await startTest(blog, { graphql: { batchMax: 3 } });
  const send = (content: unknown) =>
    fetch(`${batching.origin}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(content),
    });
  const response = await send([{ query: "{ __typename }" }, { query: "{ nothing }" }, {}]);
  // biome-ignore lint/suspicious/noExplicitAny: any JSON
  const answers = (await response.json()) as any[];
  assert.deepEqual(answers[0], { data: { __typename: "Query" } });
  assert.equal(answers[1].errors[0].extensions.code, "DOCUMENT_INVALID");
  assert.equal(answers[2].errors[0].extensions.code, "INVALID_INPUT");
  assert.equal((await send(Array(4).fill({ query: "{ __typename }" }))).status, 400);
});

test("Post and User are what the schema says they are", async () => {
  const { items } = await server.call(Post.list, {});
  const { json } = await ask({ query: "{ posts { id title author { id } } }" });
  assert.deepEqual(
    json.data.posts.map(({ id, title, author }: { id: string; title: string; author: { id: string } }) => [
      id,
      title,
      author.id,
    ]),
    items.map(({ id, title, authorId }) => [id, title, authorId]),
  );
});

test("GraphQL over HTTP: contents that follow each other on one connection, however they are cut, are each their own", async () => {
  const { items } = await server.call(User.list, {});
  assert.ok(items.length > 1);
  const asked = Array.from({ length: 60 }, (_, index) => {
    const { id } = items[(index * index) % items.length] ?? ada;
    return index % 7 === 6 ? id.replace(/.$/, index % 2 === 0 ? "x" : "\u{1f600}") : id;
  });
  const query = "query Follow($id: ID!) { user(id: $id) { id } }";
  const requests = asked.map((id) => {
    const content = Buffer.from(JSON.stringify({ query, variables: { id } }));
    const fields = `host: a\r\ncontent-type: application/json\r\ncontent-length: ${content.length}`;
    return Buffer.concat([Buffer.from(`POST /graphql HTTP/1.1\r\n${fields}\r\n\r\n`), content]);
  });
  const expected = asked.map((id) => (items.some((user) => user.id === id) ? { id } : null));
  for (const size of [1, 3, 60]) assert.deepEqual(await pipelined(requests, size), expected);
});

/** Sends requests over one connection, some in each piece, and returns the users that were answered. */
async function pipelined(requests: readonly Buffer[], size: number): Promise<unknown[]> {
  const { port } = new URL(server.origin);
  const socket = connect({ port: Number(port), host: "127.0.0.1", noDelay: true });
  const bodies = (text: string): string[] => text.split("\r\n\r\n").slice(1);
  const isWhole = (body: string): boolean => body.includes("}}") || body.includes("null}");
  let received = "";
  socket.on("data", (part) => {
    received += part;
  });
  for (let at = 0; at < requests.length; at += size) {
    socket.write(Buffer.concat(requests.slice(at, at + size)));
    const count = Math.min(at + size, requests.length);
    while (bodies(received).filter(isWhole).length < count) await once(socket, "data");
  }
  socket.destroy();
  return bodies(received).map((body) => JSON.parse(/^\{.*\}/.exec(body)?.[0] ?? "").data.user);
}
