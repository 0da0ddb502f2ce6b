import { setTimeout as sleep } from "node:timers/promises";
import { StoreOpenError } from "../../open-error.ts";
import type { Patience } from "./patience.ts";
import type { Session } from "./session.ts";

/** Of this application, and of the schema that its tables are in. */
const key = "hashtext('fourfold migrate'), hashtext(current_schema())";

/**
 * Runs `work` while no other session does so; throws a StoreOpenError where no session can be had. Others are asked again and again rather than made to wait in a statement: that one would hold
 * a snapshot, which `create index concurrently` waits for, and neither would ever end.
 */
export async function inTurn<T>(
  session: Session,
  { turnTimeout }: Patience,
  work: () => Promise<T>,
): Promise<T> {
  if (session.isShared) {
    throw new StoreOpenError(
      "Behind a PgBouncer there is no session to migrate in: name the server itself in DATABASE_DIRECT_URL",
    );
  }
  const end = Date.now() + turnTimeout;
  while (!(await tryLock(session))) {
    if (Date.now() >= end) {
      throw new StoreOpenError(
        `Another process migrates this database, and was not done within ${turnTimeout / 1_000} s; start again when it is`,
      );
    }
    await sleep(100 + Math.random() * 100);
  }
  try {
    return await work();
  } finally {
    // With the session gone, the lock is as well.
    await session.query(`select pg_advisory_unlock(${key})`).catch(() => undefined);
  }
}

/**
 * Throws where the session has lost its lock without having ended: what is between, such as a PgBouncer in transaction mode, gives each transaction another
 * session.
 */
export async function assertTurn(session: Session): Promise<void> {
  const { rows } = await session.query(
    "select 1 from pg_locks where locktype = 'advisory' and pid = pg_backend_pid() and granted limit 1",
  );
  if (rows.length > 0) return;
  throw new StoreOpenError(
    "The connection does not keep its session: migrate over one to PostgreSQL itself, not to a PgBouncer in transaction mode",
  );
}

async function tryLock(session: Session): Promise<boolean> {
  const { rows } = await session.query(`select pg_try_advisory_lock(${key}) as "isMine"`);
  return rows[0]?.["isMine"] === true;
}
