import assert from "node:assert/strict";
import { once } from "node:events";
import { connect as connectHttp2 } from "node:http2";
import { request } from "node:https";
import { test } from "node:test";
import type { SecureVersion } from "node:tls";
import type { ConnectionInfo, TlsOptions } from "../../../src/net/index.ts";
import { get, ok } from "../peer.ts";
import { file, pem, SecurePeer, serveTls } from "./peer.ts";

test("TLS 1.2 and 1.3 are spoken, and the application sees which", async (t) => {
  const seen: ConnectionInfo[] = [];
  const { port, listener } = await serveTls(t, (exchange) => {
    seen.push(exchange.request.connection);
    exchange.respond(ok, null, "hello");
  });
  for (const version of ["TLSv1.2", "TLSv1.3"] as const) {
    const peer = new SecurePeer(port, { minVersion: version, maxVersion: version }).send(get());
    const [answer] = await peer.answersUpTo(1);
    assert.equal(answer?.body, "hello");
    assert.equal(peer.socket.authorized, true);
    peer.socket.destroy();
    const info = seen.pop();
    assert.equal(info?.secure, true);
    assert.equal(info?.httpVersion, "1.1");
    assert.equal(info?.remoteAddress, "127.0.0.1");
    assert.ok((info?.remotePort ?? 0) > 0);
    assert.deepEqual(info?.tls, { version, serverName: "localhost", clientCertificate: null });
  }
  assert.deepEqual(listener.stats().rejectedByCode, {});
});

test("TLS 1.1 and 1.0 are refused", async (t) => {
  const rejected: string[] = [];
  const { port, listener } = await serveTls(
    t,
    () => {},
    {},
    { onRejected: ({ message }) => void rejected.push(message) },
  );
  for (const version of ["TLSv1", "TLSv1.1"] satisfies SecureVersion[]) {
    // OpenSSL itself does not offer them but at its lowest level of security.
    const peer = new SecurePeer(port, {
      minVersion: version,
      maxVersion: version,
      ciphers: "DEFAULT@SECLEVEL=0",
    });
    assert.equal(await peer.fails(), "ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION");
  }
  assert.deepEqual(listener.stats().rejectedByCode, { MALFORMED_REQUEST: 2 });
  assert.match(rejected[0] ?? "", /^TLS: the handshake failed: ERR_SSL_/);
  assert.equal(listener.stats().connections, 0);
});

test("ALPN: h2 goes before http/1.1, and without an overlap there is an alert", async (t) => {
  const { port } = await serveTls(t, (exchange) => exchange.respond(ok, null, "hello"));
  const cases: readonly (readonly [readonly string[], string | false])[] = [
    [["http/1.1", "h2"], "h2"],
    [["h2"], "h2"],
    [["spdy/3", "http/1.1"], "http/1.1"],
  ];
  for (const [ALPNProtocols, chosen] of cases) {
    const peer = await new SecurePeer(port, { ALPNProtocols }).agrees();
    assert.equal(peer.socket.alpnProtocol, chosen);
    peer.socket.destroy();
  }
  const peer = new SecurePeer(port, { ALPNProtocols: [] }).send(get());
  assert.equal((await peer.answersUpTo(1))[0]?.body, "hello", "who says nothing of ALPN speaks HTTP/1.1");
  peer.socket.destroy();
  const foreign = new SecurePeer(port, { ALPNProtocols: ["spdy/3"] });
  assert.equal(await foreign.fails(), "ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL");
});

test("node:http2 and node:https are answered", async (t) => {
  const versions: string[] = [];
  const { port } = await serveTls(t, async (exchange) => {
    versions.push(exchange.request.connection.httpVersion);
    exchange.respond(ok, null, Buffer.from(await exchange.body.bytes()).toString());
  });
  const ca = pem("authority.pem");
  const session = connectHttp2(`https://localhost:${port}`, { ca, lookup: toLoopback });
  t.after(() => session.destroy());
  const stream = session.request({ ":method": "POST", ":path": "/" });
  stream.setEncoding("utf8").end("over HTTP/2");
  let text = "";
  for await (const part of stream) text += part;
  assert.equal(text, "over HTTP/2");
  session.close();

  const call = request({
    port,
    host: "127.0.0.1",
    servername: "localhost",
    ca,
    method: "POST",
    agent: false,
  });
  call.end("over HTTP/1.1");
  const [response] = await once(call, "response");
  let body = "";
  for await (const part of response.setEncoding("utf8")) body += part;
  assert.equal(body, "over HTTP/1.1");
  assert.deepEqual(versions, ["2", "1.1"]);
});

type Found = (error: null, addresses: { address: string; family: number }[]) => void;

function toLoopback(_host: string, _options: object, found: Found): void {
  found(null, [{ address: "127.0.0.1", family: 4 }]);
}

test("names select certificates: exact before pattern, without regard to case, the usual one for all others", async (t) => {
  const names: (string | null | undefined)[] = [];
  const contexts: TlsOptions["contexts"] = [
    { serverName: "*.Example.org", certificate: file("wildcard.pem"), key: file("wildcard.key") },
    { serverName: "api.example.org", certificate: file("api.pem"), key: file("api.key") },
  ];
  const { port } = await serveTls(
    t,
    (exchange) => {
      names.push(exchange.request.connection.tls?.serverName);
      exchange.respond(ok, null, null);
    },
    { contexts },
  );
  const cases = {
    "api.example.org": "api.example.org",
    "API.example.ORG": "api.example.org",
    "other.example.org": "*.example.org",
    "a.b.example.org": "localhost",
    "example.org": "localhost",
    "unknown.test": "localhost",
    org: "localhost",
    "": "localhost",
  };
  for (const [servername, common] of Object.entries(cases)) {
    for (const maxVersion of ["TLSv1.2", "TLSv1.3"] as const) {
      const peer = new SecurePeer(port, {
        servername,
        maxVersion,
        checkServerIdentity: () => undefined,
      }).send(get());
      await peer.answersUpTo(1);
      assert.equal(peer.socket.getPeerCertificate().subject["CN"], common, servername);
      assert.equal(names.pop(), servername === "" ? null : servername);
      peer.socket.destroy();
    }
  }
});

test("a session is taken up again, over TLS 1.2 and 1.3", async (t) => {
  const { port } = await serveTls(t, (exchange) => exchange.respond(ok, null, null));
  for (const maxVersion of ["TLSv1.2", "TLSv1.3"] as const) {
    const first = new SecurePeer(port, { maxVersion });
    const sessions: Buffer[] = [];
    first.socket.on("session", (session: Buffer) => void sessions.push(session));
    await first.send(get()).answersUpTo(1);
    await first.until(() => sessions.length > 0, "a session");
    first.socket.destroy();
    const second = new SecurePeer(port, { maxVersion, session: sessions.at(-1) }).send(get());
    await second.answersUpTo(1);
    assert.equal(second.socket.isSessionReused(), true, maxVersion);
    second.socket.destroy();
  }
});
