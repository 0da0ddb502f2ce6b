import { Option } from "commander";
import type { ServeOptions } from "../server/options.ts";
import { StartError } from "../server/start-error.ts";

type Tls = NonNullable<ServeOptions["tls"]>;

/** The options of TLS. A passphrase is taken from the environment only: whoever lists the processes sees command lines. */
export function tlsOptions(): readonly Option[] {
  return [
    new Option("--tls-certificate <file>", "certificate (PEM) with its chain: serves TLS").env(
      "TLS_CERTIFICATE",
    ),
    new Option("--tls-key <file>", "its key (PEM); TLS_PASSPHRASE opens one that is encrypted").env(
      "TLS_KEY",
    ),
    new Option(
      "--tls-client-authorities <file>",
      "authorities (PEM) whose client certificates hold: asks for them",
    ).env("TLS_CLIENT_AUTHORITIES"),
    new Option("--tls-client-certificates <how>", "whether clients without one are let in (require)")
      .choices(["ask", "require"])
      .env("TLS_CLIENT_CERTIFICATES"),
  ];
}

interface ParsedTls {
  readonly tlsCertificate?: string;
  readonly tlsKey?: string;
  readonly tlsClientAuthorities?: string;
  readonly tlsClientCertificates?: "ask" | "require";
}

/** What the command line and the environment say, over what the program says; undefined without TLS. */
export function readTls(
  parsed: ParsedTls,
  environment: Readonly<Record<string, string | undefined>>,
  program: Tls | undefined,
): Tls | undefined {
  const { tlsCertificate, tlsKey, tlsClientAuthorities, tlsClientCertificates } = parsed;
  const passphrase = environment["TLS_PASSPHRASE"];
  const certificate = tlsCertificate ?? program?.certificate;
  const key = tlsKey ?? program?.key;
  if (certificate === undefined && key === undefined) {
    assertUnused("--tls-client-authorities", tlsClientAuthorities);
    assertUnused("--tls-client-certificates", tlsClientCertificates);
    return undefined;
  }
  if (key === undefined)
    throw new StartError("There is a TLS certificate without its key: name it (--tls-key)");
  if (certificate === undefined)
    throw new StartError("There is a TLS key without its certificate: name it (--tls-certificate)");
  return {
    ...program,
    certificate,
    key,
    ...(passphrase === undefined ? {} : { passphrase }),
    ...(tlsClientAuthorities === undefined ? {} : { clientAuthorities: tlsClientAuthorities }),
    ...(tlsClientCertificates === undefined ? {} : { clientCertificates: tlsClientCertificates }),
  };
}

function assertUnused(option: string, value: string | undefined): void {
  if (value !== undefined)
    throw new StartError(
      `${option} has no effect without TLS: name a certificate (--tls-certificate) and its key`,
    );
}
