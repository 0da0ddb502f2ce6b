import { versionColumn } from "../../version-column.ts";
import type { ColumnChange } from "../changes.ts";
import { type ColumnSnapshot, type Snapshot, withColumn, withTable } from "../snapshot.ts";
import { quoteName } from "../sql.ts";
import type { MigrationStep, StepPart } from "../step.ts";
import { convert } from "./convert.ts";
import { constraintName, passingName } from "./names.ts";
import { alone, batches, transaction } from "./parts.ts";
import { addReference, columnDefinition, createIndex, dropConstraint, hasIndex } from "./tables.ts";

/** Rows that a back-fill changes in one transaction: writers of them wait for that long. */
const batchSize = 1_000;

/** What is told of a step, where there is something to tell. */
type Notes = Partial<
  Pick<MigrationStep, "loses" | "rewrites" | "holds" | "breaks" | "isDispensable" | "undo">
>;

/** The steps that make one change of a column. */
export function renderColumnChange(table: string, change: ColumnChange): readonly MigrationStep[] {
  switch (change.kind) {
    case "add":
      return addColumn(table, change.to);
    case "drop":
      return [dropColumn(table, change.from)];
    case "rename":
      return [renameColumn(table, change.from, change.to)];
    case "reference":
      return [changeReference(table, change.from, change.to)];
    case "type":
      return changeType(table, change.from, change.to);
    case "index":
      return changeIndex(table, change.from, change.to);
    case "required":
      return [requireValue(table, change.from, change.to)];
    case "optional":
      return [allowNull(table, change.from, change.to)];
    case "default":
      return [changeDefault(table, change.from, change.to)];
    default:
      return [];
  }
}

/** A constant default is kept beside the table, so that no row is touched (PostgreSQL 11 and later). */
function addColumn(table: string, to: ColumnSnapshot): readonly MigrationStep[] {
  const bare = { ...to, unique: false, indexed: false, references: null };
  const added = step(
    table,
    null,
    bare,
    `add column ${table}.${to.name}`,
    transaction(alter(table, `add column ${columnDefinition(to)}`)),
    {
      holds: `reads and writes of ${table}: for a moment`,
      breaks: to.notNull && to.fill === null ? `they create rows of ${table} without ${to.name}` : null,
    },
  );
  const indexed = { ...bare, unique: to.unique, indexed: to.indexed };
  const references = to.references === null ? [] : [changeReference(table, indexed, to)];
  return [added, ...changeIndex(table, bare, indexed), ...references];
}

function dropColumn(table: string, from: ColumnSnapshot): MigrationStep {
  const place = `${table}.${from.name}`;
  return step(
    table,
    from,
    null,
    `drop column ${place}`,
    transaction(alter(table, `drop column ${quoteName(from.name)}`)),
    {
      loses: `every value of ${place}`,
      holds: `reads and writes of ${table}: for a moment`,
      breaks: `they read and write ${place}`,
      // A row can be written without it.
      isDispensable: !from.notNull || from.fill !== null,
    },
  );
}

function renameColumn(table: string, from: ColumnSnapshot, to: ColumnSnapshot): MigrationStep {
  const [was, is] = [constraintName(table, from.name), constraintName(table, to.name)].map(quoteName);
  return step(
    table,
    from,
    to,
    `rename column ${table}.${from.name} to ${to.name}`,
    transaction(
      alter(table, `rename column ${quoteName(from.name)} to ${quoteName(to.name)}`),
      ...(hasIndex(from) ? [`alter index ${was} rename to ${is}`] : []),
      ...(from.references === null ? [] : [alter(table, `rename constraint ${was} to ${is}`)]),
    ),
    {
      holds: `reads and writes of ${table}: for a moment`,
      breaks: `they read and write ${table}.${from.name}`,
    },
  );
}

/** Added without a look at the rows, which would hold writers up, and then looked at while they go on. */
function changeReference(table: string, from: ColumnSnapshot, to: ColumnSnapshot): MigrationStep {
  const constraint = constraintName(table, to.name);
  const targets = [from, to].flatMap(({ references }) => references?.table ?? []);
  const held = [...new Set([table, ...targets])].join(" and ");
  const added = addReference(table, to, false);
  const parts = [
    ...transaction(dropConstraint(table, constraint), ...added),
    ...(added.length === 0 ? [] : transaction(alter(table, `validate constraint ${quoteName(constraint)}`))),
  ];
  const verb = to.references === null ? "drop" : from.references === null ? "add" : "change";
  return step(table, from, to, `${verb} the reference of ${table}.${to.name}`, parts, {
    holds: `writes of ${held}: for a moment; then all rows are read, and nobody waits`,
    breaks:
      from.references === null && to.references !== null
        ? `they may write a ${to.name} of which ${to.references.table} has no row`
        : null,
    undo: from.references === null ? [dropConstraint(table, constraint)] : [],
  });
}

