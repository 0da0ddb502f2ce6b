import type { ColumnChange } from "../changes.ts";
import type { ColumnSnapshot } from "../snapshot.ts";
import { quoteName } from "../sql.ts";
import type { MigrationStep } from "../step.ts";
import { alter, step } from "./column-step.ts";
import { convert } from "./convert.ts";
import { changeIndex, replaceIndex } from "./index-changes.ts";
import { constraintName } from "./names.ts";
import { transaction } from "./parts.ts";
import { requireValue } from "./require-value.ts";
import { addReference, columnDefinition, createIndex, dropConstraint, hasIndex } from "./tables.ts";

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
