import { parseDuration } from "../../../base/duration.ts";
import { StoreOpenError } from "../../open-error.ts";
import { defaultPoolSettings, type PoolSettings, type ServerAddress } from "./pool-settings.ts";
import { serverTls } from "./server-tls.ts";

/** What a URL says: where the server is, and the pool's rules. */
export interface PoolUrl {
  readonly address: ServerAddress;
  readonly settings: PoolSettings;
}

/** Parameters of a URL that are none of the pool's rules. */
const addressParameters = ["host", "application_name", "sslmode", "sslrootcert", "sslcert", "sslkey"];

const counts = { pool_min: "min", pool_max: "max", pool_queue: "queue", pipeline: "pipeline" } as const;
const durations = {
  acquire_timeout: "acquireTimeout",
  connect_timeout: "connectTimeout",
  idle_timeout: "idleTimeout",
  max_lifetime: "maxLifetime",
  check_after: "checkAfter",
  statement_timeout: "statementTimeout",
  replica_lag: "replicaLag",
} as const;
const known = [...addressParameters, ...Object.keys(counts), ...Object.keys(durations), "pgbouncer"];

/**
 * Reads `postgres://user:password@host:port/database?parameter=value`. `variable` names whence it comes, for the one line of
 * the StoreOpenError that is thrown at what cannot be used; that line has nothing of the URL's password.
 */
export function readPoolUrl(text: string, variable: string): PoolUrl {
  const url = parse(text, variable);
  const parameters = new Map(url.searchParams);
  for (const name of parameters.keys())
    if (!known.includes(name)) fail(variable, `knows no parameter "${name}"; there are ${known.join(", ")}`);
  return { address: readAddress(url, parameters, variable), settings: readSettings(parameters, variable) };
}

function parse(text: string, variable: string): URL {
  if (/^[^/]*\/\/[^/?#]*,/.test(text))
    fail(variable, "names several hosts; name the primary, and replicas in DATABASE_REPLICA_URLS");
  // Without a host, as `postgres:///name?host=/var/run/postgresql`: a special scheme would not allow it, this one does.
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^postgres(ql)?:$/.test(url.protocol))
    return fail(
      variable,
      "is no URL of PostgreSQL: write postgres://USER:PASSWORD@HOST:PORT/DATABASE, with %-codes for special characters",
    );
  return url;
}

function readAddress(url: URL, parameters: ReadonlyMap<string, string>, variable: string): ServerAddress {
  const text = (part: string): string | null => (part === "" ? null : decode(part, variable));
  const host = parameters.get("host") ?? text(url.hostname.replace(/^\[|\]$/g, "")) ?? "localhost";
  return {
    host,
    port: url.port === "" ? 5432 : Number(url.port),
    database: text(url.pathname.slice(1)),
    user: text(url.username),
    password: text(url.password),
    tls: serverTls(parameters, host, (problem) => fail(variable, problem)),
    applicationName: parameters.get("application_name") ?? "fourfold",
  };
}

function readSettings(parameters: ReadonlyMap<string, string>, variable: string): PoolSettings {
  const stated: Partial<Record<keyof PoolSettings, number>> = {};
  for (const [name, key] of Object.entries(counts)) {
    const text = parameters.get(name);
    if (text === undefined) continue;
    const least = name === "pool_max" || name === "pipeline" ? 1 : 0;
    if (!/^\d{1,6}$/.test(text) || Number(text) < least)
      fail(variable, `has "${name}=${text}": write a whole number from ${least} on`);
    stated[key] = Number(text);
  }
  for (const [name, key] of Object.entries(durations)) {
    const text = parameters.get(name);
    // libpq has this one, in seconds without a unit.
    const isSeconds = name === "connect_timeout" && /^\d+$/.test(text ?? "");
    if (text !== undefined) stated[key] = readDuration(name, isSeconds ? `${text}s` : text, variable);
  }
  const pgbouncer = readSwitch("pgbouncer", parameters.get("pgbouncer") ?? "false", variable);
  // Statements of one connection go to any server connection behind a PgBouncer, and its own connections are cheap.
  const settings = { ...defaultPoolSettings, ...(pgbouncer ? { pipeline: 1 } : {}), ...stated, pgbouncer };
  if (settings.min > settings.max)
    fail(
      variable,
      `has pool_min=${settings.min} over pool_max=${settings.max}: lower one, or raise the other`,
    );
  return settings;
}

function readDuration(name: string, text: string, variable: string): number {
  try {
    return parseDuration(text);
  } catch {
    return fail(variable, `has "${name}=${text}": write a duration such as 250ms, 5s, 10m or 1h`);
  }
}

function readSwitch(name: string, text: string, variable: string): boolean {
  if (text === "true" || text === "false") return text === "true";
  return fail(variable, `has "${name}=${text}": write true or false`);
}

function decode(part: string, variable: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return fail(variable, "has a % that begins no code: write %25 for one");
  }
}

function fail(variable: string, problem: string): never {
  throw new StoreOpenError(`${variable} ${problem}`);
}
