import { readFileSync } from "node:fs";
import type { ConnectionOptions } from "node:tls";

/**
 * How connections are encrypted, by libpq's parameters (PostgreSQL, 34.19.3): null for `sslmode=disable`, which holds where
 * none is stated. `require` encrypts, and checks the certificate's authority where `sslrootcert` is stated; `verify-ca` checks
 * it always, `verify-full` the host's name too. Certificates of Node's own list hold where no `sslrootcert` is stated.
 */
export function serverTls(
  parameters: ReadonlyMap<string, string>,
  host: string,
  fail: (problem: string) => never,
): ConnectionOptions | null {
  const mode = parameters.get("sslmode") ?? "disable";
  const file = (name: string): string | null => readFile(name, parameters.get(name) ?? null, fail);
  if (mode === "disable") {
    for (const name of ["sslrootcert", "sslcert", "sslkey"])
      if (parameters.has(name)) fail(`has ${name} without TLS: add sslmode=verify-full`);
    return null;
  }
  if (mode === "allow" || mode === "prefer")
    fail(
      `has sslmode=${mode}, which whoever is between can switch off: write verify-full, require or disable`,
    );
  if (mode !== "require" && mode !== "verify-ca" && mode !== "verify-full")
    fail(`has sslmode=${mode}: write verify-full, verify-ca, require or disable`);
  if (host.startsWith("/")) fail("has TLS on a Unix socket: write sslmode=disable");
  const system = parameters.get("sslrootcert") === "system";
  const ca = system ? null : file("sslrootcert");
  const cert = file("sslcert");
  const key = file("sslkey");
  if ((cert === null) !== (key === null)) fail("has one of sslcert and sslkey: write both");
  return {
    ...(ca === null ? {} : { ca }),
    ...(cert === null || key === null ? {} : { cert, key }),
    rejectUnauthorized: mode !== "require" || ca !== null || system,
    ...(mode === "verify-full" ? {} : { checkServerIdentity: () => undefined }),
  };
}

function readFile(name: string, path: string | null, fail: (problem: string) => never): string | null {
  if (path === null) return null;
  try {
    return readFileSync(path, "utf8");
  } catch (thrown) {
    const reason = thrown instanceof Error && "code" in thrown ? String(thrown.code) : "unreadable";
    return fail(`has ${name}=${path}, which cannot be read (${reason})`);
  }
}
