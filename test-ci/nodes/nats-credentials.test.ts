import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { Program } from "../../test/examples/program.ts";
import { createSignedCertificate, type SignedCertificate } from "../postgres/authority.ts";
import { until } from "../postgres/until.ts";
import { Member } from "./member.ts";
import { NatsProcess, natsNotTested } from "./nats-process.ts";
import { NodeProcess } from "./node-process.ts";

// NATS that lets in only who it knows, and that speaks TLS. Nodes have no database in common: NATS is all they share.

const secret = "it's a secret: 1/2?";
const written = encodeURIComponent(secret);

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

  const serve = async (test: Ending, words: readonly string[]): Promise<number> => {
    const server = await NatsProcess.start(words);
    test.after(() => server.stop());
    return server.port;
  };
  const node = async (test: Ending, nats: string, trusts: readonly string[] = []): Promise<NodeProcess> => {
    const environment = {
      LOG_LEVEL: "info",
      ...(trusts[0] === undefined ? {} : { NODE_EXTRA_CA_CERTS: trusts[0] }),
    };
    const started = new NodeProcess({ database: "sqlite::memory:", nats, environment });
    test.after(() => started.stop());
    return started.ready();
  };
  const talk = async (test: Ending, nats: string, trusts: readonly string[] = []): Promise<void> => {
    const nodes = await Promise.all([node(test, nats, trusts), node(test, nats, trusts)]);
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
  const isAlone = async (test: Ending, nats: string, reason: RegExp): Promise<void> => {
    const alone = await node(test, nats);
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
    await talk(test, url("localhost"), [files.authority]);
    await isAlone(test, url("localhost"), /certificate/);
    const plain = await serve(test, ["--user", "ada", "--pass", secret]);
    await isAlone(test, `tls://ada:${written}@localhost:${plain}`, /TLS|tls|secure/);
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

/** Whether a text has the secret, in any of the ways in which it is written. */
function tells(text: string): boolean {
  return text.includes(secret) || text.includes(written) || text.includes(secret.split(" ")[2] ?? secret);
}
