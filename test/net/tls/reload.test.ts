import assert from "node:assert/strict";
import { copyFile, mkdir, mkdtemp, rename, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { Listener, TlsOptions } from "../../../src/net/index.ts";
import { get, ok, pause } from "../peer.ts";
import { file, pem, SecurePeer, serveTls } from "./peer.ts";

const watchMs = 40;
/** Surely longer than a change takes to be noticed. */
const noticed = 12 * watchMs;

interface Watched {
  readonly folder: string;
  readonly listener: Listener;
  readonly port: number;
  /** What was told: null, or the message. */
  readonly told: (string | null)[];
}

async function folderFor(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "fourfold-tls-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A server of `tls.pem` and `tls.key` in a folder of its own. */
async function watched(t: TestContext, tls: Partial<TlsOptions> = { watchMs }): Promise<Watched> {
  const folder = await folderFor(t);
  await copyFile(file("server.pem"), join(folder, "tls.pem"));
  await copyFile(file("server.key"), join(folder, "tls.key"));
  return await serveFrom(t, folder, tls);
}

async function serveFrom(t: TestContext, folder: string, tls: Partial<TlsOptions>): Promise<Watched> {
  const told: (string | null)[] = [];
  const { listener, port } = await serveTls(
    t,
    (exchange) => exchange.respond(ok, null, "hello"),
    { certificate: join(folder, "tls.pem"), key: join(folder, "tls.key"), ...tls },
    { onTlsReload: (error) => void told.push(error?.message ?? null) },
  );
  return { folder, listener, port, told };
}

async function replace(folder: string, name: string): Promise<void> {
  for (const ending of ["pem", "key"]) {
    await copyFile(file(`${name}.${ending}`), join(folder, "next"));
    await rename(join(folder, "next"), join(folder, `tls.${ending}`));
  }
}

/** Which of our certificates a new connection gets. */
async function certificateAt(port: number, options: object = {}): Promise<string> {
  const peer = await new SecurePeer(port, { checkServerIdentity: () => undefined, ...options }).agrees();
  const { raw } = peer.socket.getPeerCertificate();
  peer.socket.destroy();
  const found = ["server", "renewed", "api", "wildcard"].find((name) =>
    pem(`${name}.pem`).replaceAll("\n", "").includes(raw.toString("base64")),
  );
  return found ?? "another";
}

async function until(holds: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const deadline = Date.now() + 5000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`${what} did not come`);
    await pause(10);
  }
}

test("replaced files are used for new connections, and those that are open stay", async (t) => {
  const { folder, port, told } = await watched(t);
  const open = new SecurePeer(port).send(get());
  await open.answersUpTo(1);
  assert.equal(await certificateAt(port), "server");
  await replace(folder, "renewed");
  await until(() => told.length > 0, "a reload");
  assert.equal(await certificateAt(port), "renewed");
  open.send(get());
  assert.equal((await open.answersUpTo(2))[1]?.status, 200);
  open.socket.destroy();
  await pause(noticed);
  assert.deepEqual(told, [null], "told once");
});

test("a link that is turned elsewhere is a change", async (t) => {
  const folder = await folderFor(t);
  for (const name of ["server", "renewed"]) {
    await mkdir(join(folder, name));
    await copyFile(file(`${name}.pem`), join(folder, name, "tls.pem"));
    await copyFile(file(`${name}.key`), join(folder, name, "tls.key"));
  }
  // As Kubernetes mounts secrets: the files are links through a folder that is one.
  await symlink("server", join(folder, "..data"));
  for (const name of ["tls.pem", "tls.key"]) await symlink(join("..data", name), join(folder, name));
  const { port, told } = await serveFrom(t, folder, { watchMs });
  assert.equal(await certificateAt(port), "server");
  await symlink("renewed", join(folder, "..next"));
  await rename(join(folder, "..next"), join(folder, "..data"));
  await until(() => told.length > 0, "a reload");
  assert.deepEqual(told, [null]);
  assert.equal(await certificateAt(port), "renewed");
});

