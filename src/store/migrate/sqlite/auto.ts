import type { TableModel } from "../../../schema/table.ts";
import { StoreOpenError } from "../../open-error.ts";
import { hasTriggers, installTriggers } from "../../sqlite/changes/triggers.ts";
import type { Connection } from "../../sqlite/connection.ts";
import { describePlan, harmless, planMigration } from "../plan.ts";
import { toSnapshot } from "../wanted.ts";
import { sqliteDialect } from "./dialect.ts";
import { followPlan } from "./follow.ts";
import { runInTransaction } from "./run.ts";
import { MigrationState } from "./state.ts";

/**
 * Brings a database to what the definition asks for, unless something would be lost or must be decided: then nothing is
 * done, and the error says what. A database that is kept by migration files, or with `migrate: "never"`, is only compared.
 */
export function bringUpToDate(
  connection: Connection,
  tables: readonly TableModel[],
  migrate: "auto" | "never",
): void {
  const state = new MigrationState(connection);
  const plan = planMigration(state.read(), toSnapshot(tables, sqliteDialect), sqliteDialect);
  if (plan.steps.length === 0) {
    logChanges(connection, tables);
    return;
  }
  if (migrate === "never" || state.applied().length > 0) {
    throw new StoreOpenError(
      `The database is not what the definition asks for (${describePlan(plan)}): run "fourfold migrate apply" first`,
    );
  }
  followPlan(connection, tables, harmless);
}

/** The log of changes is the store's own, and is brought up to date whoever changes the tables. */
function logChanges(connection: Connection, tables: readonly TableModel[]): void {
  if (hasTriggers(connection, tables)) return;
  runInTransaction(connection, "The changes of rows cannot be logged", () => {
    if (!hasTriggers(connection, tables)) installTriggers(connection, tables);
  });
}
