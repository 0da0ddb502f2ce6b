import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { type Answer, startTest, type TestServer } from "fourfold/testing";
import blog, { Post, User } from "../../../examples/blog/api.ts";

let server: TestServer;
let large = "";
let small = "";
before(async () => {
  server = await startTest(blog);
  const [author] = (await server.call(User.list, {})).items;
  const authorId = author?.id ?? "";
  large = `/posts/${(await server.call(Post.create, { title: "Large", content: "Ünïcode text. ".repeat(500), authorId })).id}`;
  small = `/posts/${(await server.call(Post.create, { title: "Small", content: "", authorId })).id}`;
});
after(() => server.close());

const get = (
  path: string,
  accepted?: string,
  more: Record<string, string> = {},
  method = "GET",
): Promise<Answer> =>
  server.request(`${method} ${path}`, {
    headers: { ...(accepted === undefined ? {} : { "accept-encoding": accepted }), ...more },
  });

function decoded({ bytes, headers }: Answer): string {
  const coding = headers["content-encoding"];
  return (
    coding === "br" ? brotliDecompressSync(bytes) : coding === "gzip" ? gunzipSync(bytes) : bytes
  ).toString();
}

test("the coding is the one that is liked best; ours go first among equals", async () => {
  const cases: Record<string, string | undefined> = {
    br: "br",
    gzip: "gzip",
    "gzip, deflate, br, zstd": "br",
    "br;q=0.5, gzip": "gzip",
    "gzip;q=0.5, br;q=0.6": "br",
    "*": "br",
    "br;q=0, *": "gzip",
    "gzip;q=0, br;q=0": undefined,
    identity: undefined,
    "identity, gzip;q=0.5": undefined,
    "identity;q=0.5, gzip": "gzip",
    deflate: undefined,
    GZIP: "gzip",
    "gzip;q=2": undefined,
    "": undefined,
  };
  const plain = await get(large);
  assert.equal(plain.headers["content-encoding"], undefined);
  for (const [accepted, coding] of Object.entries(cases)) {
    // Twice: what is cached is coded once.
    for (let time = 0; time < 2; time++) {
      const answer = await get(large, accepted);
      assert.equal(answer.headers["content-encoding"], coding, accepted);
      assert.equal(decoded(answer), plain.text);
      assert.equal(Number(answer.headers["content-length"]), answer.bytes.length);
      assert.match(answer.headers["vary"] ?? "", /accept-encoding/);
    }
  }
  assert.ok((await get(large, "br")).bytes.length < plain.bytes.length / 4);
});

test("small answers go as they are", async () => {
  assert.equal((await get(small, "br, gzip")).headers["content-encoding"], undefined);
});

test("each coding has its own ETag; any of them is a match, and a 304 has the one that a 200 would have", async () => {
  const tags = new Map<string, string>();
  for (const coding of ["identity", "br", "gzip"])
    tags.set(coding, (await get(large, coding)).headers["etag"] ?? "");
  assert.equal(new Set(tags.values()).size, 3);
  for (const [coding, tag] of tags) {
    for (const asked of tags.keys()) {
      const answer = await get(large, asked, { "if-none-match": tag });
      assert.equal(answer.status, 304, `${asked} with the tag of ${coding}`);
      assert.equal(answer.headers["etag"], tags.get(asked));
      assert.equal(answer.text, "");
      assert.equal(answer.headers["content-encoding"], undefined);
    }
    const guarded = await server.request(`PATCH ${large}`, {
      json: { title: "Large" },
      headers: { "if-match": tag },
    });
    assert.equal(guarded.status, 200, `the tag of ${coding} guards the row`);
    for (const asked of tags.keys()) tags.set(asked, (await get(large, asked)).headers["etag"] ?? "");
    break;
  }
});

test("HEAD of a coded answer has its head", async () => {
  const [whole, head] = [await get(large, "gzip"), await get(large, "gzip", {}, "HEAD")];
  for (const name of ["content-encoding", "content-length", "etag", "vary", "cache-control"])
    assert.equal(head.headers[name], whole.headers[name], name);
  assert.equal(head.bytes.length, 0);
});

test("lists, creations and included rows are coded too", async () => {
  for (const path of ["/posts", "/posts?fields=title,content", "/users?include=posts"]) {
    const answer = await get(path, "br");
    assert.equal(answer.headers["content-encoding"], "br", path);
    assert.equal(decoded(answer), (await get(path)).text);
  }
  const [author] = (await server.call(User.list, {})).items;
  const made = await server.request("POST /posts", {
    json: { title: "T", content: "x".repeat(3000), authorId: author?.id },
    headers: { "accept-encoding": "gzip" },
  });
  assert.equal(made.status, 201);
  assert.equal(made.headers["content-encoding"], "gzip");
  assert.ok(made.headers["location"]);
  assert.equal((JSON.parse(decoded(made)) as { content: string }).content.length, 3000);
});
