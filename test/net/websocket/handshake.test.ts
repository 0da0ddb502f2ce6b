import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { WebSocketOptions } from "../../../src/net/index.ts";
import { Peer } from "../peer.ts";
import { frame, TEXT } from "./frames.ts";
import { echo, opening, serveWebSockets, WebSocketPeer } from "./peer.ts";

/** The whole answer to a request. */
async function answerTo(t: TestContext, request: string, options: WebSocketOptions = {}) {
  const { port } = await serveWebSockets(t, echo, options);
  const peer = new Peer(port).send(request);
  await peer.receives("\r\n\r\n");
  const [, status = ""] = /^HTTP\/1\.1 (\d+)/.exec(peer.text) ?? [];
  peer.socket.destroy();
  return { status: Number(status), text: peer.text };
}

test("the example of RFC 6455 §1.3", async (t) => {
  const { text } = await answerTo(t, opening());
  assert.equal(
    text,
    "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n" +
      "sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n",
  );
});

test("names and tokens are compared without regard to case", async (t) => {
  const request = opening()
    .replace("Upgrade: websocket", "UPGRADE: WebSocket")
    .replace("Connection: Upgrade", "connection: keep-alive, upgrade");
  assert.equal((await answerTo(t, request)).status, 101);
});

const refused: readonly (readonly [what: string, status: number, change: (request: string) => string])[] = [
  ["another method", 405, (request) => request.replace("GET", "POST")],
  ["HTTP/1.0", 426, (request) => request.replace("HTTP/1.1", "HTTP/1.0")],
  ["no Upgrade", 426, (request) => request.replace("Upgrade: websocket\r\n", "")],
  ["another protocol", 426, (request) => request.replace("websocket", "h2c")],
  ["Upgrade without Connection", 426, (request) => request.replace("Connection: Upgrade\r\n", "")],
  ["no version", 426, (request) => request.replace("Sec-WebSocket-Version: 13\r\n", "")],
  ["an old version", 426, (request) => request.replace("Version: 13", "Version: 8")],
  ["two versions", 426, (request) => request.replace("Version: 13", "Version: 13, 8")],
  ["no key", 400, (request) => request.replace(/Sec-WebSocket-Key: .*\r\n/, "")],
  ["a short key", 400, (request) => request.replace("dGhlIHNhbXBsZSBub25jZQ==", "dGhlIHNhbXBsZQ==")],
  [
    "a key that is no base64",
    400,
    (request) => request.replace("dGhlIHNhbXBsZSBub25jZQ==", "dGhlIHNhbXBsZSBub25j-Q=="),
  ],
  ["a key with bits too many", 400, (request) => request.replace("ZQ==", "ZR==")],
  [
    "two keys",
    400,
    (request) => request.replace("\r\n\r\n", "\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"),
  ],
  [
    "a subprotocol that is no token",
    400,
    (request) => request.replace("\r\n\r\n", "\r\nSec-WebSocket-Protocol: a b\r\n\r\n"),
  ],
  [
    "a subprotocol twice",
    400,
    (request) => request.replace("\r\n\r\n", "\r\nSec-WebSocket-Protocol: a, a\r\n\r\n"),
  ],
  [
    "malformed extensions",
    400,
    (request) => request.replace("\r\n\r\n", "\r\nSec-WebSocket-Extensions: a;;b\r\n\r\n"),
  ],
  [
    "a page of another site",
    403,
    (request) => request.replace("\r\n\r\n", "\r\nOrigin: https://evil.example\r\n\r\n"),
  ],
];

