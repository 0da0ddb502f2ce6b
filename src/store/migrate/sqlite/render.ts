import { versionColumn } from "../../version-column.ts";
import { type Change, type ColumnChange, columnChanges, type Pair, type TableChange } from "../changes.ts";
import { type Snapshot, withTable } from "../snapshot.ts";
import { quoteName } from "../sql.ts";
import type { MigrationStep } from "../step.ts";
import { convert } from "./convert.ts";
import { columnDefinition, createIndex, createIndexes, createTable, dropIndex } from "./tables.ts";

/** The steps that make a change in SQLite, of which each is run in one transaction with all others. */
export function renderChange(change: Change): readonly MigrationStep[] {
  switch (change.kind) {
    case "createTable": {
      const { table } = change;
      const statements = [createTable(table), ...createIndexes(table)];
      return [
        step(`create table ${table.name}`, statements, (before) => withTable(before, table.name, table)),
      ];
    }
    case "dropTable": {
      const { name } = change.table;
      const statements = [`drop table ${quoteName(name)}`];
      const after = (before: Snapshot): Snapshot => withTable(before, name, null);
      return [step(`drop table ${name}`, statements, after, `every row of ${name}`)];
    }
    default: {
      const changes = columnChanges(change);
      return changes.some(needsRebuild)
        ? [rebuild(change, changes)]
        : changes.flatMap((each) => alteration(change, each));
    }
  }
}

/** SQLite can add, rename and drop columns; for all else the table is made anew (https://www.sqlite.org/lang_altertable.html). */
function needsRebuild(change: ColumnChange): boolean {
  switch (change.kind) {
    case "add":
      return change.to.notNull || change.to.references !== null;
    case "drop":
      return change.from.references !== null;
    case "type":
      return isOther(change.from, change.to);
    case "optional":
    case "required":
    case "reference":
      return true;
    default:
      return false;
  }
}

function isOther(from: Pair["column"], to: Pair["column"]): boolean {
  return (
    from.type !== to.type || from.noCase !== to.noCase || convert(from, to)?.sql !== quoteName(from.name)
  );
}

function alteration(of: TableChange, change: ColumnChange): readonly MigrationStep[] {
  const table = of.table.name;
  const after = (before: Snapshot): Snapshot => withTable(before, table, of.table);
  const alter = `alter table ${quoteName(table)}`;
  switch (change.kind) {
    case "add": {
      const place = `${table}.${change.to.name}`;
      return [step(`add column ${place}`, addColumn(table, change.to), after)];
    }
    case "drop": {
      const place = `${table}.${change.from.name}`;
      const drop = `${alter} drop column ${quoteName(change.from.name)}`;
      const loses = `every value of ${place}`;
      return [step(`drop column ${place}`, [...dropIndex(table, change.from), drop], after, loses)];
    }
    case "rename": {
      const { from, to } = change;
      const rename = `${alter} rename column ${quoteName(from.name)} to ${quoteName(to.name)}`;
      const statements = [...dropIndex(table, from), rename, ...createIndex(table, to)];
      return [step(`rename column ${table}.${from.name} to ${to.name}`, statements, after)];
    }
    case "index": {
      const { from, to } = change;
      const statements = [...dropIndex(table, from), ...createIndex(table, to)];
      return statements.length === 0
        ? []
        : [step(`change the index of ${table}.${to.name}`, statements, after)];
    }
    default:
      return [];
  }
}

function addColumn(table: string, column: Pair["column"]): readonly string[] {
  const name = quoteName(column.name);
  const fill = column.fill === null ? [] : [`update ${quoteName(table)} set ${name} = ${column.fill}`];
  return [
    `alter table ${quoteName(table)} add column ${columnDefinition(column)}`,
    ...fill,
    ...createIndex(table, column),
  ];
}

/** Makes the table anew and moves its rows over. */
function rebuild(change: TableChange, changes: readonly ColumnChange[]): MigrationStep {
  const { old, table, pairs, dropped } = change;
  const temporary = quoteName(`_new_${table.name}`);
  const columns = [...pairs.map(({ column }) => quoteName(column.name)), quoteName(versionColumn)];
  const values = [...pairs.map(moved), quoteName(versionColumn)];
  const lost = [...dropped, ...pairs.filter(losesDigits).map(({ column }) => column)].map(
    ({ name }) => `${table.name}.${name}`,
  );
  return step(
    `rebuild table ${table.name} (${wordsFor(change, changes).join(", ")})`,
    [
      createTable(table, `_new_${table.name}`),
      `insert into ${temporary} (${columns.join(", ")}) select ${values.join(", ")} from ${quoteName(old.name)}`,
      `drop table ${quoteName(old.name)}`,
      `alter table ${temporary} rename to ${quoteName(table.name)}`,
      ...createIndexes(table),
    ],
    (before) => withTable(before, table.name, table),
    lost.length === 0 ? null : `values of ${lost.join(", ")}`,
  );
}

/** What a rebuild does, column by column, in a word or two each. */
function wordsFor({ pairs, dropped }: TableChange, changes: readonly ColumnChange[]): readonly string[] {
  const concerned = pairs.filter(({ column }) =>
    changes.some(
      (each) =>
        "to" in each && each.to.name === column.name && (each.kind === "rename" || needsRebuild(each)),
    ),
  );
  return [
    ...concerned.map(({ column, old }) => {
      if (old === null) return `new ${column.name}`;
      return old.name === column.name ? column.name : `${old.name} as ${column.name}`;
    }),
    ...dropped.map(({ name }) => `without ${name}`),
  ];
}

/** The value of a column in the new table. */
function moved({ column, old }: Pair): string {
  if (old === null) return column.fill ?? "null";
  // Where nothing converts the values, there are none: else it would have been an obstacle.
  const converted = convert(old, column)?.sql ?? "null";
  return column.notNull && !old.notNull && column.fill !== null
    ? `coalesce(${converted}, ${column.fill})`
    : converted;
}

function losesDigits({ column, old }: Pair): boolean {
  return old !== null && convert(old, column)?.lossy === true;
}

function step(
  description: string,
  statements: readonly string[],
  after: MigrationStep["after"],
  loses: string | null = null,
): MigrationStep {
  const parts = [{ mode: "transaction", statements } as const];
  // Everything is in one transaction, which others wait for; nodes of before are stopped for it.
  return {
    description,
    parts,
    loses,
    rewrites: null,
    holds: null,
    breaks: null,
    isDispensable: false,
    undo: [],
    after,
  };
}
