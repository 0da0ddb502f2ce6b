import { StoreOpenError } from "../../open-error.ts";
import { DatabasePool } from "./database-pool.ts";
import { openProblem } from "./open-problem.ts";
import type { Pool } from "./pool.ts";
import type { PoolLog } from "./pool-log.ts";
import { readPoolUrl } from "./pool-url.ts";
import { ServerPool } from "./server-pool.ts";

/** What a pool is opened with. */
export interface PoolOptions {
  /** `postgres://user:password@host:port/database`, with the pool's rules as parameters. */
  readonly url: string;
  readonly log: PoolLog;
}

/** Opens the first connection. Rejects with a StoreOpenError: one line that says what stands in the way. */
export async function openPool({ url, log }: PoolOptions): Promise<Pool> {
  const { address, settings } = readPoolUrl(url, "DATABASE_URL");
  const primary = new ServerPool({ name: "primary", address, settings, log });
  try {
    await primary.start();
  } catch (thrown) {
    await primary.close();
    throw new StoreOpenError(openProblem(thrown, address), { cause: thrown });
  }
  return new DatabasePool(primary);
}
