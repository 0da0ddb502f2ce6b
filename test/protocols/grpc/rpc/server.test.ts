import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { answerOf, encode, envelope, MESSAGE_BYTES, startRig } from "./rig.ts";

const GRPC = "application/grpc";
// Of gRPC.
const [OK, INVALID, LATE, NOT_FOUND, EXHAUSTED, UNIMPLEMENTED, INTERNAL] = [0, 3, 4, 5, 8, 12, 13];

test("what is no call is refused in the words of HTTP", async () => {
  await using rig = await startRig();
  const post = (path: string, type: string) =>
    fetch(`${rig.origin}${path}`, { method: "POST", headers: { "content-type": type }, body: "{}" });
  const media = await post("/t.Texts/Say", "text/plain");
  assert.equal(media.status, 415);
  assert.match(media.headers.get("accept-post") ?? "", /application\/grpc-web\+proto/);
  assert.equal((await post("/t.Texts/Say", "application/connect+json")).status, 415);
  assert.equal((await post("/t.Texts/Join", "application/json")).status, 415);
  assert.equal((await post("/t.Texts/Say", GRPC)).status, 505);
  assert.equal((await post("/t.Texts/Echo", "application/connect+json")).status, 505);
  for (const method of ["PUT", "DELETE", "PATCH"]) {
    const answer = await fetch(`${rig.origin}/t.Texts/Say`, { method });
    assert.deepEqual([answer.status, answer.headers.get("allow")], [405, "GET, POST, OPTIONS"]);
  }
  const query = '?connect=v1&encoding=json&message={"text":"a"}';
  const unsafe = await fetch(`${rig.origin}/t.Texts/Set${query}`);
  assert.deepEqual([unsafe.status, unsafe.headers.get("allow")], [405, "POST, OPTIONS"]);
  assert.deepEqual(await (await fetch(`${rig.origin}/t.Texts/Say${query}`)).json(), { text: "a" });
  assert.equal((await post("/t.Texts/None", "application/json")).status, 404);
});

test("a call that fails ends alone: the connection goes on", async () => {
  await using rig = await startRig();
  const bomb = gzipSync(Buffer.alloc(4 * 1024 * 1024));
  const gzip = { "grpc-encoding": "gzip" };
  const cut = envelope(encode("abc")).subarray(0, 7);
  const cases: [string, number, Uint8Array, Record<string, string>?][] = [
    ["no message", UNIMPLEMENTED, Buffer.alloc(0)],
    ["two messages", UNIMPLEMENTED, Buffer.concat([envelope(encode("a")), envelope(encode("b"))])],
    ["an envelope that is cut off", INTERNAL, cut],
    ["a head that is cut off", INTERNAL, Buffer.alloc(3)],
    ["flags that there are not", INTERNAL, envelope(encode("a"), 4)],
    ["compressed by nothing", INTERNAL, envelope(gzipSync(encode("a")), 1)],
    ["compressed by what is not known", UNIMPLEMENTED, envelope(encode("a")), { "grpc-encoding": "zstd" }],
    ["no gzip", INTERNAL, envelope(encode("a"), 1), gzip],
    ["a bomb", EXHAUSTED, envelope(bomb, 1), gzip],
    ["too large", EXHAUSTED, envelope(Buffer.alloc(MESSAGE_BYTES + 1))],
    ["no such message", INTERNAL, envelope(Buffer.of(0x0a, 9, 1))],
    ["a timeout of no form", INVALID, envelope(encode("a")), { "grpc-timeout": "1x" }],
    ["a timeout of nine digits", INVALID, envelope(encode("a")), { "grpc-timeout": "123456789m" }],
    ["no time", LATE, envelope(encode("a")), { "grpc-timeout": "0m" }],
  ];
  for (const [name, status, content, more] of cases) {
    const answer = await rig.ask("/t.Texts/Say", GRPC, content, more);
    assert.deepEqual([answer.status, answer.grpcStatus], [200, status], name);
    const next = await rig.ask("/t.Texts/Say", GRPC, envelope(encode("next")));
    assert.deepEqual([next.grpcStatus, next.content], [OK, envelope(encode("next"))], `after ${name}`);
  }
  const unknown = await rig.ask("/t.Texts/None", GRPC, envelope(encode("a")));
  assert.deepEqual([unknown.status, unknown.grpcStatus], [200, UNIMPLEMENTED]);
  assert.equal(rig.session.closed, false);
});

