import assert from "node:assert/strict";
import { once } from "node:events";
import { type ClientHttp2Session, connect, type SecureClientSessionOptions } from "node:http2";
import { type TestContext, test } from "node:test";
import { WebSocket } from "ws";
import { acceptWebSocket } from "../../../src/net/index.ts";
import { ok, pause } from "../peer.ts";
import { file, pem, serveTls, shows } from "./peer.ts";

const versions = ["TLSv1.2", "TLSv1.3"] as const;

function open(t: TestContext, port: number, options: SecureClientSessionOptions = {}): ClientHttp2Session {
  const session = connect(`https://127.0.0.1:${port}`, {
    ca: pem("authority.pem"),
    servername: "localhost",
    ...options,
  });
  session.on("error", () => {});
  t.after(() => session.destroy());
  return session;
}

async function send(session: ClientHttp2Session, content: Buffer): Promise<Buffer> {
  const stream = session.request({ ":method": "POST", ":path": "/" });
  stream.end(content);
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts);
}

test("many streams at once, with content both ways, over an output limit that is small", async (t) => {
  const { port, listener } = await serveTls(
    t,
    async (exchange) => {
      const stream = exchange.stream(ok, null);
      for await (const part of exchange.body.stream()) await stream.write(part);
      stream.end();
    },
    {},
    { limits: { outputBytes: 16 * 1024 } },
  );
  for (const maxVersion of versions) {
    const session = open(t, port, { maxVersion });
    const contents = Array.from({ length: 20 }, (_, index) =>
      Buffer.alloc(40_000 * (index + 1), `${index},`),
    );
    const received = await Promise.all(contents.map((content) => send(session, content)));
    for (const [index, content] of contents.entries())
      assert.ok(received[index]?.equals(content), `${index}`);
    session.close();
    await once(session, "close");
  }
  assert.equal(listener.stats().accepted, 2);
  assert.deepEqual(listener.stats().rejectedByCode, {});
});

test("drain lets streams in flight end, and closes", async (t) => {
  const answers: (() => void)[] = [];
  const { port, listener } = await serveTls(t, (exchange) => {
    answers.push(() => exchange.respond(ok, null, "last"));
  });
  const session = open(t, port);
  const answer = send(session, Buffer.from("x"));
  while (answers.length === 0) await pause(5);
  const draining = listener.drain(5000);
  await once(session, "goaway");
  answers[0]?.();
  assert.equal(String(await answer), "last");
  await draining;
  assert.equal(listener.stats().connections, 0);
});

test("the client certificate is there for every stream", async (t) => {
  const names: unknown[] = [];
  const { port } = await serveTls(
    t,
    (exchange) => {
      names.push(exchange.request.connection.tls?.clientCertificate?.subject["CN"]);
      exchange.respond(ok, null, null);
    },
    { clientAuthorities: file("authority.pem") },
  );
  const session = open(t, port, shows("client"));
  await Promise.all([send(session, Buffer.from("1")), send(session, Buffer.from("2"))]);
  assert.deepEqual(names, ["a client", "a client"]);
});

test("a WebSocket over TLS", async (t) => {
  const { port, listener } = await serveTls(
    t,
    (exchange) =>
      acceptWebSocket(exchange, { message: (socket, data) => socket.send(data), closed: () => {} }),
    {},
    { limits: { outputBytes: 16 * 1024 } },
  );
  const socket = new WebSocket(`wss://127.0.0.1:${port}/`, { ca: pem("authority.pem") });
  t.after(() => socket.terminate());
  await once(socket, "open");
  for (const size of [10, 100_000, 900_000]) {
    const content = Buffer.alloc(size, "abc");
    socket.send(content);
    const [received] = await once(socket, "message");
    assert.ok(content.equals(received));
  }
  socket.close(1000);
  const [code] = await once(socket, "close");
  assert.equal(code, 1000);
  while (listener.stats().connections > 0) await pause(5);
});
