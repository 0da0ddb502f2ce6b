import { constants } from "node:crypto";
import { createSecureContext, type SecureContext } from "node:tls";
import type { TlsOptions } from "./options.ts";
import { type KeyPair, readAuthorities, readKeyPair } from "./pem-files.ts";
import { TlsError } from "./tls-error.ts";

/** What handshakes are made with: certificates, keys and authorities as they were read together. It never changes. */
export class Credentials {
  /** For peers that name no server, or one that is not known. */
  readonly usual: SecureContext;
  /** By names and patterns in lower case; null where there are none. */
  readonly #named: ReadonlyMap<string, SecureContext> | null;

  constructor(usual: SecureContext, named: ReadonlyMap<string, SecureContext>) {
    this.usual = usual;
    this.#named = named.size === 0 ? null : named;
  }

  get hasNames(): boolean {
    return this.#named !== null;
  }

  /** The context for a name that a peer asks for; undefined where it is the usual one. Names have no case (RFC 6066 §3). */
  contextFor(serverName: string): SecureContext | undefined {
    const name = serverName.toLowerCase();
    return this.#named?.get(name) ?? this.#named?.get(`*${name.slice(name.indexOf("."))}`);
  }
}

/** Reads all files. Throws a TlsError for the first that cannot be used. */
export async function loadCredentials(options: TlsOptions): Promise<Credentials> {
  const { contexts = [], clientAuthorities } = options;
  const authorities = clientAuthorities === undefined ? null : await readAuthorities(clientAuthorities);
  const usual = toContext(await readKeyPair(options), authorities, options.certificate);
  const named = new Map<string, SecureContext>();
  for (const files of contexts)
    named.set(
      files.serverName.toLowerCase(),
      toContext(await readKeyPair(files), authorities, files.certificate),
    );
  return new Credentials(usual, named);
}

/** Every context has the authorities: the one that a name selects is asked whether a client's certificate holds. */
function toContext(pair: KeyPair, authorities: string | null, file: string): SecureContext {
  try {
    return createSecureContext({
      cert: pair.certificate,
      key: pair.key,
      ...(pair.passphrase === undefined ? {} : { passphrase: pair.passphrase }),
      ...(authorities === null ? {} : { ca: authorities }),
      minVersion: "TLSv1.2",
      honorCipherOrder: true,
      // OpenSSL takes no session up again without a name for what it was made for.
      sessionIdContext: "fourfold",
      // A peer that renegotiates (TLS 1.2) makes much work with few bytes, and HTTP/2 forbids it (RFC 9113 §9.2.1).
      secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
    });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : "unknown reason";
    throw new TlsError(`The TLS certificate "${file}" and its key cannot be used: ${why}`, { cause });
  }
}
