import { StoreOpenError } from "../open-error.ts";
import type { Connection } from "../sqlite/connection.ts";
import { planMigration } from "./plan.ts";
import { runInTransaction } from "./run.ts";
import type { Snapshot } from "./snapshot.ts";
import { MigrationState } from "./state.ts";

/**
 * Brings a database to what the definition asks for, unless something would be lost or must be decided: then nothing is
 * done, and the error says what. A database that is kept by migration files, or with `migrate: "never"`, is only compared.
 */
export function bringUpToDate(connection: Connection, wanted: Snapshot, migrate: "auto" | "never"): void {
  const state = new MigrationState(connection);
  const plan = planMigration(state.read(), wanted);
  if (plan.steps.length === 0) {
    state.save(wanted);
    return;
  }
  const changes = plan.steps.map(({ description }) => description).join("; ");
  if (migrate === "never" || state.applied().length > 0) {
    throw new StoreOpenError(
      `The database is not what the definition asks for (${changes}): run "fourfold migrate apply" first`,
    );
  }
  if (plan.obstacles.length > 0) throw new StoreOpenError(plan.obstacles.join("; "));
  const lost = plan.steps.flatMap(({ loses }) => loses ?? []);
  if (lost.length > 0) {
    throw new StoreOpenError(
      `The definition has changed, and bringing the database up to date would lose ${lost.join(" and ")}. ` +
        `A field that has another name now says so with "formerly"; to lose them, run "fourfold migrate apply --allow-loss"`,
    );
  }
  const statements = plan.steps.flatMap((step) => step.statements);
  runInTransaction(connection, statements, () => state.save(wanted));
}