/** Within a transaction, where rows are written anew: nobody may look at them meanwhile anyhow. */
function changeType(table: string, from: ColumnSnapshot, to: ColumnSnapshot): readonly MigrationStep[] {
  const description = `change ${table}.${to.name} from ${from.kind} to ${to.kind}`;
  if (from.type === to.type && convert(from, to)?.sql === quoteName(from.name)) {
    if (from.noCase === to.noCase || !hasIndex(to)) return [];
    return [replaceIndex(table, from, to, `${description} (other index)`)];
  }
  const conversion = convert(from, to);
  const [column, index] = [quoteName(to.name), quoteName(constraintName(table, to.name))];
  // Where nothing converts the values, there are none: else it would have been an obstacle.
  const using = conversion?.sql ?? `null::${to.type.replace(/ collate .*$/, "")}`;
  const isFree = widens(from, to);
  return [
    step(
      table,
      from,
      to,
      `${description} (${from.type} to ${to.type})`,
      transaction(
        ...(hasIndex(from) && from.noCase !== to.noCase ? [`drop index if exists ${index}`] : []),
        ...(from.fill === null ? [] : [alter(table, `alter column ${column} drop default`)]),
        alter(table, `alter column ${column} type ${to.type}${isFree ? "" : ` using ${using}`}`),
        ...(to.fill === null ? [] : [alter(table, `alter column ${column} set default ${to.fill}`)]),
        ...(hasIndex(to) && from.noCase !== to.noCase ? [createIndex(table, to)] : []),
      ),
      {
        loses: conversion?.lossy === true ? `digits or times of ${table}.${to.name}` : null,
        rewrites: isFree ? null : table,
        holds: isFree
          ? `reads and writes of ${table}: for a moment`
          : `reads and writes of ${table}: for as long as its rows are written anew`,
        breaks: isFree ? null : `they read and write ${to.name} as ${from.kind}`,
      },
    ),
  ];
}

/** More digits before the point of a decimal: PostgreSQL touches no row for it. */
function widens(from: ColumnSnapshot, to: ColumnSnapshot): boolean {
  if (from.kind !== "decimal" || to.kind !== "decimal" || from.scale !== to.scale) return false;
  const [before, after] = [from, to].map(({ type }) => /\d+/.exec(type)?.[0]);
  return after === undefined || (before !== undefined && Number(after) >= Number(before));
}

function changeIndex(table: string, from: ColumnSnapshot, to: ColumnSnapshot): readonly MigrationStep[] {
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
function replaceIndex(
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

/**
 * Rows are filled in batches; then a check, which looks at new rows first and at the others while everyone goes on, is what lets
 * PostgreSQL take the column as required without reading the table under its lock.
 */
function requireValue(table: string, from: ColumnSnapshot, to: ColumnSnapshot): MigrationStep {
  const [column, check] = [quoteName(to.name), passingName(table, to.name, "required")];
  const fill = to.fill === null ? [] : batches(backfill(table, to.name, to.fill));
  return step(
    table,
    from,
    to,
    `require ${table}.${to.name}`,
    [
      ...fill,
      ...transaction(
        dropConstraint(table, check),
        alter(table, `add constraint ${quoteName(check)} check (${column} is not null) not valid`),
      ),
      // What was written between the two.
      ...fill,
      ...transaction(alter(table, `validate constraint ${quoteName(check)}`)),
      ...transaction(alter(table, `alter column ${column} set not null`), dropConstraint(table, check)),
    ],
    {
      holds: `reads and writes of ${table}: for a moment, twice${to.fill === null ? "" : `; writes of ${batchSize} rows at a time while they are filled`}`,
      breaks: `they may write null for ${table}.${to.name}`,
      undo: [dropConstraint(table, check)],
    },
  );
}

/** A row that is filled has changed like any other: its version grows, and whoever watches is told. */
function backfill(table: string, column: string, fill: string): string {
  const [name, version] = [quoteName(table), quoteName(versionColumn)];
  return (
    `update ${name} set ${quoteName(column)} = ${fill}, ${version} = ${version} + 1\n` +
    `  where "id" in (select "id" from ${name} where ${quoteName(column)} is null limit ${batchSize} for no key update)`
  );
}

function allowNull(table: string, from: ColumnSnapshot, to: ColumnSnapshot): MigrationStep {
  return step(
    table,
    from,
    to,
    `make ${table}.${to.name} optional`,
    transaction(alter(table, `alter column ${quoteName(to.name)} drop not null`)),
    {
      holds: `reads and writes of ${table}: for a moment`,
      breaks: `they cannot read a row of which a newer node has left out ${to.name}`,
    },
  );
}

function changeDefault(table: string, from: ColumnSnapshot, to: ColumnSnapshot): MigrationStep {
  const change = to.fill === null ? "drop default" : `set default ${to.fill}`;
  return step(
    table,
    from,
    to,
    `change the default of ${table}.${to.name}`,
    transaction(alter(table, `alter column ${quoteName(to.name)} ${change}`)),
    { holds: `reads and writes of ${table}: for a moment` },
  );
}

function alter(table: string, what: string): string {
  return `alter table ${quoteName(table)} ${what}`;
}

function step(
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
