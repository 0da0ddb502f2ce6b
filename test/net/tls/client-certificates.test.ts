import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { ConnectionOptions } from "node:tls";
import { type ConnectionInfo, listen, type TlsOptions } from "../../../src/net/index.ts";
import { get, ok } from "../peer.ts";
import { file, pair, SecurePeer, serveTls, shows } from "./peer.ts";

const authorities = { clientAuthorities: file("authority.pem") };
const versions = ["TLSv1.2", "TLSv1.3"] as const;

interface Asking {
  readonly port: number;
  /** Common names of the certificates that the application saw, null where there was none. */
  readonly seen: (string | null)[];
  readonly rejected: () => Readonly<Record<string, number>>;
}

async function serveAsking(t: TestContext, tls: Partial<TlsOptions>): Promise<Asking> {
  const seen: (string | null)[] = [];
  const { port, listener } = await serveTls(
    t,
    (exchange) => {
      seen.push(commonName(exchange.request.connection));
      exchange.respond(ok, null, "in");
    },
    { ...authorities, ...tls },
  );
  return { port, seen, rejected: () => listener.stats().rejectedByCode };
}

function commonName({ tls }: ConnectionInfo): string | null {
  const name = tls?.clientCertificate?.subject["CN"];
  return typeof name === "string" ? name : null;
}

async function isLetIn(port: number, options: ConnectionOptions): Promise<boolean> {
  const peer = new SecurePeer(port, options).send(get());
  const text = await peer.until(() => peer.text !== "" || peer.socket.destroyed || peer.ended, "an answer");
  peer.socket.destroy();
  return text.startsWith("HTTP/1.1 200 ");
}

test("ask: a certificate that holds is handed over; without one, or with another, it is null", async (t) => {
  const { port, seen, rejected } = await serveAsking(t, { clientCertificates: "ask" });
  for (const maxVersion of versions) {
    for (const options of [shows("client"), {}, shows("unknown-client")])
      assert.equal(await isLetIn(port, { ...options, maxVersion }), true);
    assert.deepEqual(seen.splice(0), ["a client", null, null], maxVersion);
  }
  assert.deepEqual(rejected(), {});
});

test("require, which is the default: only who shows a certificate that holds is let in", async (t) => {
  for (const clientCertificates of [{ clientCertificates: "require" }, {}] as const) {
    const { port, seen, rejected } = await serveAsking(t, clientCertificates);
    for (const maxVersion of versions) {
      assert.equal(await isLetIn(port, { ...shows("client"), maxVersion }), true);
      assert.equal(await isLetIn(port, { maxVersion }), false);
      assert.equal(await isLetIn(port, { ...shows("unknown-client"), maxVersion }), false);
    }
    assert.deepEqual(seen, ["a client", "a client"]);
    assert.deepEqual(rejected(), { MALFORMED_REQUEST: 2, UNAUTHENTICATED: 2 });
  }
});

test("the context that a name selects asks for the same authorities", async (t) => {
  const { port, seen } = await serveAsking(t, {
    contexts: [{ serverName: "api.example.org", certificate: file("api.pem"), key: file("api.key") }],
  });
  const servername = "api.example.org";
  assert.equal(await isLetIn(port, { ...shows("client"), servername }), true);
  assert.equal(await isLetIn(port, { ...shows("unknown-client"), servername }), false);
  assert.equal(await isLetIn(port, { servername }), false);
  assert.deepEqual(seen, ["a client"]);
});

test("a session that is taken up again has the certificate it began with, and none where there was none", async (t) => {
  const { port, seen } = await serveAsking(t, { clientCertificates: "ask" });
  for (const maxVersion of versions) {
    for (const [options, name] of [
      [shows("client"), "a client"],
      [{}, null],
      [shows("unknown-client"), null],
    ] as const) {
      const first = new SecurePeer(port, { ...options, maxVersion });
      const sessions: Buffer[] = [];
      first.socket.on("session", (session: Buffer) => void sessions.push(session));
      await first.send(get()).answersUpTo(1);
      await first.until(() => sessions.length > 0, "a session");
      first.socket.destroy();
      const second = new SecurePeer(port, { ...options, maxVersion, session: sessions.at(-1) }).send(get());
      await second.answersUpTo(1);
      assert.equal(second.socket.isSessionReused(), true);
      second.socket.destroy();
      assert.deepEqual(seen.splice(0), [name, name], maxVersion);
    }
  }
});

test("no client is asked for a certificate where no authorities are named", async (t) => {
  const seen: (string | null)[] = [];
  const { port } = await serveTls(t, (exchange) => {
    seen.push(commonName(exchange.request.connection));
    exchange.respond(ok, null, "in");
  });
  assert.equal(await isLetIn(port, shows("client")), true);
  assert.deepEqual(seen, [null]);
});

test("to ask without authorities is a mistake: those of the system would hold", async () => {
  await assert.rejects(
    listen({
      addresses: [{ host: "127.0.0.1", port: 0 }],
      handler: () => {},
      tls: { ...pair, clientCertificates: "require" },
    }),
    { name: "TlsError", message: /clientAuthorities/ },
  );
});
