import assert from "node:assert/strict";
import { unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { credsAuthenticator, nkeyAuthenticator, nkeys } from "@nats-io/transport-node";
import { type NatsCredentials, toAuthenticator } from "../../src/events/nats-credentials.ts";
import { folder } from "../examples/program.ts";
import { createHierarchy, seedOf, toCredentials, toJwt } from "./nats-keys.ts";

// What a credentials file and an NKey say is held against a server in test-ci/nodes; here is what is refused.

const client = { credsAuthenticator, nkeyAuthenticator };
const { credentials, seed } = createHierarchy();
const [account, other] = [nkeys.createAccount(), nkeys.createUser()];

/** The message of a file that is refused, or null. */
async function refusal(
  path: string,
  text: string,
  toSettings: (path: string) => NatsCredentials,
): Promise<string> {
  await writeFile(path, text);
  try {
    toAuthenticator(client, toSettings(path));
  } catch (thrown) {
    assert.ok(thrown instanceof Error);
    assert.ok(!thrown.message.includes(seed.slice(4, 20)) && !/eyJ/.test(thrown.message), thrown.message);
    return thrown.message;
  }
  return "";
}

test("no file at all", () => {
  assert.equal(toAuthenticator(client, {}), null);
  assert.throws(() => toAuthenticator(client, { credentials: "/no/such.creds" }), {
    message:
      'NATS_CREDENTIALS: "/no/such.creds" cannot be read (ENOENT); name a file that this process may read',
  });
  assert.throws(() => toAuthenticator(client, { nkey: "/" }), {
    message: 'NATS_NKEY: "/" cannot be read (EISDIR); name a file that this process may read',
  });
  assert.throws(() => toAuthenticator(client, { nkey: "/a", credentials: "/b" }), {
    message: "NATS_CREDENTIALS and NATS_NKEY: only one says who a node is; leave the other out",
  });
});

test("files of credentials: those that are, and those that are not", async (test) => {
  const path = join(await folder(test), "node.creds");
  const refused = (text: string): Promise<string> => refusal(path, text, (credentials) => ({ credentials }));
  for (const text of [
    credentials,
    credentials.replaceAll("\n", "\r\n"),
    credentials.trimEnd(),
    `\n${credentials}`,
  ])
    assert.equal(await refused(text), "", text);
  const damaged = [
    "",
    seed,
    credentials.slice(0, credentials.indexOf("BEGIN USER")),
    credentials.replace(seed, seed.slice(0, -1)),
    credentials.replace(seed, `${seed.slice(0, -2)}AA`),
    credentials.replace(seed, seedOf(other)),
    credentials.replace(seed, seedOf(account)),
    toCredentials("not.a.jwt", seed),
    toCredentials(seed, toJwt(account, other, { type: "user" })),
  ];
  for (const text of damaged)
    assert.equal(
      await refused(text),
      `NATS_CREDENTIALS: "${path}" is no credentials file: it needs the JWT of a user and the seed of that user's NKey, ` +
        "each between its lines of BEGIN and END; write one by `nsc generate creds`",
    );
});

test("files of an NKey: those that are, and those that are not", async (test) => {
  const path = join(await folder(test), "node.nk");
  const refused = (text: string): Promise<string> => refusal(path, text, (nkey) => ({ nkey }));
  for (const text of [seed, `${seed}\n`, `  ${seed}\r\n`]) assert.equal(await refused(text), "", text);
  for (const text of [
    "",
    seed.slice(0, -1),
    `${seed}\n${seed}`,
    seedOf(account),
    other.getPublicKey(),
    credentials,
  ])
    assert.match(
      await refused(text),
      /^NATS_NKEY: ".*" is no file of an NKey: .*begins with SU.*; write one by/,
    );
});

test("a file is read again for each connection, and what was good holds while it is away or half written", async (test) => {
  const path = join(await folder(test), "node.nk");
  await writeFile(path, seed);
  const authenticator = toAuthenticator(client, { nkey: path });
  const who = (): unknown => {
    const auth = authenticator?.("a nonce");
    return auth !== undefined && "nkey" in auth ? auth.nkey : null;
  };
  const first = nkeys.fromSeed(Buffer.from(seed)).getPublicKey();
  assert.equal(who(), first);
  await writeFile(path, seedOf(other).slice(0, 20));
  assert.equal(who(), first);
  await writeFile(path, seedOf(other));
  assert.equal(who(), other.getPublicKey());
  await unlink(path);
  assert.equal(who(), other.getPublicKey());
});
