import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import type { JsonObject } from "fourfold";
import { type Program, startBlog } from "./program.ts";

// The published contracts of the blog (contracts/README.md), row by row, against the program as users start it.

const token = "a-token-of-this-test";
let directory = "";
let blog: Program;
const ends: (() => Promise<void> | void)[] = [];

before(async () => {
  directory = await mkdtemp(join(tmpdir(), "fourfold-blog-"));
  blog = await startBlog(
    { after: (end) => ends.push(end as () => Promise<void>) },
    {
      LISTEN: "127.0.0.1:0,127.0.0.1:0",
      DATABASE_URL: `sqlite:${join(directory, "blog.sqlite")}`,
      BLOG_EDITOR_TOKEN: token,
    },
  );
});
after(async () => {
  for (const end of ends) await end();
  await rm(directory, { recursive: true, force: true });
});

interface Got {
  readonly status: number;
  readonly headers: Headers;
  readonly json: JsonObject & { readonly id: string };
}

async function send(
  method: string,
  path: string,
  content?: unknown,
  headers: Record<string, string> = {},
  origin = blog.origins[0] ?? "",
): Promise<Got> {
  const type = method === "PATCH" ? "application/merge-patch+json" : "application/json";
  const answer = await fetch(origin + path, {
    method,
    headers: { ...(content === undefined ? {} : { "content-type": type }), ...headers },
    ...(content === undefined ? {} : { body: JSON.stringify(content) }),
  });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, json: text === "" ? {} : JSON.parse(text) };
}

let count = 0;
function address(): string {
  return `someone${count++}@example.com`;
}

test("two listeners answer alike", async () => {
  assert.equal(blog.origins.length, 2);
  const [first, second] = await Promise.all(
    blog.origins.map((origin) => send("GET", "/users", undefined, {}, origin)),
  );
  assert.deepEqual(first?.json, second?.json);
});

for (const origin of [0, 1]) {
  test(`REST of users, every row of the table, at listener ${origin}`, async () => {
    const ask = (
      method: string,
      path: string,
      content?: unknown,
      headers?: Record<string, string>,
    ): Promise<Got> => send(method, path, content, headers, blog.origins[origin]);
    const list = await ask("GET", "/users");
    assert.equal(list.status, 200);
    assert.deepEqual(Object.keys(list.json), ["users", "nextPageToken"]);
    assert.equal(list.json["nextPageToken"], "");
    for (const user of list.json["users"] as unknown as object[])
      assert.deepEqual(Object.keys(user), ["id", "name", "email"]);

    const email = address();
    const created = await ask("POST", "/users", { name: "Alan", email });
    const { id } = created.json;
    assert.equal(created.status, 201);
    assert.equal(created.headers.get("location"), `/users/${id}`);
    assert.match(created.headers.get("etag") ?? "", /^"[^"]+"$/);
    assert.deepEqual(created.json, { id, name: "Alan", email });

    const got = await ask("GET", `/users/${id}`);
    assert.equal(got.status, 200);
    assert.deepEqual(got.json, created.json);
    assert.equal(got.headers.get("etag"), created.headers.get("etag"));
    assert.equal(got.headers.get("cache-control"), "public, max-age=300");
    const same = await ask("GET", `/users/${id}`, undefined, {
      "if-none-match": got.headers.get("etag") ?? "",
    });
    assert.equal(same.status, 304);
    assert.equal(same.headers.get("etag"), got.headers.get("etag"));

    const replaced = await ask("PUT", `/users/${id}`, { name: "Alan T.", email });
    assert.equal(replaced.status, 200);
    assert.deepEqual(replaced.json, { id, name: "Alan T.", email });
    const lacking = await ask("PUT", `/users/${id}`, { name: "Alan T." });
    assert.equal(lacking.status, 400);

    const patched = await ask("PATCH", `/users/${id}`, { name: "A. M. Turing" });
    assert.equal(patched.status, 200);
    assert.deepEqual(patched.json, { id, name: "A. M. Turing", email });

    const deleted = await ask("DELETE", `/users/${id}`);
    assert.equal(deleted.status, 204);
    const gone = await ask("GET", `/users/${id}`);
    assert.equal(gone.status, 404);
    assert.deepEqual(gone.json, { error: { code: "USER_NOT_FOUND", message: "User not found" } });
  });

  test(`REST of posts, at listener ${origin}`, async () => {
    const ask = (method: string, path: string, content?: unknown): Promise<Got> =>
      send(method, path, content, {}, blog.origins[origin]);
    const { json: author } = await ask("POST", "/users", { name: "P", email: address() });
    const post = { title: "T", content: "C\nD", authorId: author.id };
    const created = await ask("POST", "/posts", post);
    const { id } = created.json;
    assert.equal(created.status, 201);
    assert.equal(created.headers.get("location"), `/posts/${id}`);
    assert.deepEqual(created.json, { id, ...post });
    assert.deepEqual((await ask("GET", `/posts/${id}`)).json, { id, ...post });
    const list = await ask("GET", `/posts?filter=${encodeURIComponent(`authorId = "${author.id}"`)}`);
    assert.deepEqual(list.json, { posts: [{ id, ...post }], nextPageToken: "" });
    assert.deepEqual((await ask("PUT", `/posts/${id}`, { ...post, title: "U" })).json, {
      id,
      ...post,
      title: "U",
    });
    assert.deepEqual((await ask("PATCH", `/posts/${id}`, { content: "" })).json, {
      id,
      ...post,
      title: "U",
      content: "",
    });
    assert.equal((await ask("DELETE", `/posts/${id}`)).status, 204);
    assert.equal((await ask("GET", `/posts/${id}`)).json["error"] === undefined, false);
  });
}