test("the same in gRPC-Web and Connect", async () => {
  await using rig = await startRig();
  const bomb = gzipSync(Buffer.alloc(4 * 1024 * 1024));
  const web = async (content: Uint8Array, more: Record<string, string> = {}) =>
    (await rig.ask("/t.Texts/Say", "application/grpc-web", content, more)).content.toString("latin1");
  assert.match(await web(envelope(encode("a"), 4)), /grpc-status: 13\r\n/);
  assert.match(await web(envelope(bomb, 1), { "grpc-encoding": "gzip" }), /grpc-status: 8\r\n/);
  assert.match(await web(envelope(encode("a"))), /grpc-status: 0\r\n/);

  const say = async (content: string | Uint8Array, more: Record<string, string> = {}) => {
    const answer = await rig.ask("/t.Texts/Say", "application/json", Buffer.from(content), more);
    return [answer.status, JSON.parse(answer.content.toString()).code];
  };
  assert.deepEqual(await say("{"), [400, "invalid_argument"]);
  assert.deepEqual(await say('{"text":1}'), [400, "invalid_argument"]);
  assert.deepEqual(await say("{}", { "connect-timeout-ms": "x" }), [400, "invalid_argument"]);
  assert.deepEqual(await say("{}", { "connect-timeout-ms": "0" }), [504, "deadline_exceeded"]);
  assert.deepEqual(await say("{}", { "content-encoding": "br" }), [501, "unimplemented"]);
  assert.equal((await say(bomb, { "content-encoding": "gzip" }))[1], "resource_exhausted");
  assert.deepEqual(await say("{}"), [200, undefined]);
});

test("a handler learns that the time is over, or that the caller has left", async () => {
  await using late = await startRig();
  const answer = await late.ask("/t.Texts/Wait", GRPC, envelope(encode("a")), { "grpc-timeout": "50m" });
  assert.equal(answer.grpcStatus, LATE);
  assert.ok((await late.ended) instanceof Error);

  await using left = await startRig();
  const stream = left.begin("/t.Texts/Wait", GRPC);
  stream.on("error", () => {});
  stream.end(envelope(encode("a")));
  await wait(50);
  stream.close(8);
  assert.ok((await left.ended) instanceof Error);
});

test("a stream of messages may be longer, and last longer, than other contents", async () => {
  await using rig = await startRig({ bodyBytes: 1024, bodyMs: 300 });
  const stream = rig.begin("/t.Texts/Join", GRPC);
  const answer = answerOf(stream);
  for (let each = 0; each < 10; each++) {
    stream.write(envelope(encode("x".repeat(1000))));
    await wait(150);
  }
  stream.end();
  const { grpcStatus, content } = await answer;
  assert.deepEqual([grpcStatus, content], [OK, envelope(encode("10000"))]);
});

test("a call that fails keeps its own trailers, and headers apart from them where it has any", async () => {
  await using rig = await startRig();
  const alone = await rig.ask("/t.Texts/Fail", GRPC, envelope(encode("trailers")));
  assert.deepEqual([alone.grpcStatus, alone.headers["x-trail"], alone.trailers], [NOT_FOUND, "t", {}]);
  const both = await rig.ask("/t.Texts/Fail", GRPC, envelope(encode("headers")));
  assert.deepEqual([both.headers["x-head"], both.headers["grpc-status"]], ["h", undefined]);
  assert.deepEqual([both.grpcStatus, both.trailers["x-trail"]], [NOT_FOUND, "t"]);
});
