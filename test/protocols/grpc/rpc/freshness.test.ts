import assert from "node:assert/strict";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import { ApiError, api, query, t, version } from "fourfold";
import { startTest } from "fourfold/testing";

let answers = 0;
const output = { text: t.string(), answers: t.int32() };
const words = query("words", {
  input: { length: t.int32() },
  output,
  cache: { maxAge: "5m", visibility: "public" },
  handle: ({ input }) => ({ text: "word ".repeat(input.length), answers: ++answers }),
});
const mine = query("mine", {
  output,
  cache: { maxAge: "1m", visibility: "private" },
  handle: ({ caller }) => ({ text: caller?.id ?? "nobody", answers: 0 }),
});
const now = query("now", { output, handle: () => ({ text: "now", answers: 0 }) });
const never = query("never", {
  output,
  handle: () => {
    throw new ApiError("NEVER", "not_found");
  },
});
const library = api("library", {
  operations: [words, mine, now, never],
  versions: [version("1")],
  authenticate: ({ bearer }) => (bearer === null ? null : { id: bearer, roles: [], claims: {} }),
});

function get(method: string, message: string): string {
  const path = `/library.v1.LibraryService/${method}`;
  return `GET ${path}?connect=v1&encoding=json&message=${encodeURIComponent(message)}`;
}

test("Connect's answers to GET tell HTTP's caches what REST's do", async () => {
  await using server = await startTest(library, { cors: { origins: ["https://app.example.com"] } });
  const told = async (method: string, message = "{}"): Promise<readonly unknown[]> => {
    const { status, headers } = await server.request(get(method, message));
    return [status, headers["cache-control"], headers["vary"]];
  };
  assert.deepEqual(await told("Words", '{"length":1}'), [
    200,
    "public, max-age=300",
    "accept-encoding, origin",
  ]);
  const byCaller = "accept-encoding, authorization, origin";
  assert.deepEqual(await told("Mine"), [200, "private, max-age=60", byCaller]);
  assert.deepEqual(await told("Now"), [200, "private, no-cache", byCaller]);
  assert.deepEqual((await told("Never")).slice(0, 2), [404, "no-store"]);
  const posted = await server.request("POST /library.v1.LibraryService/Now", {
    headers: { "content-type": "application/json" },
    body: "{}",
  });
  assert.deepEqual([posted.headers["cache-control"], posted.headers["etag"]], [undefined, undefined]);
});

test("who has an answer still is told so by 304, in the coding that it has", async () => {
  await using server = await startTest(library);
  for (const coding of ["identity", "gzip"]) {
    const ask = (more: Record<string, string> = {}) =>
      server.request(get("Words", '{"length":400}'), { headers: { "accept-encoding": coding, ...more } });
    const first = await ask();
    const tag = first.headers["etag"] ?? "";
    assert.match(tag, coding === "gzip" ? /^"[\w-]+-gzip"$/ : /^"[\w-]+"$/);
    const content = coding === "gzip" ? gunzipSync(first.bytes).toString() : first.text;
    assert.equal(JSON.parse(content).text, "word ".repeat(400));
    const again = await ask({ "if-none-match": tag });
    assert.deepEqual([again.status, again.text], [304, ""]);
    assert.deepEqual(
      [again.headers["etag"], again.headers["cache-control"], again.headers["vary"]],
      [tag, "public, max-age=300", "accept-encoding"],
    );
    assert.equal((await ask({ "if-none-match": '"other"' })).status, 200);
  }
});
