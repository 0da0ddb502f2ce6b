import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { nkeys } from "@nats-io/transport-node";
import { createHierarchy, seedOf } from "../../test/events/nats-keys.ts";
import { Program } from "../../test/examples/program.ts";
import { createSignedCertificate, type SignedCertificate } from "../postgres/authority.ts";
import { until } from "../postgres/until.ts";
import { Member } from "./member.ts";
import { NatsProcess, natsNotTested } from "./nats-process.ts";
import { NodeProcess } from "./node-process.ts";

// NATS that lets in only who it knows, and that speaks TLS. Nodes have no database in common: NATS is all they share.

const secret = "it's a secret: 1/2?";
const written = encodeURIComponent(secret);
const secrets = [secret, written, secret.split(" ")[2] ?? secret];

type Environment = Readonly<Record<string, string>>;

interface Ending {
  after(end: () => Promise<void>): void;
}

describe("NATS with credentials and TLS", { skip: natsNotTested, concurrency: 2, timeout: 120_000 }, () => {
  let folder: string;
  let files: SignedCertificate;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "fourfold-nats-"));
    files = createSignedCertificate(folder);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const write = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const serve = async (test: Ending, words: readonly string[]): Promise<number> => {
    const server = await NatsProcess.start(words);
    test.after(() => server.stop());
    return server.port;
  };
  const node = async (test: Ending, nats: string, more: Environment = {}): Promise<NodeProcess> => {
    const environment = { LOG_LEVEL: "info", ...more };
    const started = new NodeProcess({ database: "sqlite::memory:", nats, environment });
    test.after(() => started.stop());
    return started.ready();
  };
  const talk = async (test: Ending, nats: string, more: Environment = {}): Promise<void> => {
    const nodes = await Promise.all([node(test, nats, more), node(test, nats, more)]);
    for (const each of nodes) await each.busIs(true);
    const [ada, grace] = await Promise.all(nodes.map((each) => Member.join(each)));
    assert.ok(ada !== undefined && grace !== undefined);
    await until(() => ada.present.size === 2 && grace.present.size === 2, "both know of both");
    ada.say("hello");
    await until(() => grace.texts.length === 1, "a message of the other node");
    assert.ok(!nodes.some(({ program }) => tells(program.stdout + program.stderr)), "no log has the secret");
    for (const each of nodes) await each.stop();
  };
  /** A node that NATS does not let in: it serves all the same, and its log says why it is alone, once. */
  const isAlone = async (
    test: Ending,
    nats: string,
    reason: RegExp,
    more: Environment = {},
  ): Promise<void> => {
    const alone = await node(test, nats, more);
    const lines = (): readonly Readonly<Record<string, unknown>>[] =>
      alone.program.log.filter(({ event }) => event === "bus_away");
    await until(() => lines().length > 0, "the line");
    assert.equal((await alone.ask("GET /entries")).status, 200);
    await alone.busIs(false);
    const [line] = lines();
    assert.match(JSON.stringify(line), reason);
    assert.equal(lines().length, 1);
    assert.ok(!tells(alone.program.stdout + alone.program.stderr), "no log has the secret");
    await alone.stop();
  };

  test("a user and a password", async (test) => {
    const port = await serve(test, ["--user", "ada", "--pass", secret]);
    await talk(test, `nats://ada:${written}@127.0.0.1:${port}`);
    await isAlone(test, `nats://ada:${written}x@127.0.0.1:${port}`, /Authorization Violation/);
    await isAlone(test, `nats://127.0.0.1:${port}`, /Authorization Violation/);
  });

  test("a token", async (test) => {
    const port = await serve(test, ["--auth", secret]);
    await talk(test, `nats://${written}@127.0.0.1:${port}`);
    await isAlone(test, `nats://${written}x@127.0.0.1:${port}`, /Authorization Violation/);
  });

  test("TLS, with an authority that the nodes trust", async (test) => {
    const tls = ["--tls", "--tlscert", files.certificate, "--tlskey", files.key];
    const port = await serve(test, [...tls, "--user", "ada", "--pass", secret]);
    const url = (host: string): string => `tls://ada:${written}@${host}:${port}`;
    await talk(test, url("localhost"), { NODE_EXTRA_CA_CERTS: files.authority });
    await isAlone(test, url("localhost"), /certificate/);
    const plain = await serve(test, ["--user", "ada", "--pass", secret]);
    await isAlone(test, `tls://ada:${written}@localhost:${plain}`, /TLS|tls|secure/);
  });

  test("an NKey", async (test) => {
    const user = nkeys.createUser();
    const config = `authorization: { users: [ { nkey: ${user.getPublicKey()} } ] }`;
    const nats = `nats://127.0.0.1:${await serve(test, ["--config", write("nkey.conf", config)])}`;
    secrets.push(seedOf(user));
    await talk(test, nats, { NATS_NKEY: write("node.nk", `${seedOf(user)}\n`) });
    const unknown = write("unknown.nk", seedOf(nkeys.createUser()));
    await isAlone(test, nats, /Authorization Violation/, { NATS_NKEY: unknown });
    await isAlone(test, nats, /Authorization Violation/);
  });

  test("a credentials file: a JWT of an account's user, and the seed of its NKey", async (test) => {
    const { config, credentials, seed } = createHierarchy();
    const nats = `nats://127.0.0.1:${await serve(test, ["--config", write("operator.conf", config)])}`;
    secrets.push(seed);
    await talk(test, nats, { NATS_CREDENTIALS: write("node.creds", credentials) });
    const unknown = write("unknown.creds", createHierarchy().credentials);
    await isAlone(test, nats, /Authorization Violation/, { NATS_CREDENTIALS: unknown });
  });
});

