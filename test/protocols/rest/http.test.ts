import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type Answer, startTest, type TestServer } from "fourfold/testing";
import { Peer } from "../../net/peer.ts";
import { Animal, zoo } from "../../wire/zoo.ts";

let zooServer: TestServer;
let id = "";
before(async () => {
  zooServer = await startTest(zoo, { cors: { origins: ["https://app.example.com"], credentials: true } });
  id = (await zooServer.call(Animal.create, { name: "Rex" })).id;
});
after(() => zooServer.close());

function codeOf(answer: Answer): string | undefined {
  return (answer.json as { error?: { code: string } } | undefined)?.error?.code;
}

/** Fields that depend on the moment. */
function lasting({
  date: _,
  connection: _c,
  "keep-alive": _k,
  "x-request-id": _id,
  ...rest
}: Answer["headers"]): object {
  return rest;
}

test("HEAD has the head of GET, and nothing else", async () => {
  for (const path of [
    "/animals",
    `/animals/${id}`,
    "/animals/nope",
    "/openapi.json",
    "/livez",
    "/docs",
    "/nowhere",
  ]) {
    const [get, head] = [await zooServer.request(`GET ${path}`), await zooServer.request(`HEAD ${path}`)];
    assert.equal(head.status, get.status, path);
    assert.deepEqual(lasting(head.headers), lasting(get.headers), path);
    assert.equal(head.text, "");
  }
});

test("OPTIONS tells the methods of an address", async () => {
  const cases: Record<string, string> = {
    "/animals": "GET, HEAD, POST, OPTIONS",
    "/api/v1/animals/x": "GET, HEAD, PATCH, PUT, DELETE, OPTIONS",
    "/animals:batchCreate": "POST, OPTIONS",
    [`/animals/${id}:feed`]: "POST, OPTIONS",
    "/livez": "GET, HEAD, OPTIONS",
  };
  for (const [path, allow] of Object.entries(cases)) {
    const answer = await zooServer.request(`OPTIONS ${path}`);
    assert.equal(answer.status, 204, path);
    assert.deepEqual(answer.headers["allow"]?.split(", ").sort(), allow.split(", ").sort(), path);
    assert.equal(answer.text, "");
  }
  const item = await zooServer.request(`OPTIONS /animals/${id}`);
  assert.equal(item.headers["accept-patch"], "application/merge-patch+json, application/json");
  assert.equal((await zooServer.request("OPTIONS /nowhere")).status, 404);
  const peer = new Peer(zooServer.port).send("OPTIONS * HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n");
  assert.match(await peer.closes(), /^HTTP\/1\.1 204 [\s\S]*\r\nallow: GET, HEAD, POST/);
});

test("405 names the methods that there are; an unknown one is 405 too", async () => {
  for (const line of [
    "DELETE /animals",
    "PATCH /animals",
    "PUT /animals:batchGet",
    "FOO /animals",
    "HEAD /echo",
  ]) {
    const answer = await zooServer.request(line);
    assert.equal(answer.status, 405, line);
    assert.match(answer.headers["allow"] ?? "", /OPTIONS/);
    if (!line.startsWith("HEAD")) assert.equal(codeOf(answer), "METHOD_NOT_ALLOWED");
  }
  assert.equal((await zooServer.request("POST /livez")).status, 405);
});

test("406 where JSON is not accepted; problem+json alone takes JSON", async () => {
  const get = async (accept: string): Promise<Answer> =>
    zooServer.request("GET /animals", { headers: { accept } });
  for (const accept of [
    "text/html",
    "application/json;q=0",
    "image/*, text/plain;q=0.1",
    "application/xml",
  ]) {
    const answer = await get(accept);
    assert.equal(answer.status, 406, accept);
    assert.equal(codeOf(answer), "NOT_ACCEPTABLE");
  }
  for (const accept of [
    "*/*",
    "application/*",
    "application/json",
    "text/html, application/json;q=0.5",
    "text/html;q=0.9, */*;q=0.1",
    "APPLICATION/JSON",
    "application/problem+json",
  ]) {
    const answer = await get(accept);
    assert.equal(answer.status, 200, accept);
    assert.equal(answer.headers["content-type"], "application/json");
  }
});

