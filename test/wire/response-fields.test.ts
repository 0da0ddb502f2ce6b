import assert from "node:assert/strict";
import { connect } from "node:http2";
import { after, before, test } from "node:test";
import { api, command, error, query, resource, subscription, t, version } from "fourfold";
import { startTest, type TestServer } from "fourfold/testing";
import { type Answer, answerOf, envelope } from "../protocols/grpc/rpc/rig.ts";
import { RpcPeer } from "../protocols/websocket/rpc-peer.ts";

// What handlers have go along with their answers, on each protocol.

const Refused = error("REFUSED", { kind: "failed_precondition" });

const inner = query("inner", {
  output: { text: t.string() },
  handle: ({ response }) => {
    response.set("x-inner", "yes");
    return { text: "inner" };
  },
});
const tell = query("tell", {
  input: { refused: t.boolean({ default: false }) },
  output: { text: t.string() },
  errors: [Refused],
  handle: async ({ input, response, call }) => {
    response.set("X-Total", "1");
    response.set("x-total", "42");
    await call(inner, {});
    if (input.refused) throw Refused();
    return { text: "told" };
  },
});
const silent = command("silent", { handle: ({ response }) => response.set("x-total", "0") });
async function* tellTwo(): AsyncGenerator<string> {
  yield "one";
  yield "two";
}
const count = subscription("count", {
  output: t.string(),
  handle: ({ response }) => {
    response.set("x-total", "2");
    return tellTwo();
  },
});
const late = subscription("late", {
  output: t.string(),
  handle: async function* ({ response }) {
    response.set("x-total", "2");
    yield "one";
  },
});
const kept = query("kept", {
  output: t.string(),
  cache: { maxAge: "1m", visibility: "public", reads: [] },
  handle: ({ response }) => {
    response.set("x-total", "2");
    return "kept";
  },
});
const nesting = query("nesting", {
  output: t.string(),
  cache: { maxAge: "1m", visibility: "public", reads: [] },
  handle: async ({ call }) => (await call(inner, {})).text,
});
const Thing = resource("Thing", { fields: { id: t.id() }, methods: ["get"] });
const definition = api("fields", {
  resources: [Thing],
  operations: [inner, tell, silent, count, late, kept, nesting],
  versions: [version("1")],
});

let server: TestServer;
before(async () => {
  server = await startTest(definition, { cors: { origins: ["https://page.example"] }, logLevel: "silent" });
});
after(() => server.close());

test("REST: header fields of answers, of errors and of streams, which pages of other origins may read", async () => {
  const { status, headers } = await server.request("GET /tell");
  assert.deepEqual([status, headers["x-total"], headers["x-inner"]], [200, "42", "yes"]);
  assert.equal(headers["access-control-expose-headers"], undefined);
  const etag = { "if-none-match": headers["etag"] ?? "" };
  const refused = await server.request("GET /tell?refused=true");
  assert.deepEqual([refused.status, refused.headers["x-total"]], [400, "42"]);
  const nothing = await server.request("POST /silent");
  assert.deepEqual([nothing.status, nothing.headers["x-total"]], [204, "0"]);
  assert.equal((await server.request("GET /inner")).headers["x-total"], undefined);
  const page = await server.request("GET /tell", { headers: { origin: "https://page.example" } });
  assert.match(page.headers["access-control-expose-headers"] ?? "", /etag, .*, x-total, x-inner$/);
  const events = await fetch(`${server.origin}/count`, { headers: { accept: "text/event-stream" } });
  assert.equal(events.headers.get("x-total"), "2");
  assert.match(await events.text(), /"one"[\s\S]*"two"/);
  if (etag["if-none-match"] !== "")
    assert.equal((await server.request("GET /tell", { headers: etag })).headers["x-total"], "42");
});

