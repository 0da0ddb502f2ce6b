import type { TableModel } from "../../schema/table.ts";
import { StoreOpenError } from "../open-error.ts";
import { dropTriggers, hasTriggers, installTriggers } from "../sqlite/changes/triggers.ts";
import type { Connection } from "../sqlite/connection.ts";
import { fillLiteral } from "./fill.ts";
import { obstaclesIn } from "./obstacles.ts";
import { assertNoLoss, type MigrationPlan, planMigration } from "./plan.ts";
import { runInTransaction } from "./run.ts";
import { toSnapshot } from "./snapshot.ts";
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
  const wanted = toSnapshot(tables, fillLiteral);
  if (planMigration(state.read(), wanted).steps.length === 0) {
    logChanges(connection, tables);
    return;
  }
  if (migrate === "never" || state.applied().length > 0) {
    const changes = describe(planMigration(state.read(), wanted));
    throw new StoreOpenError(
      `The database is not what the definition asks for (${changes}): run "fourfold migrate apply" first`,
    );
  }
  runInTransaction(connection, "The database cannot be brought up to date", () => {
    // Planned anew under the lock: another process may have started at the same time, and done it.
    const plan = planMigration(state.read(), wanted);
    assertHarmless(plan, connection);
    const aside = dropTriggers(connection);
    for (const statement of plan.steps.flatMap((step) => step.statements)) connection.execute(statement);
    installTriggers(connection, tables, aside);
    state.save(wanted);
  });
}

/** The log of changes is the store's own, and is brought up to date whoever changes the tables. */
function logChanges(connection: Connection, tables: readonly TableModel[]): void {
  if (hasTriggers(connection, tables)) return;
  runInTransaction(connection, "The changes of rows cannot be logged", () => {
    if (!hasTriggers(connection, tables)) installTriggers(connection, tables);
  });
}

function describe({ steps }: MigrationPlan): string {
  return steps.map(({ description }) => description).join("; ");
}

function assertHarmless(plan: MigrationPlan, connection: Connection): void {
  const obstacles = obstaclesIn(plan, connection);
  if (obstacles.length > 0) throw new StoreOpenError(obstacles.join("; "));
  assertNoLoss(plan);
}
