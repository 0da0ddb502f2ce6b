import type { TlsOptions } from "./options.ts";
import { TlsError } from "./tls-error.ts";

/** A name of at least two labels, the first of which may be `*`. */
const namePattern = /^(\*\.)?[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*$/i;

/** Throws a TlsError for settings that contradict each other. */
export function checkTlsOptions({
  contexts = [],
  clientAuthorities,
  clientCertificates,
  watchMs,
}: TlsOptions): void {
  if (clientCertificates !== undefined && clientAuthorities === undefined)
    throw new TlsError(
      "TLS: client certificates are asked for, and there is nothing to check them by: name the file of their authorities (clientAuthorities)",
    );
  if (watchMs !== undefined && !(watchMs > 0))
    throw new TlsError(`TLS: watchMs must be a positive number of milliseconds, not ${watchMs}`);
  const names = new Set<string>();
  for (const { serverName } of contexts) {
    const name = serverName.toLowerCase();
    if (!namePattern.test(name))
      throw new TlsError(
        `TLS: "${serverName}" is no server name: write api.example.org, or *.example.org for all names one level below`,
      );
    if (names.has(name))
      throw new TlsError(`TLS: there are two contexts for the server name "${serverName}"`);
    names.add(name);
  }
}
