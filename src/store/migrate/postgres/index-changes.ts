import type { ColumnSnapshot } from "../snapshot.ts";
import { quoteName } from "../sql.ts";
import type { MigrationStep } from "../step.ts";
import { step } from "./column-step.ts";
import { constraintName, passingName } from "./names.ts";
import { alone, transaction } from "./parts.ts";
import { createIndex, hasIndex } from "./tables.ts";

/** The steps that give a column another index, or none, while others read and write. */
export function changeIndex(
  table: string,
  from: ColumnSnapshot,
  to: ColumnSnapshot,
): readonly MigrationStep[] {
  const [had, has] = [hasIndex(from), hasIndex(to)];
  const place = `${table}.${to.name}`;
  if (!had && !has) return [];
  if (had && has) {
    // A unique column that is indexed besides has one index for both.
    if (from.unique === to.unique) return [];
    return [replaceIndex(table, from, to, `make ${place} ${to.unique ? "unique" : "not unique"}`)];
  }
  const drop = `drop index concurrently if exists ${quoteName(constraintName(table, to.name))}`;
  if (!has)
    return [
      step(table, from, to, `drop the index of ${place}`, alone(drop), { isDispensable: !from.unique }),
    ];
  return [
    step(
      table,
      from,
      to,
      to.unique ? `make ${place} unique` : `index ${place}`,
      alone(drop, createIndex(table, to, "concurrently ")),
      { breaks: refusals(table, from, to) },
    ),
  ];
}

/** The new one is there before the old one goes, so that it is unique, or found fast, all the time. */
export function replaceIndex(
  table: string,
  from: ColumnSnapshot,
  to: ColumnSnapshot,
  description: string,
): MigrationStep {
  const [name, passing] = [constraintName(table, to.name), passingName(table, to.name, "new")];
  return step(
    table,
    from,
    to,
    description,
    [
      ...alone(
        `drop index concurrently if exists ${quoteName(passing)}`,
        createIndex(table, to, "concurrently ", passing),
      ),
      ...transaction(
        `drop index if exists ${quoteName(name)}`,
        `alter index ${quoteName(passing)} rename to ${quoteName(name)}`,
      ),
    ],
    { holds: `reads and writes of ${table}: for a moment`, breaks: refusals(table, from, to) },
  );
}

function refusals(table: string, from: ColumnSnapshot, to: ColumnSnapshot): string | null {
  const isStricter = to.unique && (!from.unique || (to.noCase && !from.noCase));
  return isStricter ? `they may write a ${to.name} that another row of ${table} has` : null;
}
