import assert from "node:assert/strict";
import { test } from "node:test";
import type { RequestHead } from "../../../src/net/index.ts";
import { block, END_HEADERS, END_STREAM, frame, types } from "../attacks/frames.ts";
import { ok, serve } from "../peer.ts";
import { type FieldList, fieldBlock, getFields, getOf, Http2Peer, head, postFields } from "./peer.ts";

const PROTOCOL_ERROR = 1;

/** A listener that keeps the heads of what it answers. */
async function serveHeads(...[t, options]: [Parameters<typeof serve>[0], Parameters<typeof serve>[2]?]) {
  const heads: RequestHead[] = [];
  const served = await serve(
    t,
    (exchange) => {
      heads.push(exchange.request);
      exchange.respond(ok, null, "fine");
    },
    options,
  );
  const peer = new Http2Peer(served.port);
  t.after(() => peer.socket.destroy());
  return { heads, peer, ...served };
}

test("fields come in their order, with the host first, and lines of one name joined", async (t) => {
  const { heads, peer } = await serveHeads(t);
  await peer.get(
    1,
    getOf("/p?q=1?2", "x-b", "1", "x-a", "2", "x-b", "", "x-é", "3".repeat(300)).slice(0, 14),
  );
  const [request] = heads;
  assert.deepEqual(request?.fields(), ["host", "a", "x-b", "1", "x-a", "2", "x-b", ""]);
  assert.deepEqual([request?.header("x-b"), request?.header("x-c")], ["1, ", undefined]);
  assert.deepEqual([request?.path, request?.query, request?.upgrade], ["/p", "q=1?2", null]);
});

test("crumbs of a cookie are one cookie (§8.2.3)", async (t) => {
  const { heads, peer } = await serveHeads(t);
  await peer.get(1, [...getFields, "cookie", "a=1", "x-a", "b", "cookie", "c=2", "cookie", "d=3"]);
  assert.deepEqual(heads[0]?.fields(), ["host", "a", "cookie", "a=1; c=2; d=3", "x-a", "b"]);
  await peer.get(3);
  assert.equal(heads[1]?.header("cookie"), undefined);
});

test("crumbs of a cookie count as one field, and by their bytes", async (t) => {
  const { heads, peer } = await serveHeads(t, { limits: { headerCount: 6, headerBytes: 16 * 1024 } });
  const crumbs = (count: number): string[] => Array.from({ length: count }, () => ["cookie", "a=1"]).flat();
  const fits = await peer.get(1, [...getFields, ...crumbs(300), "x-a", "b"]);
  assert.equal(fits.status, "200");
  assert.equal(heads[0]?.header("cookie"), Array.from({ length: 300 }, () => "a=1").join("; "));
  assert.equal((await peer.get(3, [...getFields, ...crumbs(2), "x-a", "", "x-b", ""])).status, "431");
  // 41 bytes each, with the 32 of RFC 9113 §6.5.2.
  assert.equal((await peer.get(5, [...getFields, ...crumbs(400)])).status, "431");
  assert.equal((await peer.get(7, [...getFields, "x-a", "", "x-b", ""])).status, "200");
});

test(":authority or host: either will do, both must agree", async (t) => {
  const { heads, peer } = await serveHeads(t);
  const asked: readonly (readonly [FieldList, string | null])[] = [
    [[":method", "GET", ":scheme", "http", ":path", "/", ":authority", "b:80"], "b:80"],
    [[":method", "GET", ":scheme", "http", ":path", "/", "host", "c"], "c"],
    [[...getFields, "host", "a"], "a"],
    [[...getFields, "host", "b"], null],
    [[...getFields, "host", ""], null],
    [[":method", "GET", ":scheme", "http", ":path", "/"], null],
    [[":method", "GET", ":scheme", "http", ":path", "/", ":authority", "[::1]:8080"], "[::1]:8080"],
    [[":method", "GET", ":scheme", "http", ":path", "/", ":authority", "a/b"], null],
    [[":method", "GET", ":scheme", "http", ":path", "/", ":authority", "a b"], null],
    [[":method", "GET", ":scheme", "http", ":path", "/", ":authority", "a, b"], null],
  ];
  for (const [index, [fields, host]] of asked.entries()) {
    const stream = 2 * index + 1;
    peer.send(head(stream, fields, END_STREAM));
    if (host === null) assert.equal(await peer.resets(stream), PROTOCOL_ERROR, `case ${index}`);
    else {
      await peer.whole(stream);
      assert.equal(heads.at(-1)?.header("host"), host, `case ${index}`);
    }
  }
});

