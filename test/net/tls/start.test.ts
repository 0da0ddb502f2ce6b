import assert from "node:assert/strict";
import { copyFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { listen, type TlsOptions } from "../../../src/net/index.ts";
import { get, ok, Peer } from "../peer.ts";
import { file, pair, pem, portOf, SecurePeer, serveTls } from "./peer.ts";

const anywhere = { host: "127.0.0.1", port: 0 };

test("what cannot be used is told in one line that names the file", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "fourfold-tls-"));
  t.after(() => rm(folder, { recursive: true }));
  const path = (name: string): string => join(folder, name);
  await writeFile(path("empty"), "");
  await writeFile(path("half.pem"), pem("server.pem").slice(0, 300));
  await writeFile(path("half-chain.pem"), pem("server.pem") + pem("authority.pem").slice(0, 300));
  await copyFile(file("server.encrypted.key"), path("locked.key"));
  const cases: readonly (readonly [Partial<TlsOptions>, RegExp])[] = [
    [{ certificate: path("none.pem") }, /certificate ".*none\.pem" cannot be read: there is no such file/],
    [{ key: path("none.key") }, /key ".*none\.key" cannot be read: there is no such file/],
    [{ certificate: folder }, /cannot be read: it is a folder/],
    [{ certificate: path("empty") }, /certificate ".*empty" holds no certificate/],
    [{ certificate: path("half.pem") }, /half\.pem" is damaged/],
    [{ certificate: path("half-chain.pem") }, /half-chain\.pem" is damaged/],
    [{ certificate: file("server.key") }, /server\.key" holds no certificate/],
    [{ key: path("empty") }, /key ".*empty" holds no private key/],
    [{ key: file("server.pem") }, /key ".*server\.pem" holds no private key/],
    [{ key: file("api.key") }, /key ".*api\.key" does not belong to the certificate ".*server\.pem"/],
    [{ key: path("locked.key") }, /locked\.key" is encrypted: give its passphrase/],
    [{ key: path("locked.key"), passphrase: "wrong" }, /locked\.key" is encrypted: the passphrase does not/],
    [{ clientAuthorities: path("none.pem") }, /client authorities ".*none\.pem" cannot be read/],
    [{ clientAuthorities: path("half.pem") }, /client authorities ".*half\.pem" is damaged/],
    [
      { contexts: [{ ...pair, key: path("none.key"), serverName: "a.b" }] },
      /key ".*none\.key" cannot be read/,
    ],
    [{ contexts: [{ ...pair, serverName: "*" }] }, /"\*" is no server name/],
    [{ contexts: [{ ...pair, serverName: "a.*.b" }] }, /"a\.\*\.b" is no server name/],
    [{ contexts: [{ ...pair, serverName: "" }] }, /"" is no server name/],
    [
      {
        contexts: [
          { ...pair, serverName: "a.b" },
          { ...pair, serverName: "A.b" },
        ],
      },
      /two contexts/,
    ],
    [{ watchMs: 0 }, /watchMs/],
  ];
  for (const [tls, message] of cases) {
    const listening = listen({ addresses: [anywhere], handler: () => {}, tls: { ...pair, ...tls } });
    await assert.rejects(listening, (error: Error) => {
      assert.equal(error.name, "TlsError");
      assert.match(error.message, message);
      assert.doesNotMatch(error.message, /\n|wrong/);
      return true;
    });
  }
});

test("an encrypted key is opened by its passphrase", async (t) => {
  const { port } = await serveTls(t, (exchange) => exchange.respond(ok, null, "hello"), {
    key: file("server.encrypted.key"),
    passphrase: "open",
  });
  const peer = new SecurePeer(port).send(get());
  assert.equal((await peer.answersUpTo(1))[0]?.body, "hello");
  peer.socket.destroy();
});

test("an address says that it is cleartext beside others that are TLS; Unix sockets are", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "fourfold-tls-"));
  t.after(() => rm(folder, { recursive: true }));
  const secure: boolean[] = [];
  const listener = await listen({
    addresses: [
      anywhere,
      { ...anywhere, tls: false },
      { ...anywhere, tls: true },
      { path: join(folder, "s") },
    ],
    handler: (exchange) => {
      secure.push(exchange.request.connection.secure);
      exchange.respond(ok, null, null);
    },
    tls: pair,
  });
  t.after(() => listener.close());
  assert.deepEqual(
    listener.addresses.map((address) => "tls" in address),
    [true, false, true, false],
  );
  for (const index of [0, 2]) {
    const peer = new SecurePeer(portOf(listener, index)).send(get());
    await peer.answersUpTo(1);
    peer.socket.destroy();
  }
  const cleartext = new Peer(portOf(listener, 1)).send(get());
  await cleartext.answersUpTo(1);
  cleartext.socket.destroy();
  assert.deepEqual(secure, [true, true, false]);
});

test("an address that is to be TLS needs a certificate", async () => {
  const listening = listen({ addresses: [{ ...anywhere, tls: true }], handler: () => {} });
  await assert.rejects(listening, { name: "TlsError", message: /there is no certificate/ });
});
