import { nkeys } from "@nats-io/transport-node";

/** Keys as `nk` and `nsc` make them. */
export type KeyPair = ReturnType<typeof nkeys.createUser>;

/** The seed of a pair, as files have it. */
export function seedOf(pair: KeyPair): string {
  return new TextDecoder().decode(pair.getSeed());
}

/** A JWT of NATS, version 2: claims about somebody, signed by whoever stands above. */
export function toJwt(issuer: KeyPair, subject: KeyPair, nats: Readonly<Record<string, unknown>>): string {
  const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const claims = {
    jti: crypto.randomUUID(),
    iat: Math.floor(Date.now() / 1_000),
    iss: issuer.getPublicKey(),
    sub: subject.getPublicKey(),
    name: "test",
    nats: { version: 2, ...nats },
  };
  const signed = `${encode({ typ: "JWT", alg: "ed25519-nkey" })}.${encode(claims)}`;
  return `${signed}.${Buffer.from(issuer.sign(Buffer.from(signed))).toString("base64url")}`;
}

/** A user's credentials file, as `nsc generate creds` writes it. */
export function toCredentials(jwt: string, seed: string): string {
  return `-----BEGIN NATS USER JWT-----
${jwt}
------END NATS USER JWT------

************************* IMPORTANT *************************
NKEY Seed printed below can be used to sign and prove identity.
NKEYs are sensitive and should be treated as secrets.

-----BEGIN USER NKEY SEED-----
${seed}
------END USER NKEY SEED------

*************************************************************
`;
}

/** An operator, an account and a user of it, with all that a server and a node need to know of them. */
export function createHierarchy(): {
  readonly config: string;
  readonly credentials: string;
  readonly seed: string;
} {
  const [operator, account, user] = [nkeys.createOperator(), nkeys.createAccount(), nkeys.createUser()];
  const limits = {
    subs: -1,
    data: -1,
    payload: -1,
    imports: -1,
    exports: -1,
    wildcards: true,
    conn: -1,
    leaf: -1,
  };
  const accountJwt = toJwt(operator, account, { type: "account", limits });
  const userJwt = toJwt(account, user, { type: "user", pub: {}, sub: {}, subs: -1, data: -1, payload: -1 });
  const config = `operator: ${toJwt(operator, operator, { type: "operator" })}
resolver: MEMORY
resolver_preload: { ${account.getPublicKey()}: ${accountJwt} }
`;
  const seed = seedOf(user);
  return { config, credentials: toCredentials(userJwt, seed), seed };
}