test("problem+json is preferred only where it is named and liked at least as well", async () => {
  const get = async (accept: string): Promise<string | undefined> =>
    (await zooServer.request("GET /nowhere", { headers: { accept } })).headers["content-type"];
  assert.equal(await get("application/problem+json"), "application/problem+json");
  assert.equal(await get("application/json, application/problem+json"), "application/problem+json");
  assert.equal(await get("application/json, application/problem+json;q=0.5"), "application/json");
  assert.equal(await get("application/problem+json;q=0"), "application/json");
  assert.equal(await get("*/*"), "application/json");
});

test("413, 414, 431: in the form of every error, in Problem Details where asked", async () => {
  const content = JSON.stringify({ name: "x".repeat(1024 * 1024) });
  const large = await zooServer.request("POST /animals", {
    body: content,
    headers: { "content-type": "application/json" },
  });
  assert.equal(large.status, 413);
  assert.equal(codeOf(large), "CONTENT_TOO_LARGE");
  const chunked = new Peer(zooServer.port).send(
    "POST /animals HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\naccept: application/problem+json\r\ntransfer-encoding: chunked\r\n\r\n",
  );
  chunked.send(`200000\r\n${"a".repeat(0x200000)}\r\n0\r\n\r\n`);
  const refused = await chunked.closes();
  assert.match(refused, /^HTTP\/1\.1 413 /);
  assert.match(refused, /application\/problem\+json/);
  const long = await zooServer.request(`GET /animals?filter=${"a".repeat(9000)}`);
  assert.equal(long.status, 414);
  assert.equal(codeOf(long), "URI_TOO_LONG");
  const wide = await zooServer.request("GET /animals", { headers: { "x-wide": "a".repeat(17_000) } });
  assert.equal(wide.status, 431);
  assert.equal(codeOf(wide), "HEADERS_TOO_LARGE");
});

test("415 for other types, codings and charsets; Accept-Patch says what PATCH takes", async () => {
  const post = async (type: string | undefined, line = "POST /animals", more = {}): Promise<Answer> =>
    zooServer.request(line, {
      body: '{"name":"X"}',
      headers: { ...(type === undefined ? {} : { "content-type": type }), ...more },
    });
  for (const type of [
    "text/plain",
    "application/x-www-form-urlencoded",
    "application/json; charset=latin1",
    "application/jsonx",
    undefined,
    "",
  ]) {
    const answer = await post(type);
    assert.equal(answer.status, 415, String(type));
    assert.equal(codeOf(answer), "UNSUPPORTED_MEDIA_TYPE");
  }
  assert.equal((await post("application/json", "POST /animals", { "content-encoding": "gzip" })).status, 415);
  const patch = await post("application/json-patch+json", `PATCH /animals/${id}`);
  assert.equal(patch.status, 415);
  assert.equal(patch.headers["accept-patch"], "application/merge-patch+json, application/json");
  for (const type of [
    "application/json; charset=utf-8",
    "Application/JSON;charset=UTF-8",
    'application/json; charset="utf-8"',
  ])
    assert.equal((await post(type)).status, 201, type);
  assert.equal((await post("application/merge-patch+json", `PATCH /animals/${id}`)).status, 200);
  assert.equal((await post("application/json", `PATCH /animals/${id}`)).status, 200);
  assert.equal((await post("application/merge-patch+json", "POST /animals")).status, 415);
});

test("content that is no JSON object is told apart", async () => {
  const post = async (body: string | Uint8Array): Promise<Answer> =>
    zooServer.request("POST /animals", { body, headers: { "content-type": "application/json" } });
  for (const body of [
    "",
    "{",
    "[]",
    "null",
    '"x"',
    "1",
    '{"name":"x"}x',
    "{'name':1}",
    '{"name":NaN}',
    "\ufeff{}",
    '{"name":"a\nb"}',
  ]) {
    const answer = await post(body);
    assert.equal(answer.status, 400, body);
    assert.equal(codeOf(answer), "INVALID_JSON", body);
  }
  for (const bytes of [
    [0x7b, 0xff, 0x7d],
    [...Buffer.from('{"name":"'), 0xed, 0xa0, 0x80, ...Buffer.from('"}')],
    [0xc0, 0x80],
  ]) {
    assert.equal(codeOf(await post(Buffer.from(bytes))), "INVALID_JSON");
  }
  const surrogate = await post('{"name":"\\ud800"}');
  assert.equal(codeOf(surrogate), "INVALID_INPUT");
  assert.equal(codeOf(await post('{"name":"a\\u0000b"}')), "INVALID_INPUT");
});

