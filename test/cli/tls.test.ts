import assert from "node:assert/strict";
import { once } from "node:events";
import { copyFile, writeFile } from "node:fs/promises";
import { request } from "node:https";
import { join } from "node:path";
import { test } from "node:test";
import { folder, runToEnd, start } from "../examples/program.ts";
import { file, pem } from "../net/tls/peer.ts";

const program = "test/cli/slow.ts";

interface Reached {
  readonly status: number | undefined;
  readonly serial: string;
}

/** What a new connection gets, and the serial number of the certificate it is shown. */
async function reach(port: number): Promise<Reached> {
  const call = request({
    port,
    host: "127.0.0.1",
    servername: "localhost",
    ca: pem("authority.pem"),
    path: "/livez",
    agent: false,
  });
  const [secured] = await once(call.end(), "socket");
  const [response] = await once(call, "response");
  response.resume();
  return { status: response.statusCode, serial: secured.getPeerCertificate().serialNumber };
}

test("TLS from the environment; SIGHUP reads the certificate again, or keeps it", async (t) => {
  const path = await folder(t);
  const [certificate, key] = [join(path, "tls.pem"), join(path, "tls.key")];
  await copyFile(file("server.pem"), certificate);
  await copyFile(file("server.key"), key);
  const running = start(t, program, { TLS_CERTIFICATE: certificate, TLS_KEY: key }, [
    "--listen",
    "https://127.0.0.1:0",
    "--listen",
    "http://127.0.0.1:0",
  ]);
  await running.until(() => running.stderr.endsWith("\n\n"));
  const [, secure] = /https:\/\/localhost:(\d+)/.exec(running.stderr) ?? [];
  const [, cleartext] = /http:\/\/localhost:(\d+)/.exec(running.stderr) ?? [];
  const first = await reach(Number(secure));
  assert.equal(first.status, 200);
  assert.equal((await fetch(`http://127.0.0.1:${cleartext}/livez`)).status, 200);

  await copyFile(file("renewed.pem"), certificate);
  await copyFile(file("renewed.key"), key);
  running.kill("SIGHUP");
  await running.until(() => running.stdout.includes('"tls_reloaded"'));
  const second = await reach(Number(secure));
  assert.equal(second.status, 200);
  assert.notEqual(second.serial, first.serial);

  await writeFile(key, "nonsense");
  running.kill("SIGHUP");
  await running.until(() => running.stdout.includes('"tls_reload_failed"'));
  const failed = running.log.find((line) => line["event"] === "tls_reload_failed");
  assert.match(String(failed?.["reason"]), /tls\.key" holds no private key/);
  assert.deepEqual(await reach(Number(secure)), second);
  running.kill("SIGTERM");
  assert.equal(await running.exited, 0);
});

test("workers serve TLS, and at SIGHUP the new ones have the new certificate", async (t) => {
  const path = await folder(t);
  const [certificate, key] = [join(path, "tls.pem"), join(path, "tls.key")];
  await copyFile(file("server.pem"), certificate);
  await copyFile(file("server.key"), key);
  const running = start(t, program, {
    WORKERS: "2",
    LISTEN: "https://127.0.0.1:0",
    TLS_CERTIFICATE: certificate,
    TLS_KEY: key,
  });
  const ready = (): number => running.log.filter((line) => line["event"] === "worker_ready").length;
  await running.until(() => running.stderr.endsWith("\n\n") && ready() === 2);
  const port = Number(/https:\/\/localhost:(\d+)/.exec(running.stderr)?.[1]);
  const first = await reach(port);
  assert.equal(first.status, 200);
  await copyFile(file("renewed.pem"), certificate);
  await copyFile(file("renewed.key"), key);
  running.kill("SIGHUP");
  await running.until(() => ready() === 4);
  assert.notEqual((await reach(port)).serial, first.serial);
  running.kill("SIGTERM");
  assert.equal(await running.exited, 0);
});

test("TLS that cannot be begun: one line, exit code 1", async () => {
  const pair = { TLS_CERTIFICATE: file("server.pem"), TLS_KEY: file("server.key") };
  const cases: readonly (readonly [Record<string, string>, RegExp])[] = [
    [{ ...pair, TLS_KEY: "/no/where.key" }, /"\/no\/where\.key" cannot be read: there is no such file/],
    [{ ...pair, TLS_KEY: file("api.key") }, /api\.key" does not belong to the certificate ".*server\.pem"/],
    [{ ...pair, TLS_KEY: file("server.encrypted.key") }, /is encrypted: give its passphrase/],
    [{ TLS_CERTIFICATE: file("server.pem") }, /without its key: name it \(--tls-key\)/],
    [{ TLS_KEY: file("server.key") }, /without its certificate: name it \(--tls-certificate\)/],
    [{ ...pair, TLS_CLIENT_CERTIFICATES: "ask" }, /authorities/],
    [{ TLS_CLIENT_AUTHORITIES: file("authority.pem") }, /no effect without TLS/],
    [{ LISTEN: "https://127.0.0.1:0" }, /there is no certificate: name one and its key \(--tls-certificate/],
  ];
  await Promise.all(
    cases.map(async ([env, about]) => {
      const { code, stderr } = await runToEnd([program], { LISTEN: "127.0.0.1:0", ...env });
      assert.equal(code, 1, stderr);
      assert.match(stderr, about);
      assert.equal(stderr.trimEnd().split("\n").length, 1, stderr);
    }),
  );
});

test("a passphrase comes from the environment", async (t) => {
  const running = start(t, program, { TLS_PASSPHRASE: "open" }, [
    "--tls-certificate",
    file("server.pem"),
    "--tls-key",
    file("server.encrypted.key"),
  ]);
  await running.until(() => running.stderr.endsWith("\n\n"));
  const port = Number(/https:\/\/localhost:(\d+)/.exec(running.stderr)?.[1]);
  assert.equal((await reach(port)).status, 200);
});
