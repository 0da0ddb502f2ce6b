import type { TableModel } from "../../../schema/table.ts";
import { StoreOpenError } from "../../open-error.ts";
import { describePlan, harmless, planMigration } from "../plan.ts";
import { toSnapshot } from "../wanted.ts";
import { postgresDialect } from "./dialect.ts";
import { followPlan } from "./follow.ts";
import { installLog, isLogInstalled } from "./log.ts";
import { defaultPatience } from "./patience.ts";
import { refusing } from "./refusals.ts";
import { type NamedUrl, openSession, type Session } from "./session.ts";
import { makeOwnTables, readRecord } from "./state.ts";
import { inTurn } from "./turn.ts";

/**
 * Brings a database to what the definition asks for, unless something would be lost or written anew, or must be decided: then nothing is
 * done, and the error says what. A database that is kept by migration files, or with `migrate: "never"`, is only compared. Of several
 * processes that start at once, one does it, and the others wait. Over a connection of its own, which is closed when it is done.
 */
export async function bringUpToDate(
  url: NamedUrl,
  tables: readonly TableModel[],
  migrate: "auto" | "never",
): Promise<void> {
  const session = await openSession(url);
  try {
    await refusing(() => follow(session, tables, migrate));
  } finally {
    await session.close();
  }
}

async function follow(
  session: Session,
  tables: readonly TableModel[],
  migrate: "auto" | "never",
): Promise<void> {
  if (await isUpToDate(session, tables, migrate)) return;
  await inTurn(session, defaultPatience, async () => {
    // Looked at again: another process may have started at the same time, and done it.
    if (await isUpToDate(session, tables, migrate)) return;
    await makeOwnTables(session);
    await followPlan(session, toSnapshot(tables, postgresDialect), harmless, defaultPatience);
    await installLog(session, tables, defaultPatience);
  });
}

async function isUpToDate(
  session: Session,
  tables: readonly TableModel[],
  migrate: "auto" | "never",
): Promise<boolean> {
  const { snapshot, applied, isPrepared } = await readRecord(session);
  const plan = planMigration(snapshot, toSnapshot(tables, postgresDialect), postgresDialect);
  if (plan.steps.length === 0 && isPrepared) return isLogInstalled(session, tables);
  if (migrate === "auto" && applied.length === 0) return false;
  // A newer definition has been here, which this one can go on beside: a node of before that starts again while others are replaced.
  if (isPrepared && plan.steps.every(({ isDispensable }) => isDispensable)) return true;
  throw new StoreOpenError(
    `The database is not what the definition asks for (${describePlan(plan)}): run "fourfold migrate apply" first`,
  );
}
