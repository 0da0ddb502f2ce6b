import assert from "node:assert/strict";
import { once } from "node:events";
import { type ClientHttp2Session, connect } from "node:http2";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import { serve } from "fourfold/server";
import { request } from "undici";
import blog, { editorToken } from "../../examples/blog/api.ts";

// One API behind one port: whatever is asked, HTTP/1.1 and HTTP/2 give the same answer.

interface Question {
  readonly method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE" | "HEAD" | "OPTIONS";
  readonly path: string;
  readonly fields?: Readonly<Record<string, string>>;
  readonly content?: string;
}

interface Answer {
  readonly status: number;
  readonly fields: Readonly<Record<string, string>>;
  readonly content: string;
}

const json = { "content-type": "application/json" };

/** Questions that change nothing, so that both versions find the same rows. */
const questions: readonly Question[] = [
  { path: "/users" },
  { path: "/users?pageSize=1" },
  { path: "/users?filter=name%20%3D%20%22Ada%20Lovelace%22&fields=name" },
  { path: "/api/v2/users?pageSize=2" },
  { path: "/users", fields: { "api-version": "2" } },
  { path: "/users", fields: { "accept-encoding": "gzip" } },
  { path: "/users", fields: { accept: "text/html" } },
  { method: "HEAD", path: "/users" },
  { method: "OPTIONS", path: "/users" },
  {
    method: "OPTIONS",
    path: "/users",
    fields: { origin: "https://a.example", "access-control-request-method": "POST" },
  },
  { path: "/users", fields: { origin: "https://a.example" } },
  { path: "/users/nobody" },
  { path: "/users/01890a5d-ac96-774b-bcce-b302099a8057" },
  { path: "/users?pagesize=1" },
  { path: "/nowhere" },
  { method: "PUT", path: "/users" },
  { method: "POST", path: "/users", fields: json, content: '{"name":"Z"}' },
  { method: "POST", path: "/users", fields: json, content: "{" },
  { method: "POST", path: "/users", fields: { "content-type": "text/plain" }, content: "name" },
  { method: "POST", path: "/users", fields: json, content: `{"name":"${"x".repeat(2 ** 21)}"}` },
  { method: "POST", path: "/users", fields: json, content: '{"name":"Ada","email":"ada@example.com"}' },
  { method: "DELETE", path: "/api/v2/users/01890a5d-ac96-774b-bcce-b302099a8057" },
  { path: "/users", fields: { "content-type": "application/json", accept: "application/problem+json" } },
  { path: "/openapi.json", fields: { "accept-encoding": "gzip" } },
  { path: "/docs" },
  { path: "/livez" },
];

test("the blog answers alike over HTTP/1.1 and HTTP/2", async (t) => {
  const server = await serve(blog, {
    listen: ["127.0.0.1:0"],
    database: "sqlite::memory:",
    logLevel: "silent",
    cors: { origins: "*" },
  });
  t.after(() => server.close());
  const [origin = ""] = server.origins;
  const session = connect(origin);
  t.after(() => session.destroy());
  await once(session, "connect");
  for (const question of questions) {
    const one = await overHttp1(origin, question);
    const two = await overHttp2(session, question);
    assert.deepEqual(two, one, `${question.method ?? "GET"} ${question.path}`);
  }
});

test("what is written over one version is read over the other", async (t) => {
  const server = await serve(blog, {
    listen: ["127.0.0.1:0"],
    database: "sqlite::memory:",
    logLevel: "silent",
  });
  t.after(() => server.close());
  const [origin = ""] = server.origins;
  const session = connect(origin);
  t.after(() => session.destroy());
  const content = JSON.stringify({ name: "Alan Turing", email: "alan@example.com" });
  const made = await overHttp2(session, { method: "POST", path: "/users", fields: json, content });
  assert.equal(made.status, 201);
  const { id }: { id: string } = JSON.parse(made.content);
  const got = await overHttp1(origin, { path: `/users/${id}` });
  assert.equal(got.status, 200);
  const { etag = "" } = got.fields;
  const seen = await overHttp2(session, { path: `/users/${id}`, fields: { "if-none-match": etag } });
  assert.equal(seen.status, 304);
  assert.equal(seen.content, "");
  const renamed = await overHttp1(origin, {
    method: "PATCH",
    path: `/api/v2/users/${id}`,
    fields: { "content-type": "application/merge-patch+json", authorization: `Bearer ${editorToken}` },
    content: '{"displayName":"Alan M. Turing"}',
  });
  assert.equal(renamed.status, 200, renamed.content);
  const again = await overHttp2(session, { path: `/users/${id}`, fields: { "if-none-match": etag } });
  assert.equal(again.status, 200);
  assert.match(again.content, /Alan M\. Turing/);
});

async function overHttp1(
  origin: string,
  { method = "GET", path, fields = {}, content }: Question,
): Promise<Answer> {
  const answer = await request(origin + path, { method, headers: { ...fields }, body: content ?? null });
  return toAnswer(answer.statusCode, answer.headers, Buffer.from(await answer.body.arrayBuffer()));
}

async function overHttp2(session: ClientHttp2Session, question: Question): Promise<Answer> {
  const { method = "GET", path, fields = {}, content } = question;
  const length = content === undefined ? {} : { "content-length": String(content.length) };
  const stream = session.request({ ":method": method, ":path": path, ...length, ...fields });
  // The server may end a stream whose content it will not take.
  stream.on("error", () => {});
  stream.end(content);
  const parts: Buffer[] = [];
  const heads = once(stream, "response");
  stream.on("data", (part: Buffer) => parts.push(part));
  const [{ ":status": status, ...rest }] = await heads;
  await once(stream, "close");
  return toAnswer(Number(status), rest, Buffer.concat(parts));
}

/** Without what differs from one answer to the next, or belongs to a version. */
function toAnswer(status: number, fields: object, content: Buffer): Answer {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(fields)) if (!varying.has(name)) kept[name] = String(value);
  const isZipped = kept["content-encoding"] === "gzip" && content.length > 0;
  return { status, fields: kept, content: (isZipped ? gunzipSync(content) : content).toString() };
}

const varying = new Set([
  "date",
  "x-request-id",
  "connection",
  "keep-alive",
  "transfer-encoding",
  "content-length",
]);