test("names that objects have of themselves are like any other unknown name", async () => {
  for (const name of [
    "__proto__",
    "constructor",
    "toString",
    "hasOwnProperty",
    "prototype",
    "",
    "id\u0000",
  ]) {
    const answer = await zooServer.request("POST /animals", {
      body: `{"name":"X",${JSON.stringify(name)}:{"polluted":true}}`,
      headers: { "content-type": "application/json" },
    });
    assert.equal(answer.status, 400, name);
    assert.equal(
      (answer.json as { error: { violations: { rule: string }[] } }).error.violations[0]?.rule,
      "unknownField",
    );
    const query = await zooServer.request(`GET /animals?${encodeURIComponent(name)}=1`);
    assert.equal(query.status, 400, name);
  }
  assert.equal(({} as { polluted?: boolean }).polluted, undefined);
});

test("CORS: preflights and answers, errors too, to the origins that may", async () => {
  const origin = "https://app.example.com";
  const preflight = {
    origin,
    "access-control-request-method": "PATCH",
    "access-control-request-headers": "if-match",
  };
  const allowed = await zooServer.request(`OPTIONS /animals/${id}`, { headers: preflight });
  assert.equal(allowed.status, 204);
  assert.equal(allowed.headers["access-control-allow-origin"], origin);
  assert.match(allowed.headers["access-control-allow-methods"] ?? "", /PATCH/);
  assert.match(allowed.headers["access-control-allow-headers"] ?? "", /if-match/);
  assert.match(allowed.headers["vary"] ?? "", /origin/);
  for (const line of ["GET /animals", "GET /animals/nope", "GET /nowhere", "POST /animals"]) {
    const answer = await zooServer.request(line, { headers: { origin } });
    assert.equal(answer.headers["access-control-allow-origin"], origin, line);
    assert.equal(answer.headers["access-control-allow-credentials"], "true");
    assert.match(answer.headers["access-control-expose-headers"] ?? "", /etag/);
    assert.match(answer.headers["vary"] ?? "", /origin/);
  }
  for (const other of ["https://evil.example.com", "null", "https://app.example.com.evil.com"]) {
    const headers = { ...preflight, origin: other };
    for (const line of ["OPTIONS /animals", "GET /animals"]) {
      const answer = await zooServer.request(line, { headers });
      assert.equal(answer.headers["access-control-allow-origin"], undefined, other);
      assert.match(answer.headers["vary"] ?? "", /origin/);
    }
  }
});

test("every answer has the fields that keep browsers from guessing", async () => {
  for (const path of ["/animals", "/animals/nope", "/nowhere", "/docs", "/openapi.json"]) {
    const { headers } = await zooServer.request(`GET ${path}`);
    assert.equal(headers["x-content-type-options"], "nosniff", path);
  }
  assert.match(
    (await zooServer.request("GET /animals")).headers["content-security-policy"] ?? "",
    /default-src 'none'/,
  );
});

test("what a path says is decoded once, and wins over nothing else", async () => {
  assert.equal((await zooServer.request("GET /animals/%FF")).status, 400);
  assert.equal((await zooServer.request("GET /animals/%00")).status, 400);
  assert.equal((await zooServer.request("GET /animals/%2e%2e%2f")).status, 404);
  assert.equal((await zooServer.request(`GET /animals/${id}/`)).status, 404);
  assert.equal((await zooServer.request(`GET //animals/${id}`)).status, 404);
  assert.equal((await zooServer.request("GET /animals/a%3Afeed")).status, 404);
  assert.equal((await zooServer.request("GET /animals/:feed")).status, 404);
  assert.equal(
    (await zooServer.request(`GET /animals/${id}?id=${id}`)).status,
    400,
    "the id stands in the path",
  );
  assert.equal((await zooServer.request(`GET /animals/${id}?x=%zz`)).status, 400);
  assert.equal((await zooServer.request("GET /sums/0.5?numbers=1&numbers=2")).text, "1.5");
  assert.equal((await zooServer.request("GET /sums/0x10?numbers=1")).status, 400);
  assert.equal(
    (await zooServer.request("GET /sums/1?numbers=1&scale=2")).text,
    "1",
    "the path wins over the query",
  );
});
