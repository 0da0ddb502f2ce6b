import { type Change, columnChanges } from "../changes.ts";
import { type Snapshot, type TableSnapshot, withColumn, withTable } from "../snapshot.ts";
import { quoteName } from "../sql.ts";
import type { MigrationStep } from "../step.ts";
import { renderColumnChange } from "./columns.ts";
import { constraintName } from "./names.ts";
import { transaction } from "./parts.ts";
import { addReference, createIndex, createTable, dropConstraint, hasIndex } from "./tables.ts";

/**
 * The steps that make changes in PostgreSQL, each of which can be run again where it was interrupted. What widens comes first, what
 * running nodes may still need goes last.
 */
export function render(changes: readonly Change[]): readonly MigrationStep[] {
  const created = changes.flatMap((each) => (each.kind === "createTable" ? [each.table] : []));
  const dropped = changes.flatMap((each) => (each.kind === "dropTable" ? [each.table] : []));
  const altered = changes.flatMap((each) =>
    each.kind === "changeTable"
      ? columnChanges(each).map((change) => ({ table: each.table.name, change }))
      : [],
  );
  const steps = (of: typeof altered): readonly MigrationStep[] =>
    of.flatMap(({ table, change }) => renderColumnChange(table, change));
  return [
    ...created.map(newTable),
    ...created.flatMap((table) => newReferences(table, created)),
    ...steps(altered.filter(({ change }) => change.kind !== "drop")),
    ...steps(altered.filter(({ change }) => change.kind === "drop")),
    ...dropped.flatMap(oldReferences),
    ...dropped.map(oldTable),
  ];
}

const quiet = {
  loses: null,
  rewrites: null,
  holds: null,
  breaks: null,
  isDispensable: false,
  undo: [],
} as const;

function newTable(table: TableSnapshot): MigrationStep {
  const bare = { ...table, columns: table.columns.map((column) => ({ ...column, references: null })) };
  const indexes = table.columns.filter(hasIndex).map((column) => createIndex(table.name, column));
  return {
    ...quiet,
    description: `create table ${table.name}`,
    parts: transaction(createTable(table), ...indexes),
    after: (before) => withTable(before, table.name, bare),
  };
}

/** Once all tables are there: they may refer to each other. */
function newReferences(table: TableSnapshot, created: readonly TableSnapshot[]): readonly MigrationStep[] {
  const columns = table.columns.filter(({ references }) => references !== null);
  if (columns.length === 0) return [];
  const targets = [...new Set(columns.flatMap(({ references }) => references?.table ?? []))].filter(
    (target) => !created.some(({ name }) => name === target),
  );
  return [
    {
      ...quiet,
      description: `add the references of ${table.name}`,
      parts: transaction(
        ...columns.map(({ name }) => dropConstraint(table.name, constraintName(table.name, name))),
        ...columns.flatMap((column) => addReference(table.name, column, true)),
      ),
      holds: targets.length === 0 ? null : `writes of ${targets.join(" and ")}: for a moment`,
      after: (before) => withTable(before, table.name, table),
    },
  ];
}

/** So that tables that refer to each other can go one by one. */
function oldReferences(table: TableSnapshot): readonly MigrationStep[] {
  const columns = table.columns.filter(({ references }) => references !== null);
  if (columns.length === 0) return [];
  return [
    {
      ...quiet,
      description: `drop the references of ${table.name}`,
      parts: transaction(
        ...columns.map(({ name }) => dropConstraint(table.name, constraintName(table.name, name))),
      ),
      holds: `reads and writes of ${table.name}, writes of what it refers to: for a moment`,
      after: (before) => withoutReferences(before, table),
    },
  ];
}

function withoutReferences(before: Snapshot, table: TableSnapshot): Snapshot {
  return withTable(
    before,
    table.name,
    table.columns.reduce((now, column) => withColumn(now, column, { ...column, references: null }), table),
  );
}

function oldTable({ name }: TableSnapshot): MigrationStep {
  return {
    ...quiet,
    description: `drop table ${name}`,
    parts: transaction(`drop table ${quoteName(name)}`),
    loses: `every row of ${name}`,
    holds: `reads and writes of ${name}: for a moment`,
    breaks: `they read and write ${name}`,
    isDispensable: true,
    after: (before) => withTable(before, name, null),
  };
}
