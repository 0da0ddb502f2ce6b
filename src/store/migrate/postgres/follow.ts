import { StoreOpenError } from "../../open-error.ts";
import { type Allowances, assertAllowed, type MigrationPlan, planMigration } from "../plan.ts";
import type { Snapshot } from "../snapshot.ts";
import { quoteName } from "../sql.ts";
import { type MigrationStep, statementsOf } from "../step.ts";
import { postgresDialect } from "./dialect.ts";
import type { Patience } from "./patience.ts";
import { runPart } from "./run-part.ts";
import { finds, type Session } from "./session.ts";
import { readRecord, saveSnapshot } from "./state.ts";

/**
 * Brings a database to what `wanted` says, step by step, each of which is recorded: what was interrupted is planned anew from where it
 * was. Answers what was done. Throws a StoreOpenError where something is not allowed, must be decided, or cannot be done.
 */
export async function followPlan(
  session: Session,
  wanted: Snapshot,
  allowed: Allowances,
  patience: Patience,
): Promise<readonly string[]> {
  const { snapshot } = await readRecord(session);
  const plan = planMigration(snapshot, wanted, postgresDialect);
  await assertPossible(session, plan, allowed);
  let now = snapshot;
  for (const step of joined(plan.steps)) {
    now = step.after(now);
    await runStep(session, step, now, patience);
  }
  await saveSnapshot(session, wanted);
  return plan.steps.map(({ description }) => description);
}

async function assertPossible(session: Session, plan: MigrationPlan, allowed: Allowances): Promise<void> {
  const obstacles: string[] = [];
  for (const { rows, message } of plan.obstacles) if (await finds(session, rows)) obstacles.push(message);
  if (obstacles.length > 0) throw new StoreOpenError(obstacles.join("; "));
  const steps: MigrationStep[] = [];
  // To write a table anew that has no rows takes no time.
  for (const step of plan.steps) {
    const isEmpty = step.rewrites !== null && !(await hasRows(session, step.rewrites));
    steps.push(isEmpty ? { ...step, rewrites: null } : step);
  }
  assertAllowed({ steps }, allowed);
}

function hasRows(session: Session, table: string): Promise<boolean> {
  return finds(session, `select 1 from ${quoteName(table)} limit 1`);
}

async function runStep(
  session: Session,
  { parts, description, undo }: MigrationStep,
  after: Snapshot,
  patience: Patience,
): Promise<void> {
  try {
    for (const part of parts) {
      const record = part === parts.at(-1) ? () => saveSnapshot(session, after) : nothing;
      await runPart(session, part, patience, record);
    }
  } catch (thrown) {
    if (!(thrown instanceof StoreOpenError)) throw thrown;
    for (const statement of undo) await session.query(statement).catch(() => undefined);
    throw new StoreOpenError(`${description}: ${thrown.message}`, { cause: thrown });
  }
}

/** Steps in a row that hold nobody up are one transaction: a new database is made at once, or not at all. */
function joined(steps: readonly MigrationStep[]): readonly MigrationStep[] {
  const found: MigrationStep[] = [];
  for (const step of steps) {
    const last = found.at(-1);
    if (last !== undefined && isJoinable(last) && isJoinable(step)) found.splice(-1, 1, join(last, step));
    else found.push(step);
  }
  return found;
}

function isJoinable({ holds, parts }: MigrationStep): boolean {
  return holds === null && parts.every(({ mode }) => mode === "transaction");
}

function join(one: MigrationStep, other: MigrationStep): MigrationStep {
  return {
    ...one,
    description: `${one.description}; ${other.description}`,
    parts: [{ mode: "transaction", statements: [...statementsOf(one), ...statementsOf(other)] }],
    after: (before) => other.after(one.after(before)),
  };
}

async function nothing(): Promise<void> {}
