import { DatabaseError } from "pg";
import type { ServerAddress } from "./pool-settings.ts";

/** Why no connection could be opened, as one line for whoever runs the server. It has no password. */
export function openProblem(thrown: unknown, { host, port, user, database }: ServerAddress): string {
  const where = host.startsWith("/") ? `${host}/.s.PGSQL.${port}` : `${host}:${port}`;
  const whom = user === null ? "" : ` as "${user}"`;
  if (thrown instanceof DatabaseError) {
    if (/unsupported startup parameter/.test(thrown.message))
      return `DATABASE_URL: A PgBouncer answers at ${where}: add pgbouncer=true to the URL`;
    const known = states[thrown.code ?? ""];
    // What the server says of a refused connection names users, hosts and databases, and never a password.
    return `DATABASE_URL: PostgreSQL at ${where} refuses the connection${whom}: ${known?.(database) ?? oneLine(thrown.message)}`;
  }
  if (!(thrown instanceof Error)) return `DATABASE_URL: PostgreSQL at ${where} cannot be reached`;
  if (/does not support SSL/.test(thrown.message))
    return `DATABASE_URL: PostgreSQL at ${where} does not speak TLS: switch it on there (ssl = on), or write sslmode=disable`;
  const code = "code" in thrown ? String(thrown.code) : "";
  return `DATABASE_URL: PostgreSQL at ${where} cannot be reached: ${reasons[code] ?? oneLine(thrown.message)}`;
}

const states: Readonly<Record<string, (database: string | null) => string>> = {
  "28P01": () => "the password is wrong",
  "3D000": (database) => `there is no database "${database}"; create it (createdb)`,
  "53300": () => "it has no connection left; raise max_connections, or lower pool_max",
  "57P03": () => "it is starting or stopping; try again soon",
};

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there",
  ENOENT: "there is no such socket",
  ENOTFOUND: "there is no such host",
  EAI_AGAIN: "the host's name cannot be looked up",
  ECONNRESET: "it ended the connection",
  ETIMEDOUT: "it does not answer",
  EHOSTUNREACH: "there is no way to the host",
  ENETUNREACH: "there is no way to the network",
  DEPTH_ZERO_SELF_SIGNED_CERT: "its certificate is self-signed; name it, or its authority, as sslrootcert",
  SELF_SIGNED_CERT_IN_CHAIN: "its certificate's authority is not trusted; name that as sslrootcert",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "its certificate's authority is not trusted; name that as sslrootcert",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "its certificate's authority is not trusted; name that as sslrootcert",
  CERT_HAS_EXPIRED: "its certificate has expired",
  ERR_TLS_CERT_ALTNAME_INVALID: "its certificate is for another host; connect by the name that is in it",
};

function oneLine(message: string): string {
  return message.replace(/\s+/g, " ").trim();
}