test("files that cannot be used are told of once, and those from before stay until they can", async (t) => {
  const { folder, port, told } = await watched(t);
  const path = join(folder, "tls.pem");
  await copyFile(file("renewed.pem"), path);
  await until(() => told.length === 1, "the failure");
  assert.match(told[0] ?? "", /tls\.key" does not belong to the certificate ".*tls\.pem"/);
  await pause(noticed);
  assert.equal(told.length, 1, "told once");
  assert.equal(await certificateAt(port), "server");

  await truncate(path, 200);
  await until(() => told.length === 2, "the next failure");
  assert.match(told[1] ?? "", /tls\.pem" is damaged/);
  await rm(path);
  await until(() => told.length === 3, "the failure after that");
  assert.match(told[2] ?? "", /tls\.pem" cannot be read: there is no such file/);
  assert.equal(await certificateAt(port), "server");

  await replace(folder, "renewed");
  await until(() => told.length === 4, "the reload");
  assert.equal(told[3], null);
  assert.equal(await certificateAt(port), "renewed");
});

test("a file that is written bit by bit is read when it is whole", async (t) => {
  const { folder, port, told } = await watched(t, { watchMs: 150 });
  await copyFile(file("renewed.key"), join(folder, "tls.key"));
  const whole = pem("renewed.pem");
  for (let length = 50; length < whole.length; length += 50) {
    await writeFile(join(folder, "tls.pem"), whole.slice(0, length));
    await pause(1);
  }
  await writeFile(join(folder, "tls.pem"), whole);
  await until(() => told.includes(null), "a reload");
  assert.deepEqual(told, [null]);
  assert.equal(await certificateAt(port), "renewed");
});

test("reloadTls reads at once, and tells whether the files could be used", async (t) => {
  const { folder, listener, port, told } = await watched(t, { watchMs: Number.POSITIVE_INFINITY });
  await replace(folder, "renewed");
  assert.equal(await listener.reloadTls(), true);
  assert.equal(await certificateAt(port), "renewed");
  await writeFile(join(folder, "tls.key"), "nonsense");
  assert.deepEqual(await Promise.all([listener.reloadTls(), listener.reloadTls()]), [false, false]);
  assert.equal(await certificateAt(port), "renewed");
  assert.deepEqual(
    told.map((message) => message?.replace(/".*"/, "FILE") ?? null),
    [null, ...Array(2).fill("The TLS key FILE holds no private key that can be decoded: it must be PEM")],
  );
});

test("certificates of names and client authorities are reloaded as well", async (t) => {
  const { folder, listener, port } = await watched(t);
  await listener.close();
  assert.ok(port > 0);
  const path = (name: string): string => join(folder, name);
  await copyFile(file("api.pem"), path("name.pem"));
  await copyFile(file("api.key"), path("name.key"));
  await copyFile(file("stranger.pem"), path("authorities.pem"));
  const names: unknown[] = [];
  const second = await serveTls(
    t,
    (exchange) => {
      names.push(exchange.request.connection.tls?.clientCertificate?.subject["CN"] ?? null);
      exchange.respond(ok, null, null);
    },
    {
      contexts: [{ serverName: "*.example.org", certificate: path("name.pem"), key: path("name.key") }],
      clientAuthorities: path("authorities.pem"),
      clientCertificates: "ask",
    },
  );
  const options = {
    servername: "a.example.org",
    cert: pem("client.pem"),
    key: pem("client.key"),
    checkServerIdentity: () => undefined,
  };
  const ask = async (): Promise<void> => {
    const peer = new SecurePeer(second.port, options).send(get());
    await peer.answersUpTo(1);
    peer.socket.destroy();
  };
  await ask();
  assert.equal(await certificateAt(second.port, options), "api");
  await copyFile(file("wildcard.pem"), path("name.pem"));
  await copyFile(file("wildcard.key"), path("name.key"));
  await copyFile(file("authority.pem"), path("authorities.pem"));
  assert.equal(await second.listener.reloadTls(), true);
  await ask();
  assert.equal(await certificateAt(second.port, options), "wildcard");
  assert.deepEqual(names, [null, "a client"]);
});

test("after a reload no session from before is taken up again: its certificate may not hold any more", async (t) => {
  const { listener, port } = await watched(t);
  for (const maxVersion of ["TLSv1.2", "TLSv1.3"] as const) {
    const first = new SecurePeer(port, { maxVersion });
    const sessions: Buffer[] = [];
    first.socket.on("session", (session: Buffer) => void sessions.push(session));
    await first.send(get()).answersUpTo(1);
    await first.until(() => sessions.length > 0, "a session");
    first.socket.destroy();
    assert.equal(await listener.reloadTls(), true);
    const second = new SecurePeer(port, { maxVersion, session: sessions.at(-1) }).send(get());
    await second.answersUpTo(1);
    assert.equal(second.socket.isSessionReused(), false);
    second.socket.destroy();
  }
});
