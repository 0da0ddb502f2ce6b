import { readFileSync } from "node:fs";
import type { Authenticator } from "@nats-io/transport-node";

/** What says who a node is to NATS, where it is no password in the URL: one of the two. */
export interface NatsCredentials {
  /** Path of a credentials file (`.creds`): a user's JWT and the seed of its NKey. */
  readonly credentials?: string;
  /** Path of a file with the seed of a user's NKey, and nothing else. */
  readonly nkey?: string;
}

/** NATS's own readers of the two files. */
export interface NatsAuthenticators {
  readonly credsAuthenticator: (credentials: () => Uint8Array) => Authenticator;
  readonly nkeyAuthenticator: (seed: () => Uint8Array) => Authenticator;
}

interface FileKind {
  readonly setting: string;
  readonly what: string;
  readonly mend: string;
  /** What the content ends with. */
  readonly end: "" | "\n";
  readonly from: (client: NatsAuthenticators, read: () => Uint8Array) => Authenticator;
}

const credentialsFile: FileKind = {
  setting: "NATS_CREDENTIALS",
  what: "no credentials file: it needs the JWT of a user and the seed of that user's NKey, each between its lines of BEGIN and END",
  mend: "write one by `nsc generate creds`",
  end: "\n",
  from: ({ credsAuthenticator }, read) => credsAuthenticator(read),
};

const nkeyFile: FileKind = {
  setting: "NATS_NKEY",
  what: "no file of an NKey: it needs the seed of a user, which begins with SU, and nothing else",
  mend: "write one by `nk -gen user`; a file with a JWT in it is named by NATS_CREDENTIALS",
  end: "",
  from: ({ nkeyAuthenticator }, read) => nkeyAuthenticator(read),
};

/**
 * Who a node is to NATS; null where no file is named. Files are read again for each connection, so that they can be replaced; what was
 * good last holds while one is away or half written. Throws for a file that cannot be read or is malformed, and tells nothing of what is in it.
 */
export function toAuthenticator(
  client: NatsAuthenticators,
  { credentials, nkey }: NatsCredentials,
): Authenticator | null {
  if (credentials !== undefined && nkey !== undefined)
    throw new Error("NATS_CREDENTIALS and NATS_NKEY: only one says who a node is; leave the other out");
  if (credentials !== undefined) return fromFile(client, credentialsFile, credentials);
  return nkey === undefined ? null : fromFile(client, nkeyFile, nkey);
}

function fromFile(client: NatsAuthenticators, kind: FileKind, path: string): Authenticator {
  let good = readChecked(client, kind, path);
  return kind.from(client, () => {
    try {
      good = readChecked(client, kind, path);
    } catch {
      // The server says what it thinks of the last ones.
    }
    return good;
  });
}

/** A file's bytes, as NATS's readers take them. */
function readChecked(client: NatsAuthenticators, kind: FileKind, path: string): Uint8Array {
  const text = readText(kind, path).replaceAll("\r\n", "\n").trim();
  const bytes = Buffer.from(text + kind.end);
  if (!isUser(kind.from(client, () => bytes)))
    throw new Error(`${kind.setting}: "${path}" is ${kind.what}; ${kind.mend}`);
  return bytes;
}

function readText(kind: FileKind, path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (thrown) {
    const code = thrown instanceof Error && "code" in thrown ? String(thrown.code) : "unknown";
    const mend = "name a file that this process may read";
    throw new Error(`${kind.setting}: "${path}" cannot be read (${code}); ${mend}`, { cause: thrown });
  }
}

/** Whether it signs as a user does. What NATS's readers throw may tell of the secret, and is dropped. */
function isUser(authenticator: Authenticator): boolean {
  try {
    const auth = authenticator("a nonce");
    if (typeof auth !== "object" || !("nkey" in auth)) return false;
    const { nkey = "" } = auth;
    return nkey.startsWith("U") && (!("jwt" in auth) || isIssuedTo(auth.jwt, nkey));
  } catch {
    return false;
  }
}

/** Whether a JWT is of the user whose public key this is: of any other, a server would say only that it lets nobody in. */
function isIssuedTo(jwt: string, nkey: string): boolean {
  const claims: unknown = JSON.parse(Buffer.from(jwt.split(".")[1] ?? "", "base64url").toString());
  return typeof claims === "object" && claims !== null && "sub" in claims && claims.sub === nkey;
}
