import assert from "node:assert/strict";
import { once } from "node:events";
import { after, before, test } from "node:test";
import { api, channel, command, error, query, signedIn, t } from "fourfold";
import { startTest, type TestServer } from "fourfold/testing";

// What browsers need, which set no header fields on a handshake, see no status of its answer, and send no pings. The WebSocket of
// Node is theirs.

const Suspended = error("SUSPENDED", { kind: "permission_denied" });
let done = 0;
const act = command("act", { handle: () => void done++ });
const who = query("who", {
  output: t.string({ nullable: true }),
  handle: ({ caller }) => caller?.id ?? null,
});
const plain = channel("/plain", { message: t.text() });
const closed = channel("/closed", { message: t.object({ n: t.int32() }), allow: signedIn });
const mixed = channel("/mixed", {
  message: t.text(),
  sends: t.object({ text: t.text() }),
  receive: ({ message, everyone }) => everyone.send({ text: message }),
});
const Unknown = error("UNAUTHENTICATED", { kind: "unauthenticated" });
const definition = api("browsers", {
  operations: [act, who],
  channels: [plain, closed, mixed],
  authenticate({ bearer }) {
    if (bearer === null) return null;
    if (bearer === "suspended") throw Suspended();
    if (!bearer.startsWith("a/b+c~")) throw Unknown();
    return { id: bearer, roles: [], claims: {} };
  },
});

let server: TestServer;
before(async () => {
  server = await startTest(definition);
});
after(() => server.close());

function bearer(token: string): string {
  return `fourfold.bearer.${Buffer.from(token).toString("base64url")}`;
}

function open(path: string, protocols: readonly string[]): WebSocket {
  const socket = new WebSocket(`${server.origin.replace("http", "ws")}${path}`, [...protocols]);
  socket.binaryType = "arraybuffer";
  return socket;
}

async function next(socket: WebSocket): Promise<unknown> {
  const [{ data }] = (await once(socket, "message")) as [MessageEvent];
  return data;
}

async function ask(socket: WebSocket, request: object): Promise<Record<string, unknown>> {
  socket.send(JSON.stringify({ jsonrpc: "2.0", id: 1, ...request }));
  return JSON.parse(String(await next(socket)));
}

async function closeOf(socket: WebSocket): Promise<readonly [number, string]> {
  const [{ code, reason }] = (await once(socket, "close")) as [CloseEvent];
  return [code, reason];
}

test("a token among the subprotocols says who calls, whatever characters it has", async () => {
  for (const token of ["a/b+c~", "a/b+c~=="]) {
    const socket = open("/rpc", ["fourfold.jsonrpc.v1", bearer(token)]);
    await once(socket, "open");
    assert.equal(socket.protocol, "fourfold.jsonrpc.v1", "the token is not sent back");
    assert.equal((await ask(socket, { method: "who" }))["result"], token);
    socket.close();
  }
});

test("who is refused is told by the code of a close frame", async () => {
  const refused = [
    ["/rpc", ["fourfold.jsonrpc.v1", bearer("wrong")], 4401, "UNAUTHENTICATED"],
    ["/rpc", [bearer("suspended"), "fourfold.jsonrpc.v1"], 4403, "SUSPENDED"],
    ["/closed", ["fourfold.json.json.v1", bearer("wrong")], 4401, "UNAUTHENTICATED"],
    ["/api/v9/rpc", ["fourfold.jsonrpc.v1", bearer("a/b+c~")], 1006, ""],
  ] as const;
  for (const [path, protocols, code, reason] of refused) {
    const socket = open(path, protocols);
    socket.onerror = () => {};
    assert.deepEqual(await closeOf(socket), [code, reason], path);
  }
  // Without one, the status says it.
  const bare = open("/closed", []);
  bare.onerror = () => {};
  assert.equal((await closeOf(bare))[0], 1006);
  const joined = open("/closed", ["fourfold.json.json.v1", bearer("a/b+c~")]);
  await once(joined, "open");
  joined.close();
});

test("a channel says how its messages go, to who asks", async () => {
  const offered = ["text.text", "json.json", "text.json", "json.text"].map((form) => `fourfold.${form}.v1`);
  for (const [path, spoken] of [
    ["/plain", "fourfold.text.text.v1"],
    ["/mixed", "fourfold.text.json.v1"],
    ["/closed", "fourfold.json.json.v1"],
  ] as const) {
    const socket = open(path, [...offered, bearer("a/b+c~")]);
    await once(socket, "open");
    assert.equal(socket.protocol, spoken);
    socket.close();
  }
});

test("a sign of life is answered, and is no message of a channel", async () => {
  const rpc = open("/rpc", ["fourfold.jsonrpc.v1"]);
  await once(rpc, "open");
  assert.deepEqual(await ask(rpc, { method: "$/ping" }), { jsonrpc: "2.0", id: 1, result: null });
  rpc.close();
  const asking = open("/plain", ["fourfold.text.text.v1"]);
  const other = open("/plain", []);
  await Promise.all([once(asking, "open"), once(other, "open")]);
  asking.send(new Uint8Array());
  assert.equal(((await next(asking)) as ArrayBuffer).byteLength, 0);
  asking.send("said");
  assert.deepEqual([await next(asking), await next(other)], ["said", "said"]);
  // Who asks for no subprotocol is told that messages are text, as before.
  other.send(new Uint8Array());
  assert.match(String(await next(other)), /INVALID_INPUT/);
  asking.close();
  other.close();
});

test("a command that is said to be a repetition is not carried out where nothing remembers the first", async () => {
  const socket = open("/rpc", ["fourfold.jsonrpc.v1"]);
  await once(socket, "open");
  const meta = { idempotencyKey: "k1", repeated: true };
  const { error: told } = await ask(socket, { method: "act", meta });
  assert.deepEqual((told as { data: object }).data, { code: "OUTCOME_UNKNOWN", kind: "unknown" });
  assert.equal(done, 0);
  assert.equal((await ask(socket, { method: "who", meta: { repeated: true } }))["result"], null);
  assert.equal((await ask(socket, { method: "act" }))["result"], null);
  assert.equal(done, 1);
  socket.close();
});