async function rpc(name: string, message = Buffer.alloc(0)): Promise<Answer> {
  const session = connect(server.origin);
  const stream = session.request({
    ":method": "POST",
    ":path": `/fields.v1.FieldsService/${name}`,
    te: "trailers",
    "content-type": "application/grpc",
  });
  stream.end(envelope(message));
  const answer = await answerOf(stream);
  session.destroy();
  return answer;
}

test("gRPC: initial metadata; gRPC-Web and Connect: header fields", async () => {
  for (const [name, total, status, message] of [
    ["Tell", "42", "0", Buffer.alloc(0)],
    ["Tell", "42", "9", Buffer.from([0x08, 0x01])],
    ["Count", "2", "0", Buffer.alloc(0)],
  ] as const) {
    const { headers, trailers } = await rpc(name, message);
    assert.deepEqual([headers["x-total"], trailers["x-total"]], [total, undefined], name);
    assert.equal(trailers["grpc-status"], status);
  }
  const ask = (type: string, body: string | Buffer<ArrayBuffer>): Promise<Response> =>
    fetch(`${server.origin}/fields.v1.FieldsService/Tell`, {
      method: "POST",
      headers: { "content-type": type, origin: "https://page.example" },
      body,
    });
  const answers = await Promise.all([
    ask("application/grpc-web+proto", Buffer.from(envelope(Buffer.alloc(0)))),
    ask("application/json", "{}"),
    ask("application/json", '{"refused":true}'),
  ]);
  assert.deepEqual(
    answers.map(({ status, headers }) => [status, headers.get("x-total")]),
    [
      [200, "42"],
      [200, "42"],
      [400, "42"],
    ],
  );
  for (const { headers } of answers)
    assert.match(headers.get("access-control-expose-headers") ?? "", /, x-total, x-inner$/);
});

test("GraphQL over HTTP: header fields, whatever of a document states them", async () => {
  const ask = (text: string): Promise<Response> =>
    fetch(`${server.origin}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query: text }),
    });
  const both = await ask("{ inner { text } tell { text } }");
  assert.deepEqual([both.headers.get("x-total"), both.headers.get("x-inner")], ["42", "yes"]);
  assert.deepEqual(await both.json(), { data: { inner: { text: "inner" }, tell: { text: "told" } } });
  const failed = await ask("{ tell(refused: true) { text } }");
  assert.equal(failed.headers.get("x-total"), "42");
  assert.match(await failed.text(), /"code":"REFUSED"/);
  const mutation = await ask("mutation { silent }");
  assert.equal(mutation.headers.get("x-total"), "0");
});

test("JSON-RPC and calls in this process have none, and are answered as ever", async () => {
  const peer = await RpcPeer.open(server);
  assert.deepEqual((await peer.ask("tell")).result, { text: "told" });
  await peer.close();
  assert.deepEqual(await server.server.call(tell, { refused: false }), { text: "told" });
});

test("what is cached states none, nor does a stream that has begun: on every protocol alike", async () => {
  const peer = await RpcPeer.open(server);
  for (const name of ["kept", "nesting"]) {
    const rest = await server.request(`GET /${name}`);
    assert.deepEqual([rest.status, rest.headers["x-total"]], [500, undefined], name);
    assert.equal((await peer.ask(name)).error.data.code, "INTERNAL");
  }
  for (const name of ["Kept", "Nesting", "Late"]) {
    const { grpcStatus, headers } = await rpc(name);
    assert.deepEqual([grpcStatus, headers["x-total"], headers["x-inner"]], [13, undefined, undefined], name);
  }
  peer.say({ jsonrpc: "2.0", id: 1, method: "late" });
  assert.deepEqual((await peer.next()).result, { stream: 1 });
  assert.equal((await peer.next()).params.error.data.code, "INTERNAL");
  await peer.close();
  const events = await fetch(`${server.origin}/late`, { headers: { accept: "text/event-stream" } });
  assert.match(await events.text(), /INTERNAL/);
});
