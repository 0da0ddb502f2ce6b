import { StoreOpenError } from "../open-error.ts";
import { conversionOf } from "./convert.ts";
import type { ColumnSnapshot, Snapshot, TableSnapshot } from "./snapshot.ts";
import { columnDefinition, createIndex, createIndexes, createTable, indexName, quoteName } from "./sql.ts";

/** One change of a database. */
export interface MigrationStep {
  /** For people: `add column posts.published_at`. */
  readonly description: string;
  readonly statements: readonly string[];
  /** What is lost by it; null for nothing. */
  readonly loses: string | null;
}

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
  /** A query for the rows that make it one; null where it is one without rows, too. */
  readonly rows: string | null;
}

/** Plans the way from `from` to `to`. */
export function planMigration(from: Snapshot, to: Snapshot): MigrationPlan {
  const steps: MigrationStep[] = [];
  const obstacles: Obstacle[] = [];
  for (const table of to.tables) {
    const old = from.tables.find(({ name }) => name === table.name);
    if (old === undefined) steps.push(newTable(table));
    else changeTable(old, table, steps, obstacles);
  }
  for (const table of from.tables) {
    if (!to.tables.some(({ name }) => name === table.name)) steps.push(dropTable(table));
  }
  return { steps, obstacles };
}

/** Throws a StoreOpenError that says what a plan would lose, and how not to. */
export function assertNoLoss({ steps }: MigrationPlan): void {
  const lost = steps.flatMap(({ loses }) => loses ?? []);
  if (lost.length === 0) return;
  throw new StoreOpenError(
    `this would lose ${lost.join(" and ")}. A field that has another name now says so with "formerly"; ` +
      `to lose them all the same, run "fourfold migrate" with --allow-loss`,
  );
}

function newTable(table: TableSnapshot): MigrationStep {
  const statements = [createTable(table), ...createIndexes(table)];
  return { description: `create table ${table.name}`, statements, loses: null };
}

function dropTable({ name }: TableSnapshot): MigrationStep {
  return {
    description: `drop table ${name}`,
    statements: [`drop table ${quoteName(name)}`],
    loses: `every row of ${name}`,
  };
}

/** A column of now, and the one that it was. */
interface Pair {
  readonly column: ColumnSnapshot;
  readonly old: ColumnSnapshot | null;
}

function changeTable(
  old: TableSnapshot,
  table: TableSnapshot,
  steps: MigrationStep[],
  obstacles: Obstacle[],
): void {
  const pairs = table.columns.map((column) => ({ column, old: formerColumn(old, table, column) }));
  const dropped = old.columns.filter((each) => !pairs.some((pair) => pair.old === each));
  for (const pair of pairs) {
    obstacles.push(...emptyValues(table.name, pair), ...otherKinds(table.name, pair));
  }
  const rebuilds = pairs.some(needsRebuild) || dropped.some(({ references }) => references !== null);
  if (rebuilds) steps.push(rebuild(old, table, pairs, dropped));
  else steps.push(...alterations(table, pairs, dropped));
}

