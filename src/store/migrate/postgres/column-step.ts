import { type ColumnSnapshot, type Snapshot, withColumn, withTable } from "../snapshot.ts";
import { quoteName } from "../sql.ts";
import type { MigrationStep, StepPart } from "../step.ts";

/** What is told of a step, where there is something to tell. */
type Notes = Partial<
  Pick<MigrationStep, "loses" | "rewrites" | "holds" | "breaks" | "isDispensable" | "undo">
>;

export function alter(table: string, what: string): string {
  return `alter table ${quoteName(table)} ${what}`;
}

/** A step from one state of a column to another; null where it was not there, or is not any more. */
export function step(
  table: string,
  from: ColumnSnapshot | null,
  to: ColumnSnapshot | null,
  description: string,
  parts: readonly StepPart[],
  {
    loses = null,
    rewrites = null,
    holds = null,
    breaks = null,
    isDispensable = false,
    undo = [],
  }: Notes = {},
): MigrationStep {
  return {
    description,
    parts,
    loses,
    rewrites,
    holds,
    breaks,
    isDispensable,
    undo,
    after: (before) => change(before, table, from, to),
  };
}

function change(
  before: Snapshot,
  table: string,
  from: ColumnSnapshot | null,
  to: ColumnSnapshot | null,
): Snapshot {
  const known = before.tables.find(({ name }) => name === table);
  return known === undefined ? before : withTable(before, table, withColumn(known, from, to));
}