test("an address instead of a name is refused with TLS: its certificate could not be checked", async () => {
  const program = new Program(["test-ci/nodes/application.ts"], {
    LISTEN: "127.0.0.1:0",
    DATABASE_URL: "sqlite::memory:",
    NATS_URL: `tls://ada:${written}@127.0.0.1:4222`,
  });
  assert.notEqual(await program.exited, 0);
  assert.match(
    program.stderr,
    /^NATS_URL: "tls:\/\/127\.0\.0\.1:4222" is an address, and a certificate is compared with a name: write tls:\/\/NAME:PORT$/m,
  );
  assert.ok(!tells(program.stderr + program.stdout));
});

test("a credentials file that is none stops the start, with a line that tells nothing of it", async (test) => {
  const folder = mkdtempSync(join(tmpdir(), "fourfold-nats-"));
  test.after(() => rmSync(folder, { recursive: true, force: true }));
  const { credentials, seed } = createHierarchy();
  const path = join(folder, "node.creds");
  secrets.push(seed);
  writeFileSync(path, credentials.replace("-----BEGIN USER", "BEGIN USER"));
  const start = (environment: Environment): Program =>
    new Program(["test-ci/nodes/application.ts"], {
      LISTEN: "127.0.0.1:0",
      DATABASE_URL: "sqlite::memory:",
      NATS_URL: "nats://127.0.0.1:4222",
      ...environment,
    });
  const malformed = start({ NATS_CREDENTIALS: path });
  const twice = start({ NATS_NKEY: path, NATS_URL: `nats://ada:${written}@127.0.0.1:4222` });
  assert.equal(await malformed.exited, 1);
  assert.match(malformed.stderr, /^NATS_CREDENTIALS: ".*node\.creds" is no credentials file: it needs .*\n$/);
  assert.equal(await twice.exited, 1);
  assert.match(twice.stderr, /^NATS_NKEY: ".*node\.creds" is no file of an NKey: .*\n$/);
  writeFileSync(path, seed);
  const both = start({ NATS_NKEY: path, NATS_URL: `nats://ada:${written}@127.0.0.1:4222` });
  assert.equal(await both.exited, 1);
  assert.match(both.stderr, /^NATS_NKEY: NATS_URL says already who a node is; .*\n$/);
  for (const { stderr, stdout } of [malformed, twice, both]) assert.ok(!tells(stderr + stdout));
});

/** Whether a text has a secret, in any of the ways in which it is written. */
function tells(text: string): boolean {
  return secrets.some((each) => text.includes(each)) || /\beyJ/.test(text);
}