test("targets and methods that are unusual and allowed", async (t) => {
  const { heads, peer } = await serveHeads(t);
  await peer.get(1, [":method", "OPTIONS", ":scheme", "http", ":path", "*", ":authority", "a"]);
  await peer.get(3, [":method", "M-SEARCH", ":scheme", "https", ":path", "//x/../%00?", ":authority", "a"]);
  // In any order, as long as they come first.
  await peer.get(5, [
    ":path",
    "/",
    ":authority",
    "a",
    ":method",
    "DELETE",
    ":scheme",
    "http",
    "te",
    "Trailers",
  ]);
  const seen = heads.map(({ method, path, query }) => [method, path, query]);
  assert.deepEqual(seen, [
    ["OPTIONS", "*", null],
    ["M-SEARCH", "//x/../%00", ""],
    ["DELETE", "/", null],
  ]);
});

test("what is over a limit is answered, and the connection goes on", async (t) => {
  const limits = { headerBytes: 4096, headerCount: 20, targetBytes: 100, bodyBytes: 1000 };
  const { heads, peer, listener } = await serveHeads(t, { limits });
  const many = Array.from({ length: 21 }, (_, index) => [`x-${index}`, ""]).flat();
  const cases: readonly (readonly [string, FieldList])[] = [
    ["431", [...getFields, "x-a", "b".repeat(4096)]],
    ["431", [...getFields, ...many]],
    ["431", ["x-a", "b".repeat(4096), ...getFields]],
    ["414", getOf(`/${"p".repeat(100)}`)],
    ["413", [...postFields, "content-length", "1001"]],
    ["413", [...postFields, "content-length", "9".repeat(30)]],
    ["417", [...postFields, "expect", "the-unexpected"]],
    ["501", [":method", "CONNECT", ":authority", "a:1"]],
    ["200", getOf(`/${"p".repeat(99)}`)],
  ];
  let stream = 1;
  for (const [status, fields] of cases) {
    // What has a length must have content; the others end with their heads.
    const hasLength = fields.includes("content-length");
    peer.send(head(stream, fields, hasLength ? 0 : END_STREAM));
    const answer = await peer.whole(stream);
    assert.equal(answer.status, status, fields.join().slice(0, 100));
    if (status !== "200") assert.equal(typeof JSON.parse(answer.content.toString()).error.code, "string");
    assert.equal((await peer.get(stream + 2)).status, "200");
    stream += 4;
  }
  assert.equal(heads.length, cases.length + 1);
  assert.deepEqual(listener.stats().rejectedByCode, {
    HEADERS_TOO_LARGE: 3,
    URI_TOO_LONG: 1,
    CONTENT_TOO_LARGE: 2,
    EXPECTATION_FAILED: 1,
    UNIMPLEMENTED: 1,
  });
});

test("the answer to a HEAD that is refused has no content", async (t) => {
  const { peer } = await serveHeads(t, { limits: { targetBytes: 10 } });
  const fields = [":method", "HEAD", ":scheme", "http", ":path", `/${"p".repeat(10)}`, ":authority", "a"];
  const answer = await peer.get(1, fields);
  assert.deepEqual([answer.status, answer.length], ["414", 0]);
});

test("a renderer makes the answers; one that throws or makes what cannot be sent is set aside", async (t) => {
  const renderings = [
    () => ({ fields: ["content-type", "text/x"], body: "rendered" }),
    () => ({ fields: ["x-a", "b\r\n"], body: "rendered" }),
    () => {
      throw new Error("broken");
    },
  ];
  const { peer } = await serveHeads(t, {
    limits: { targetBytes: 10 },
    renderError: () => (renderings.shift() ?? (() => ({ fields: [], body: "" })))(),
  });
  const long = getOf(`/${"p".repeat(10)}`);
  assert.equal((await peer.get(1, long)).content.toString(), "rendered");
  assert.deepEqual([(await peer.get(3, long)).status, peer.answer(3).length], ["414", 0]);
  assert.match((await peer.get(5, long)).content.toString(), /URI_TOO_LONG/);
});

test("fields of the peer's table are known again, also of a head that was refused", async (t) => {
  const { heads, peer } = await serveHeads(t, { limits: { headerBytes: 1000 } });
  const indexed = (fields: FieldList): Buffer => {
    const literals = fieldBlock(fields);
    literals[0] = 0x40;
    return literals;
  };
  const send = (stream: number, ...parts: readonly Buffer[]): void => {
    const content = Buffer.concat([block({}), fieldBlock(getFields), ...parts]);
    peer.send(frame(types.headers, END_STREAM | END_HEADERS, stream, content));
  };
  send(1, indexed(["x-kept", "1"]));
  send(3, fieldBlock(["x-large", "b".repeat(1000)]), indexed(["x-later", "2"]));
  // 62 is what was added last.
  send(5, Buffer.from([0x80 | 62, 0x80 | 63]));
  await peer.whole(5);
  assert.equal((await peer.whole(3)).status, "431");
  assert.deepEqual(heads[1]?.fields(), ["host", "a", "x-later", "2", "x-kept", "1"]);
});