test("versions by path and by header, and what either writes the other reads", async () => {
  const email = address();
  const { json: one } = await send("POST", "/api/v1/users", { name: "One", email });
  assert.deepEqual(one, { id: one.id, name: "One", email });
  const { json: two } = await send("POST", "/api/v2/users", { displayName: "Two", email: address() });
  assert.deepEqual(Object.keys(two), ["id", "displayName", "email"]);
  const names = async (path: string, headers: Record<string, string> = {}): Promise<readonly string[]> => {
    const { json } = await send("GET", path, undefined, headers);
    return Object.keys(json);
  };
  const [v1, v2] = [
    ["id", "name", "email"],
    ["id", "displayName", "email"],
  ];
  for (const { id } of [one, two]) {
    assert.deepEqual(await names(`/api/v1/users/${id}`), v1);
    assert.deepEqual(await names(`/api/v2/users/${id}`), v2);
    for (const base of ["/api", ""]) {
      assert.deepEqual(await names(`${base}/users/${id}`), v1, "none given means 1");
      assert.deepEqual(await names(`${base}/users/${id}`, { "api-version": "1" }), v1);
      assert.deepEqual(await names(`${base}/users/${id}`, { "api-version": "2" }), v2);
    }
  }
  assert.equal((await send("GET", `/api/v2/users/${one.id}`)).json["displayName"], "One");
  assert.equal((await send("GET", `/users/${two.id}`)).json["name"], "Two");
  const old = await send("POST", "/api/v2/users", { name: "Old", email: address() });
  assert.equal(old.status, 400, "a name of version 1 is not known in version 2");
  assert.equal((await send("GET", "/users", undefined, { "api-version": "9" })).status, 400);
});