/** The column of the same name, or of the name that it had before. */
function formerColumn(
  old: TableSnapshot,
  table: TableSnapshot,
  { name, formerly }: ColumnSnapshot,
): ColumnSnapshot | null {
  const same = old.columns.find((each) => each.name === name);
  if (same !== undefined) return same;
  // A name that another column has now was not given up.
  if (formerly === null || table.columns.some((each) => each.name === formerly)) return null;
  return old.columns.find((each) => each.name === formerly) ?? null;
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

function otherKinds(table: string, { column, old }: Pair): readonly Obstacle[] {
  if (old === null || conversionOf(old, column) !== null) return [];
  return [
    {
      message: `${table}.${column.name} changes from ${old.kind} to ${column.kind}, and what its values become must be decided: add a field of the new type, write the values over, and drop the old one`,
      rows: `select 1 from ${quoteName(table)} where ${quoteName(old.name)} is not null limit 1`,
    },
  ];
}

/** SQLite can add, rename and drop columns; for all else the table is made anew (https://www.sqlite.org/lang_altertable.html). */
function needsRebuild({ column, old }: Pair): boolean {
  if (old === null) return column.notNull || column.references !== null;
  return (
    old.type !== column.type ||
    old.notNull !== column.notNull ||
    old.noCase !== column.noCase ||
    conversionOf(old, column)?.sql !== quoteName(old.name) ||
    JSON.stringify(old.references) !== JSON.stringify(column.references)
  );
}

function alterations(
  table: TableSnapshot,
  pairs: readonly Pair[],
  dropped: readonly ColumnSnapshot[],
): readonly MigrationStep[] {
  const name = quoteName(table.name);
  const steps: MigrationStep[] = [];
  const add = (description: string, statements: readonly string[], loses: string | null = null): void => {
    if (statements.length > 0) steps.push({ description, statements, loses });
  };
  for (const column of dropped) {
    const index = hasIndex(column)
      ? [`drop index if exists ${quoteName(indexName(table.name, column.name))}`]
      : [];
    const loses = `every value of ${table.name}.${column.name}`;
    add(
      `drop column ${table.name}.${column.name}`,
      [...index, `alter table ${name} drop column ${quoteName(column.name)}`],
      loses,
    );
  }
  for (const { column, old } of pairs) {
    if (old === null) add(`add column ${table.name}.${column.name}`, addColumn(table.name, column));
    else {
      if (old.name !== column.name) {
        add(
          `rename column ${table.name}.${old.name} to ${column.name}`,
          renameColumn(table.name, old, column),
        );
      } else if (old.unique !== column.unique || old.indexed !== column.indexed) {
        add(`change the index of ${table.name}.${column.name}`, changeIndex(table.name, old, column));
      }
    }
  }
  return steps;
}

function addColumn(table: string, column: ColumnSnapshot): readonly string[] {
  const fill =
    column.fill === null ? [] : [`update ${quoteName(table)} set ${quoteName(column.name)} = ${column.fill}`];
  return [
    `alter table ${quoteName(table)} add column ${columnDefinition(column)}`,
    ...fill,
    ...createIndex(table, column),
  ];
}

function renameColumn(table: string, old: ColumnSnapshot, column: ColumnSnapshot): readonly string[] {
  const rename = `alter table ${quoteName(table)} rename column ${quoteName(old.name)} to ${quoteName(column.name)}`;
  const drop = hasIndex(old) ? [`drop index if exists ${quoteName(indexName(table, old.name))}`] : [];
  return [...drop, rename, ...createIndex(table, column)];
}

function changeIndex(table: string, old: ColumnSnapshot, column: ColumnSnapshot): readonly string[] {
  const drop = hasIndex(old) ? [`drop index if exists ${quoteName(indexName(table, old.name))}`] : [];
  return [...drop, ...createIndex(table, column)];
}

function hasIndex({ name, unique, indexed }: ColumnSnapshot): boolean {
  return name !== "id" && (unique || indexed);
}

/** Makes the table anew and moves its rows over. */
function rebuild(
  old: TableSnapshot,
  table: TableSnapshot,
  pairs: readonly Pair[],
  dropped: readonly ColumnSnapshot[],
): MigrationStep {
  const temporary = `_new_${table.name}`;
  const columns = [...pairs.map(({ column }) => quoteName(column.name)), '"_version"'];
  const values = [...pairs.map(moved), '"_version"'];
  const changes = pairs
    .filter((pair) => needsRebuild(pair) || pair.old?.name !== pair.column.name)
    .map(change);
  const lost = [
    ...dropped.map(({ name }) => name),
    ...pairs.filter(losesDigits).map(({ column }) => column.name),
  ];
  return {
    description: `rebuild table ${table.name} (${[...changes, ...dropped.map(({ name }) => `without ${name}`)].join(", ")})`,
    statements: [
      createTable(table, temporary),
      `insert into ${quoteName(temporary)} (${columns.join(", ")}) select ${values.join(", ")} from ${quoteName(old.name)}`,
      `drop table ${quoteName(old.name)}`,
      `alter table ${quoteName(temporary)} rename to ${quoteName(table.name)}`,
      ...createIndexes(table),
    ],
    loses: lost.length === 0 ? null : `values of ${lost.map((name) => `${table.name}.${name}`).join(", ")}`,
  };
}

/** The value of a column in the new table. */
function moved({ column, old }: Pair): string {
  if (old === null) return column.fill ?? "null";
  // Where nothing converts the values, there are none: else it would have been an obstacle.
  const converted = conversionOf(old, column)?.sql ?? "null";
  return column.notNull && !old.notNull && column.fill !== null
    ? `coalesce(${converted}, ${column.fill})`
    : converted;
}

/** What a rebuild does to a column, in a word or two. */
function change({ column, old }: Pair): string {
  if (old === null) return `new ${column.name}`;
  return old.name === column.name ? column.name : `${old.name} as ${column.name}`;
}

function losesDigits({ column, old }: Pair): boolean {
  return old !== null && conversionOf(old, column)?.lossy === true;
}
