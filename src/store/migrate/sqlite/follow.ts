import type { TableModel } from "../../../schema/table.ts";
import { StoreOpenError } from "../../open-error.ts";
import { dropTriggers, installTriggers } from "../../sqlite/changes/triggers.ts";
import type { Connection } from "../../sqlite/connection.ts";
import { type Allowances, assertAllowed, planMigration } from "../plan.ts";
import { statementsOf } from "../step.ts";
import { toSnapshot } from "../wanted.ts";
import { sqliteDialect } from "./dialect.ts";
import { runInTransaction } from "./run.ts";
import { MigrationState } from "./state.ts";

/**
 * Brings a database to what the definition asks for, in one transaction. Answers what was done. Throws a StoreOpenError where something
 * is not allowed, or must be decided.
 */
export function followPlan(
  connection: Connection,
  tables: readonly TableModel[],
  allowed: Allowances,
): readonly string[] {
  const state = new MigrationState(connection);
  const wanted = toSnapshot(tables, sqliteDialect);
  return runInTransaction(connection, "The database cannot be brought up to date", () => {
    // Planned under the lock: another process may have started at the same time, and done it.
    const plan = planMigration(state.read(), wanted, sqliteDialect);
    const obstacles = plan.obstacles.filter(({ rows }) => connection.get(rows, []) !== undefined);
    if (obstacles.length > 0) throw new StoreOpenError(obstacles.map(({ message }) => message).join("; "));
    assertAllowed(plan, allowed);
    const aside = dropTriggers(connection);
    for (const statement of plan.steps.flatMap(statementsOf)) connection.execute(statement);
    installTriggers(connection, tables, aside);
    state.save(wanted);
    return plan.steps.map(({ description }) => description);
  });
}
