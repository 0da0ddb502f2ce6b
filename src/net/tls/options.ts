/** A certificate and its key, as PEM files. Links are followed. */
export interface CertificateFiles {
  /** The certificate, then those between it and its authority. */
  readonly certificate: string;
  readonly key: string;
  /** Of an encrypted key. */
  readonly passphrase?: string;
}

/** The certificate for peers that ask for one name (SNI). */
export interface ServerNameFiles extends CertificateFiles {
  /** `api.example.org`, or `*.example.org` for all names one level below; an exact name goes before a pattern. */
  readonly serverName: string;
}

/** TLS 1.2 and 1.3, with HTTP/2 and HTTP/1.1 as the peer chooses (ALPN). The files are read again when they change. */
export interface TlsOptions extends CertificateFiles {
  /** Certificates for certain names; all other names, and peers that name none, get the one above. */
  readonly contexts?: readonly ServerNameFiles[];
  /** A PEM file of the authorities whose client certificates hold. Without it none are asked for. */
  readonly clientAuthorities?: string;
  /**
   * `require` (the default): who shows no client certificate that holds is refused. `ask`: is let in, with
   * `clientCertificate` null.
   */
  readonly clientCertificates?: "ask" | "require";
  /** How often, in milliseconds, the files are looked at for a change; 5 s where it is not stated, `Infinity` for never. */
  readonly watchMs?: number;
}

/** Every file that the options name. */
export function filesOf({
  certificate,
  key,
  contexts = [],
  clientAuthorities,
}: TlsOptions): readonly string[] {
  const named = contexts.flatMap((context) => [context.certificate, context.key]);
  return [certificate, key, ...named, ...(clientAuthorities === undefined ? [] : [clientAuthorities])];
}
