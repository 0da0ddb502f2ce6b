import { versionColumn } from "../version-column.ts";
import type { ColumnSnapshot, ReferenceSnapshot, Snapshot, TableSnapshot } from "./snapshot.ts";

/** A database's own tables, as its catalog has them. */
export type LiveTables = ReadonlyMap<string, LiveTable>;

export interface LiveTable {
  readonly columns: ReadonlyMap<string, LiveColumn>;
  /** What is wrong with it besides, each as a sentence. */
  readonly faults: readonly string[];
}

export interface LiveColumn {
  /** As the snapshot names it, in lower case. */
  readonly type: string;
  readonly notNull: boolean;
  readonly isKey: boolean;
  /** Compared without regard to case. */
  readonly noCase: boolean;
  /** `users on delete CASCADE` */
  readonly references: string | null;
  /** Over this column only. */
  readonly index: LiveIndex | null;
  /** What is wrong with it besides, each as the end of a sentence that begins with its name. */
  readonly faults: readonly string[];
}

export type LiveIndex = "unique" | "plain";

const clauses = { restrict: "RESTRICT", cascade: "CASCADE", setNull: "SET NULL" } as const;

/** How the tables that a database has differ from those that it shall have. */
export function compareTables(live: LiveTables, { tables }: Snapshot): readonly string[] {
  const wanted = new Set(tables.map(({ name }) => name));
  return [
    ...tables.flatMap((table) => {
      const found = live.get(table.name);
      return found === undefined ? [`table ${table.name} is missing`] : compareTable(found, table);
    }),
    ...[...live.keys()]
      .filter((name) => !wanted.has(name))
      .map((name) => `table ${name} is not in the definition`),
  ];
}

function compareTable(live: LiveTable, table: TableSnapshot): readonly string[] {
  const names = new Set([...table.columns.map(({ name }) => name), versionColumn]);
  return [
    ...(live.columns.has(versionColumn) ? [] : [`${table.name}.${versionColumn} is missing`]),
    ...table.columns.flatMap((column) => {
      const place = `${table.name}.${column.name}`;
      const found = live.columns.get(column.name);
      if (found === undefined) return [`${place} is missing`];
      return compareColumn(found, column).map((difference) => `${place} ${difference}`);
    }),
    ...[...live.columns.keys()]
      .filter((name) => !names.has(name))
      .map((name) => `${table.name}.${name} is not in the definition`),
    ...live.faults,
  ];
}

function compareColumn(live: LiveColumn, column: ColumnSnapshot): readonly string[] {
  return [
    ...differs("is", live.type, column.type.toLowerCase()),
    ...differs("is", live.notNull ? "required" : "optional", column.notNull ? "required" : "optional"),
    ...(column.name === "id" && !live.isKey ? ["is not the primary key"] : []),
    ...(live.noCase === column.noCase
      ? []
      : [`compares ${column.noCase ? "with" : "without"} regard to case`]),
    ...differs("refers to", live.references ?? "nothing", referenceText(column.references)),
    ...differs("has", indexText(live.index), indexText(wantedIndex(column))),
    ...live.faults,
  ];
}

function differs(verb: string, actual: string, wanted: string): readonly string[] {
  return actual === wanted ? [] : [`${verb} ${actual} in place of ${wanted}`];
}

function referenceText(references: ReferenceSnapshot | null): string {
  return references === null ? "nothing" : `${references.table} on delete ${clauses[references.onDelete]}`;
}

function wantedIndex({ name, unique, indexed }: ColumnSnapshot): LiveIndex | null {
  if (name === "id" || unique) return "unique";
  return indexed ? "plain" : null;
}

function indexText(index: LiveIndex | null): string {
  if (index === null) return "no index";
  return index === "unique" ? "a unique index" : "an index";
}
