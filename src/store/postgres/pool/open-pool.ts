import { StoreOpenError } from "../../open-error.ts";
import { DatabasePool } from "./database-pool.ts";
import { openProblem } from "./open-problem.ts";
import type { Pool } from "./pool.ts";
import type { PoolLog } from "./pool-log.ts";
import { type PoolUrl, readPoolUrl } from "./pool-url.ts";
import { Replica } from "./replica.ts";
import { ReplicatedPool } from "./replicated-pool.ts";
import { ServerPool } from "./server-pool.ts";

/** What a pool is opened with. */
export interface PoolOptions {
  /** `postgres://user:password@host:port/database`, with the pool's rules as parameters. */
  readonly url: string;
  /** The same for each replica; none where they are not stated. */
  readonly replicas?: readonly string[];
  /** Leads to the server itself where `url` leads to a PgBouncer. */
  readonly direct?: string;
  readonly log: PoolLog;
}

/**
 * Opens the first connection to the primary. Rejects with a StoreOpenError: one line that says what stands in the way. A
 * replica that is away is logged, and read from once it is there.
 */
export async function openPool({ url, replicas = [], direct, log }: PoolOptions): Promise<Pool> {
  const main = readPoolUrl(url, "DATABASE_URL");
  const read = replicas.map((each) => readPoolUrl(each, "DATABASE_REPLICA_URLS"));
  const own = direct === undefined ? null : readPoolUrl(direct, "DATABASE_DIRECT_URL");
  const straight = own ?? (main.settings.pgbouncer ? null : main);
  const primary = await openPrimary(main, log);
  if (read.length === 0) return new DatabasePool(primary, straight);
  const pools = read.map((each, index) => new ServerPool({ ...each, name: `replica_${index + 1}`, log }));
  await Promise.all(pools.map((pool) => pool.startWhenThere()));
  const lag = main.settings.replicaLag;
  return new ReplicatedPool(primary, straight, { replicas: pools.map((pool) => new Replica(pool)), lag });
}

async function openPrimary(url: PoolUrl, log: PoolLog): Promise<ServerPool> {
  const primary = new ServerPool({ ...url, name: "primary", log });
  try {
    await primary.start();
    const { rows } = await primary.query({ text: "select pg_is_in_recovery() as standby" }, null, true);
    if (rows[0]?.["standby"] === true)
      throw new StoreOpenError("DATABASE_URL leads to a standby, which cannot be written: name the primary");
    return primary;
  } catch (thrown) {
    await primary.close();
    if (thrown instanceof StoreOpenError) throw thrown;
    throw new StoreOpenError(openProblem(thrown, url.address), { cause: thrown });
  }
}