for (const [what, status, change] of refused)
  test(`${what}: ${status}`, async (t) => {
    const { status: answered, text } = await answerTo(t, change(opening()));
    assert.equal(answered, status, text);
    assert.match(text, /content-type: application\/json\r\n/);
    assert.match(text, /\r\n\r\n\{"error":\{"code":"[A-Z_]+","message":"[^"]+"\}\}$/);
    if (status === 405) assert.match(text, /allow: GET\r\n/);
    // RFC 9110 §15.5.22.
    if (status === 426) assert.match(text, /\r\nupgrade: websocket\r\nconnection: upgrade\r\n/);
    if (what.includes("version")) assert.match(text, /sec-websocket-version: 13\r\n/);
  });

test("after a refusal the connection serves the next request", async (t) => {
  const { port, rejected } = await serveWebSockets(t);
  const peer = new Peer(port).send(opening().replace("Version: 13", "Version: 7"));
  await peer.answersUpTo(1);
  peer.send(opening());
  await peer.receives("101 Switching");
  peer.socket.destroy();
  assert.deepEqual(rejected, ["UPGRADE_REQUIRED"]);
});

test("frames that come with the request are the WebSocket's", async (t) => {
  const { port } = await serveWebSockets(t);
  const peer = new WebSocketPeer(port);
  peer.socket.write(frame(TEXT, "early"));
  const [first] = await peer.receives(1);
  assert.equal(first?.payload.toString(), "early");
  assert.equal(await peer.close(), 1000);
});

const host = "Host: server.example.com";
const origins: readonly (readonly [
  origin: string,
  options: WebSocketOptions,
  isAllowed: boolean,
  host?: string,
])[] = [
  ["http://server.example.com", {}, true],
  ["https://server.example.com", {}, true],
  ["HTTPS://Server.Example.COM", {}, true],
  ["https://server.example.com", {}, true, "Host: server.example.com:443"],
  ["http://server.example.com", {}, true, "Host: server.example.com:80"],
  ["http://server.example.com", {}, false, "Host: server.example.com:443"],
  ["http://server.example.com:8080", {}, true, "Host: SERVER.example.com:8080"],
  ["http://server.example.com:8081", {}, false, "Host: server.example.com:8080"],
  ["http://example.com", {}, false],
  ["http://evilserver.example.com", {}, false],
  ["http://server.example.com.evil.example", {}, false],
  ["null", {}, false],
  ["http://server.example.com/", {}, false],
  ["https://evil.example, http://server.example.com", {}, false],
  ["https://a.example", { origins: "any" }, true],
  ["null", { origins: "any" }, true],
  ["https://a.example", { origins: ["https://a.example", "https://b.example"] }, true],
  ["https://c.example", { origins: ["https://a.example", "https://b.example"] }, false],
  ["http://server.example.com", { origins: ["https://a.example"] }, false],
  [
    "https://a.example",
    { origins: (origin, { path }) => origin.endsWith(".example") && path === "/chat" },
    true,
  ],
  ["https://a.test", { origins: (origin) => origin.endsWith(".example") }, false],
];

for (const [origin, options, isAllowed, host1] of origins)
  test(`the origin ${origin} for ${host1 ?? host} and ${JSON.stringify(options.origins ?? "same")}`, async (t) => {
    const request = opening(`Origin: ${origin}\r\n`).replace(host, host1 ?? host);
    assert.equal((await answerTo(t, request, options)).status, isAllowed ? 101 : 403);
  });

const subprotocols: readonly (readonly [
  offered: string,
  options: WebSocketOptions,
  chosen: string | null,
])[] = [
  ["chat, superchat", { subprotocols: ["superchat", "chat"] }, "superchat"],
  ["chat", { subprotocols: ["superchat", "chat"] }, "chat"],
  ["Chat", { subprotocols: ["chat"] }, null],
  ["other", { subprotocols: ["chat"] }, null],
  ["chat", {}, null],
  ["a, b", { subprotocols: (offered) => offered[1] ?? null }, "b"],
  ["a, b", { subprotocols: () => null }, null],
];

for (const [offered, options, chosen] of subprotocols)
  test(`of the subprotocols ${offered} is chosen ${chosen} of ${String(options.subprotocols)}`, async (t) => {
    const { port, sockets } = await serveWebSockets(t, echo, options);
    const peer = await WebSocketPeer.open(port, `Sec-WebSocket-Protocol: ${offered}\r\n`);
    const line = /sec-websocket-protocol: (.*)\r\n/.exec(peer.head)?.[1] ?? null;
    assert.equal(line, chosen);
    assert.equal(sockets[0]?.subprotocol, chosen);
    assert.equal(await peer.close(), 1000);
  });

test("a choice that was not offered is the application's error: 500", async (t) => {
  const { status } = await answerTo(t, opening("Sec-WebSocket-Protocol: a\r\n"), { subprotocols: () => "b" });
  assert.equal(status, 500);
});
