import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { connect as connectHttp2 } from "node:http2";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import { api, command, t, version } from "fourfold";
import { startTest, type TestServer } from "fourfold/testing";
import { type Answer, answerOf, envelope } from "./rig.ts";

const MIB = 1024 * 1024;
const carry = command("carry", {
  input: { content: t.bytes() },
  output: { content: t.bytes() },
  handle: ({ input }) => input,
});
const carrier = api("carrier", { operations: [carry], versions: [version("1")] });
const path = "/carrier.v1.CarrierService/Carry";

/** A message of it: field 1, which has a length of up to four bytes. */
function message(content: Uint8Array): Buffer {
  const head = [0x0a];
  for (let rest = content.length; ; rest >>>= 7) {
    head.push(rest < 128 ? rest : (rest & 127) | 128);
    if (rest < 128) return Buffer.concat([Buffer.from(head), content]);
  }
}

async function ask(
  server: TestServer,
  content: Uint8Array,
  fields: Readonly<Record<string, string>>,
): Promise<Answer> {
  const session = connectHttp2(server.origin);
  const stream = session.request({ ":method": "POST", ":path": path, te: "trailers", ...fields });
  stream.end(content);
  const answer = await answerOf(stream);
  session.destroy();
  return answer;
}

test("a message may be longer than other contents, also where its length is stated", async () => {
  await using server = await startTest(carrier);
  const content = message(randomBytes(3 * MIB));
  // fetch states it, as browsers do.
  const connect1 = await fetch(`${server.origin}${path}`, {
    method: "POST",
    headers: { "content-type": "application/proto" },
    body: content,
  });
  assert.equal(connect1.status, 200);
  assert.ok(content.equals(Buffer.from(await connect1.arrayBuffer())));

  const stated = { "content-length": String(content.length) };
  const connect2 = await ask(server, content, { "content-type": "application/proto", ...stated });
  assert.equal(connect2.status, 200);
  assert.ok(connect2.content.equals(content));

  const framed = envelope(content);
  const length = { "content-length": String(framed.length) };
  const grpc = await ask(server, framed, { "content-type": "application/grpc", ...length });
  assert.equal(grpc.grpcStatus, 0);
  assert.ok(grpc.content.equals(framed));
});

test("a message in one chunk of HTTP/1.1 may be longer, though its length comes with the head", async () => {
  await using server = await startTest(carrier);
  const content = message(randomBytes(3 * MIB));
  const socket = connect(server.port, "127.0.0.1");
  const fields = [
    "host: a",
    "content-type: application/proto",
    "transfer-encoding: chunked",
    "connection: close",
  ];
  const start = `POST ${path} HTTP/1.1\r\n${fields.join("\r\n")}\r\n\r\n${content.length.toString(16)}\r\n`;
  socket.write(Buffer.concat([Buffer.from(start), content, Buffer.from("\r\n0\r\n\r\n")]));
  assert.match(await text(socket), /^HTTP\/1\.1 200 OK\r\n/);
});

test("a message over its own limit is refused by the protocol, whether its length is stated or not", async () => {
  await using server = await startTest(carrier);
  const content = message(Buffer.alloc(4 * MIB));
  const stated = await fetch(`${server.origin}${path}`, {
    method: "POST",
    headers: { "content-type": "application/proto" },
    body: content,
  });
  const told = (await stated.json()) as { readonly code: string };
  assert.deepEqual([stated.status, told.code], [413, "resource_exhausted"]);
  const grpc = { "content-type": "application/grpc" };
  const length = { "content-length": String(content.length + 5) };
  for (const fields of [grpc, { ...grpc, ...length }])
    assert.equal((await ask(server, envelope(content), fields)).grpcStatus, 8);
});

test("other contents keep their limit", async () => {
  await using server = await startTest(carrier);
  const body = JSON.stringify({ content: randomBytes(MIB).toString("base64") });
  const answer = await fetch(`${server.origin}/carry`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body,
  });
  assert.equal(answer.status, 413);
});

test("what does not get shorter by compression is sent as it is", async () => {
  await using server = await startTest(carrier);
  const noise = message(randomBytes(8192));
  const zeros = message(Buffer.alloc(8192));
  const grpc = { "content-type": "application/grpc", "grpc-accept-encoding": "gzip" };
  assert.deepEqual((await ask(server, envelope(noise), grpc)).content, envelope(noise));
  const shorter = (await ask(server, envelope(zeros), grpc)).content;
  assert.equal(shorter[0], 1);
  assert.deepEqual(gunzipSync(shorter.subarray(5)), zeros);

  const connect = { "content-type": "application/proto", "accept-encoding": "gzip" };
  const plain = await ask(server, noise, connect);
  assert.deepEqual([plain.headers["content-encoding"], plain.content], [undefined, noise]);
  const coded = await ask(server, zeros, connect);
  assert.deepEqual([coded.headers["content-encoding"], gunzipSync(coded.content)], ["gzip", zeros]);
});
