import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import type { NotifyConnection } from "../events/postgres-notify.ts";
import type { Log } from "../observe/log.ts";
import type { Metrics } from "../observe/metrics.ts";
import type { ApiPlan } from "../plan/api-plan.ts";
import { loggedTables } from "../plan/logged-tables.ts";
import type { Store } from "../store/store.ts";
import type { ServeOptions } from "./options.ts";
import type { Siblings } from "./siblings.ts";
import { StartError } from "./start-error.ts";

/** What a store is opened for. */
export interface StorePlace {
  readonly plan: ApiPlan;
  readonly options: ServeOptions;
  readonly siblings: Siblings | null;
  readonly log: Log;
  readonly metrics: Metrics | null;
}

/** A store, and the way to its server that its nodes have in common. */
export interface OpenedStore {
  /** Null where no resource is kept in one. */
  readonly store: Store | null;
  /** Opens a connection to the database itself; null where it is a file. */
  readonly line: (() => Promise<NotifyConnection>) | null;
}

/** Opens the store of an API. */
export async function openStore(place: StorePlace): Promise<OpenedStore> {
  const { plan, options } = place;
  if (plan.tables.length === 0) return { store: null, line: null };
  const url = options.database ?? `sqlite:data/${plan.api.name}.sqlite`;
  return isPostgres(url) ? openPostgres(url, place) : { store: await openSqlite(url, place), line: null };
}

// Both are read only where they are asked for: an API without tables starts without either, and nobody loads two.
async function openPostgres(url: string, { plan, options, log, metrics }: StorePlace): Promise<OpenedStore> {
  const { databaseReplicas, databaseDirect, migrate = "auto" } = options;
  const { openPostgresStore } = await import("../store/postgres/open.ts");
  const store = await openPostgresStore({
    url,
    tables: loggedTables(plan),
    migrate,
    log,
    ...(databaseReplicas === undefined ? {} : { replicas: databaseReplicas }),
    ...(databaseDirect === undefined ? {} : { direct: databaseDirect }),
  });
  if (metrics !== null) {
    const { addPoolGauges } = await import("./pool-gauges.ts");
    addPoolGauges(metrics, () => store.pool.stats);
  }
  return { store, line: () => store.pool.direct() };
}

async function openSqlite(url: string, { plan, options, siblings }: StorePlace): Promise<Store> {
  const { databaseReplicas, databaseDirect, migrate = "auto" } = options;
  if (databaseReplicas !== undefined || databaseDirect !== undefined) {
    const stated = databaseReplicas === undefined ? "DATABASE_DIRECT_URL" : "DATABASE_REPLICA_URLS";
    throw new StartError(`${stated} is for PostgreSQL, and the database is ${url}`);
  }
  const location = sqliteLocation(url);
  if (location === ":memory:" && siblings !== null) {
    throw new StartError(
      `${url} is in the memory of one process, and ${siblings.count} workers would have ${siblings.count} of it: name a file (--database sqlite:PATH), or run one worker`,
    );
  }
  if (location !== ":memory:") await makeFolder(dirname(location));
  const { openSqliteStore } = await import("../store/sqlite/open.ts");
  return openSqliteStore({ location, tables: plan.tables, migrate });
}

/** Makes the folder of a database, as `data/` at the first start. What else is not there is told when the file is opened. */
async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (thrown) {
    // It is there already, or cannot be made: opening the file says so, with the reason.
    if (!(thrown instanceof Error && "code" in thrown)) throw thrown;
  }
}

/** Whether a URL is one of PostgreSQL. */
export function isPostgres(url: string): boolean {
  return /^postgres(ql)?:/.test(url);
}

/** The file of `sqlite:PATH`. */
export function sqliteLocation(url: string): string {
  if (url.startsWith("sqlite:") && url.length > 7) return url.slice(7).replace(/^\/\/(?=\/)/, "");
  throw new StartError(
    `DATABASE_URL: "${url.split("@").at(-1)}" is not understood; use sqlite:PATH, sqlite::memory: or postgres://USER:PASSWORD@HOST/DATABASE`,
  );
}