test("a post carries publishedAt in version 2 only, null until published", async () => {
  const { json: author } = await send("POST", "/users", { name: "P", email: address() });
  const { json: post } = await send("POST", "/api/v2/posts", {
    title: "T",
    content: "",
    authorId: author.id,
  });
  assert.deepEqual(post, { id: post.id, title: "T", content: "", authorId: author.id, publishedAt: null });
  assert.ok(!("publishedAt" in (await send("GET", `/api/v1/posts/${post.id}`)).json));
  const bearer = { authorization: `Bearer ${token}` };
  assert.equal((await send("POST", `/posts/${post.id}:publish`)).status, 401);
  const published = await send("POST", `/api/v2/posts/${post.id}:publish`, undefined, bearer);
  assert.equal(published.status, 200);
  assert.match(String(published.json["publishedAt"]), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  assert.deepEqual((await send("GET", `/api/v2/posts/${post.id}`)).json, published.json);
  const again = await send("POST", `/posts/${post.id}:publish`, undefined, bearer);
  assert.equal(again.status, 400);
  assert.deepEqual((again.json["error"] as JsonObject)["details"], {
    publishedAt: published.json["publishedAt"] as string,
  });
});

test("errors, in their own form and as Problem Details", async () => {
  const nobody = "/users/0190b1c2-7b1e-7cc3-98c4-dc0c0c07398f";
  const plain = await send("GET", nobody);
  assert.equal(plain.status, 404);
  assert.match(plain.headers.get("content-type") ?? "", /^application\/json/);
  assert.deepEqual(plain.json, { error: { code: "USER_NOT_FOUND", message: "User not found" } });
  const problem = await send("GET", nobody, undefined, { accept: "application/problem+json" });
  assert.equal(problem.status, 404);
  assert.equal(problem.headers.get("content-type"), "application/problem+json");
  assert.deepEqual(problem.json, {
    type: "/errors/USER_NOT_FOUND",
    title: "Not found",
    status: 404,
    detail: "User not found",
    instance: nobody,
    code: "USER_NOT_FOUND",
  });
  const page = await fetch(`${blog.origins[0]}/errors/USER_NOT_FOUND`);
  assert.equal(page.status, 200);
  assert.match(await page.text(), /USER_NOT_FOUND/);
});

test("every request has its two lines in the log", async () => {
  const id = `log-${Date.now()}`;
  const headers = { "x-request-id": id };
  await send("GET", "/users", undefined, headers);
  await send("GET", "/users/nope", undefined, headers);
  await send("GET", "/nowhere?secret=1", undefined, headers);
  await send("POST", "/users", { name: "L", email: "very.private@example.com" }, headers);
  await send("OPTIONS", "/users", undefined, headers);
  await fetch(`${blog.origins[1]}/docs`, { headers });
  const lines = (): typeof blog.log => blog.log.filter((line) => line["request_id"] === id);
  await blog.until(() => lines().length === 12);
  const told = lines().map(({ event, method, path, status_code }) =>
    [event, method, path, status_code].join(" "),
  );
  assert.deepEqual(told, [
    "request_started GET /users ",
    "request_finished GET /users 200",
    "request_started GET /users/nope ",
    "request_finished GET /users/nope 404",
    "request_started GET /nowhere ",
    "request_finished GET /nowhere 404",
    "request_started POST /users ",
    "request_finished POST /users 201",
    "request_started OPTIONS /users ",
    "request_finished OPTIONS /users 204",
    "request_started GET /docs ",
    "request_finished GET /docs 200",
  ]);
  for (const { timestamp } of blog.log)
    assert.match(String(timestamp), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  assert.doesNotMatch(blog.stdout, /very\.private|secret=1/);
  assert.equal(lines()[3]?.["error_code"], "USER_NOT_FOUND");
  assert.equal(lines()[1]?.["operation"], "users.list");
});

test("the greeting's lines work when pasted", async () => {
  assert.match(blog.stderr, /Documentation:\s+http:\/\/localhost:\d+\/docs/);
  const lines = blog.stderr.split("\n").filter((line) => line.trim().startsWith("curl "));
  assert.ok(lines.length >= 4, blog.stderr);
  for (const line of lines) {
    const pasted = line.trim().replace(/^curl /, "curl -sS -w '\\n%{http_code}' ");
    const { stdout } = await promisify(execFile)("bash", ["-c", pasted]);
    assert.match(stdout, /\n20[01]$/, `${line}\n${stdout}`);
  }
  for (const [, url = ""] of blog.stderr.matchAll(
    /(http:\/\/localhost:\d+\/(?:docs|openapi\.json|livez|users|posts))\b/g,
  ))
    assert.equal((await fetch(url)).status, 200, url);
  const metrics = await fetch(`${blog.origins[0]}/metrics`);
  assert.match(await metrics.text(), /fourfold_connections/);
});

test("a page of another origin may call", async () => {
  const { headers } = await send("GET", "/users", undefined, { origin: "https://app.example.com" });
  assert.equal(headers.get("access-control-allow-origin"), "*");
});
