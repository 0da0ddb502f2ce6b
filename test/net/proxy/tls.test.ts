import assert from "node:assert/strict";
import { connect as connectHttp2 } from "node:http2";
import { connect, type Socket } from "node:net";
import { type Duplex, duplexPair } from "node:stream";
import { type TestContext, test } from "node:test";
import { get, pause } from "../peer.ts";
import { SecurePeer, serveTls } from "../tls/peer.ts";
import { local, ssl, v1, v2, v2WithSum } from "./headers.ts";
import { askHttp2, tell } from "./peer.ts";

const versions = ["TLSv1.2", "TLSv1.3"] as const;
const proxyProtocol = { from: ["loopback"] };

/** A stream to the port whose first bytes leave in one segment with `header`. */
function joined(t: TestContext, port: number, header: string): Duplex {
  const [ours, theirs] = duplexPair();
  const socket = connect({ port, host: "127.0.0.1" });
  t.after(() => socket.destroy());
  let first = Buffer.from(header, "latin1");
  theirs.on("data", (chunk: Buffer) => {
    socket.write(Buffer.concat([first, chunk]));
    first = Buffer.alloc(0);
  });
  socket.on("data", (chunk) => theirs.write(chunk));
  socket.on("error", () => {});
  socket.on("close", () => ours.destroy());
  return ours;
}

function sending(port: number, header: string): Socket {
  const socket = connect({ port, host: "127.0.0.1" });
  socket.write(header, "latin1");
  return socket;
}

test("TLS begins after the header, whether that comes alone or with the handshake", async (t) => {
  const { port, listener } = await serveTls(t, tell, {}, { proxyProtocol });
  for (const version of versions)
    for (const header of [v1("203.0.113.7"), v2WithSum("203.0.113.7", ssl(1, "TLSv1"))])
      for (const socket of [sending(port, header), joined(t, port, header)]) {
        const peer = new SecurePeer(port, { socket, maxVersion: version }).send(get() + get());
        const bodies = (await peer.answersUpTo(2)).map(({ body }) => body);
        const expected = `1.1 [203.0.113.7]:4711 secure ${version} localhost`;
        assert.deepEqual(bodies, [expected, expected]);
        peer.socket.destroy();
      }
  assert.equal(listener.stats().accepted, 8);
  assert.deepEqual(listener.stats().rejectedByCode, {});
});

test("header and handshake may come byte by byte", async (t) => {
  const { port } = await serveTls(t, tell, {}, { proxyProtocol });
  const [ours, theirs] = duplexPair();
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  t.after(() => socket.destroy());
  let waiting = Buffer.from(v2("203.0.113.7"), "latin1");
  theirs.on("data", (chunk: Buffer) => {
    waiting = Buffer.concat([waiting, chunk]);
  });
  socket.on("data", (chunk) => theirs.write(chunk));
  const timer = setInterval(() => {
    socket.write(waiting.subarray(0, 1));
    waiting = waiting.subarray(1);
  }, 0.5);
  t.after(() => clearInterval(timer));
  const peer = new SecurePeer(port, { socket: ours, maxVersion: "TLSv1.2" }).send(get());
  assert.match((await peer.answersUpTo(1))[0]?.body ?? "", /^1\.1 \[203\.0\.113\.7\]:4711 secure/);
});

test("HTTP/2 over TLS after a header", async (t) => {
  const { port } = await serveTls(t, tell, {}, { proxyProtocol });
  const peer = new SecurePeer(port, { socket: joined(t, port, v2("2001:db8::7")), ALPNProtocols: ["h2"] });
  await peer.agrees();
  const client = connectHttp2("https://localhost", { createConnection: () => peer.socket });
  t.after(() => client.destroy());
  assert.equal(await askHttp2(client), "2 [2001:db8::7]:4711 secure TLSv1.3 localhost");
});

test("LOCAL leaves the proxy's address under TLS too", async (t) => {
  const { port } = await serveTls(t, tell, {}, { proxyProtocol });
  const peer = new SecurePeer(port, { socket: sending(port, local) }).send(get());
  assert.match((await peer.answersUpTo(1))[0]?.body ?? "", /^1\.1 \[127\.0\.0\.1\]:[1-9]/);
  peer.socket.destroy();
});

test("a handshake without a header is refused before it costs anything", async (t) => {
  const { port, listener } = await serveTls(t, tell, {}, { proxyProtocol });
  await new SecurePeer(port).fails();
  assert.deepEqual(listener.stats().rejectedByCode, { MALFORMED_REQUEST: 1 });
  assert.equal(listener.stats().accepted, 0);
});

test("limits of the announced address hold before the handshake, and places are given back", async (t) => {
  const options = { proxyProtocol, limits: { connectionsPerAddress: 1 } };
  const { port, listener } = await serveTls(t, tell, {}, options);
  const open = (address: string): SecurePeer => new SecurePeer(port, { socket: sending(port, v1(address)) });
  const first = await open("203.0.113.7").agrees();
  await open("203.0.113.7").fails();
  await open("203.0.113.8").agrees();
  assert.deepEqual(listener.stats().rejectedByCode, { OVERLOADED: 1 });
  first.socket.destroy();
  await first.until(() => listener.stats().connections === 1, "the place of the first");
  await open("203.0.113.7").agrees();
});

test("a handshake that does not follow its header ends in the time for it, and drain ends both", async (t) => {
  const options = { proxyProtocol, limits: { firstByteMs: 60 } };
  const { port, listener } = await serveTls(t, tell, {}, options);
  const silent = sending(port, v1("203.0.113.7")).resume();
  await new Promise((resolve) => silent.once("close", resolve).on("error", () => {}));
  assert.deepEqual(listener.stats().rejectedByCode, { REQUEST_TIMEOUT: 1 });

  const waiting = [sending(port, "PROXY "), sending(port, v1("203.0.113.7"))];
  for (const socket of waiting) socket.resume().on("error", () => {});
  await pause(20);
  await listener.drain(1000);
  await pause(10);
  for (const socket of waiting) assert.equal(socket.destroyed, true);
});
