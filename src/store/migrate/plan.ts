import { StoreOpenError } from "../open-error.ts";
import { type Change, changesBetween, type Pair } from "./changes.ts";
import type { Dialect } from "./dialect.ts";
import type { Snapshot } from "./snapshot.ts";
import { quoteName } from "./sql.ts";
import type { MigrationStep } from "./step.ts";

/** How a database gets from one state to another. */
export interface MigrationPlan {
  readonly steps: readonly MigrationStep[];
  /** What cannot be done without a decision. */
  readonly obstacles: readonly Obstacle[];
}

/** What somebody must decide first. */
export interface Obstacle {
  /** What is in the way, and what to do. */
  readonly message: string;
  /** A query for the rows that make it one. */
  readonly rows: string;
}

/** What a plan may do that nobody would want unasked. */
export interface Allowances {
  /** Drop columns, tables and digits. */
  readonly loss: boolean;
  /** Write tables anew, which can be neither read nor written meanwhile. */
  readonly rewrite: boolean;
}

/** Plans the way from `from` to `to`. */
export function planMigration(from: Snapshot, to: Snapshot, dialect: Dialect): MigrationPlan {
  const changes = changesBetween(from, to);
  return { steps: dialect.render(changes), obstacles: changes.flatMap((each) => obstaclesOf(each, dialect)) };
}

/** Nothing that must be asked for. */
export const harmless: Allowances = { loss: false, rewrite: false };

/** Throws a StoreOpenError that says what a plan would lose or write anew, and how not to. */
export function assertAllowed({ steps }: Pick<MigrationPlan, "steps">, allowed: Allowances): void {
  const lost = steps.flatMap(({ loses }) => loses ?? []);
  if (lost.length > 0 && !allowed.loss) refuseLoss(lost);
  const rewritten = [...new Set(steps.flatMap(({ rewrites }) => rewrites ?? []))];
  if (rewritten.length === 0 || allowed.rewrite) return;
  throw new StoreOpenError(
    `this would write every row of ${rewritten.join(" and ")} anew, which can be neither read nor written meanwhile ` +
      `(${describePlan({ steps: steps.filter(({ rewrites }) => rewrites !== null) })}); ` +
      `where that may take its time, run "fourfold migrate" with --allow-rewrite; else add a field of the new type, ` +
      "write the values over, and drop the old one",
  );
}

function refuseLoss(lost: readonly string[]): never {
  throw new StoreOpenError(
    `this would lose ${lost.join(" and ")}. A field that has another name now says so with "formerly"; ` +
      `to lose them all the same, run "fourfold migrate" with --allow-loss`,
  );
}

/** A plan in a line: its steps, parted by semicolons. */
export function describePlan({ steps }: Pick<MigrationPlan, "steps">): string {
  return steps.map(({ description }) => description).join("; ");
}

function obstaclesOf(change: Change, dialect: Dialect): readonly Obstacle[] {
  if (change.kind !== "changeTable") return [];
  // Asked of the database as it is: under the names of before.
  const table = change.old.name;
  return change.pairs.flatMap((pair) => [...emptyValues(table, pair), ...otherKinds(table, pair, dialect)]);
}

function emptyValues(table: string, { column, old }: Pair): readonly Obstacle[] {
  const becomesRequired = column.notNull && (old === null || !old.notNull);
  if (!becomesRequired || column.fill !== null) return [];
  const what = old === null ? "is new and required" : "becomes required";
  const empty = old === null ? "" : ` where ${quoteName(old.name)} is null`;
  return [
    {
      message: `${table}.${column.name} ${what}, and rows that exist have no value for it: give the field a default, or make it optional`,
      rows: `select 1 from ${quoteName(table)}${empty} limit 1`,
    },
  ];
}

function otherKinds(table: string, { column, old }: Pair, dialect: Dialect): readonly Obstacle[] {
  if (old === null || dialect.convert(old, column) !== null) return [];
  return [
    {
      message: `${table}.${column.name} changes from ${old.kind} to ${column.kind}, and what its values become must be decided: add a field of the new type, write the values over, and drop the old one`,
      rows: `select 1 from ${quoteName(table)} where ${quoteName(old.name)} is not null limit 1`,
    },
  ];
}
