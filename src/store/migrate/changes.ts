import type { ColumnSnapshot, Snapshot, TableSnapshot } from "./snapshot.ts";

/** What a database's tables must go through, as data: each dialect makes statements of it. */
export type Change =
  | { readonly kind: "createTable"; readonly table: TableSnapshot }
  | { readonly kind: "dropTable"; readonly table: TableSnapshot }
  | TableChange;

/** A table of now, and the one that it was. */
export interface TableChange {
  readonly kind: "changeTable";
  readonly old: TableSnapshot;
  readonly table: TableSnapshot;
  readonly pairs: readonly Pair[];
  readonly dropped: readonly ColumnSnapshot[];
}

/** A column of now, and the one that it was; null for a new one. */
export interface Pair {
  readonly column: ColumnSnapshot;
  readonly old: ColumnSnapshot | null;
}

/** One aspect of one column that becomes another: all others are the same in `from` and `to`. */
export type ColumnChange =
  | { readonly kind: "add"; readonly to: ColumnSnapshot }
  | { readonly kind: "drop"; readonly from: ColumnSnapshot }
  | { readonly kind: Aspect; readonly from: ColumnSnapshot; readonly to: ColumnSnapshot };

/** `type` has the default with it where the database has another type for it. `reference` comes twice where one reference takes another's place. */
export type Aspect =
  | "rename"
  | "reference"
  | "optional"
  | "type"
  | "default"
  | "required"
  | "index"
  /** Where a name came from: nothing that a database knows of. */
  | "formerly";

/** What is different between two states of a database: new tables first, what is gone last. */
export function changesBetween(from: Snapshot, to: Snapshot): readonly Change[] {
  const created = to.tables.filter((table) => !has(from, table));
  const dropped = from.tables.filter((table) => !has(to, table));
  return [
    ...created.map((table): Change => ({ kind: "createTable", table })),
    ...to.tables.flatMap((table) => {
      const old = from.tables.find(({ name }) => name === table.name);
      return old === undefined ? [] : tableChange(old, table);
    }),
    ...dropped.map((table): Change => ({ kind: "dropTable", table })),
  ];
}

/** Every change of a table's columns, in an order in which each is possible. */
export function columnChanges({ pairs, dropped }: TableChange): readonly ColumnChange[] {
  return [
    ...dropped.map((from): ColumnChange => ({ kind: "drop", from })),
    ...pairs.flatMap(({ column, old }): readonly ColumnChange[] =>
      old === null ? [{ kind: "add", to: column }] : aspects(old, column),
    ),
  ];
}

function has({ tables }: Snapshot, { name }: TableSnapshot): boolean {
  return tables.some((each) => each.name === name);
}

function tableChange(old: TableSnapshot, table: TableSnapshot): TableChange {
  const pairs = table.columns.map((column) => ({ column, old: formerColumn(old, table, column) }));
  const dropped = old.columns.filter((each) => !pairs.some((pair) => pair.old === each));
  return { kind: "changeTable", old, table, pairs, dropped };
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

/** From one column to another, one aspect at a time. */
function aspects(old: ColumnSnapshot, column: ColumnSnapshot): readonly ColumnChange[] {
  const changes: ColumnChange[] = [];
  let from = old;
  const change = (kind: Aspect, different: Partial<ColumnSnapshot>): void => {
    const to = { ...from, ...different };
    if (JSON.stringify(to) !== JSON.stringify(from)) changes.push({ kind, from, to });
    from = to;
  };
  const { kind, type, scale, noCase, fill, unique, indexed, references } = column;
  change("rename", { name: column.name });
  if (JSON.stringify(old.references) !== JSON.stringify(references))
    change("reference", { references: null });
  if (!column.notNull) change("optional", { notNull: false });
  change("type", { kind, type, scale, noCase, ...(old.type === type ? {} : { fill }) });
  change("default", { fill });
  change("required", { notNull: column.notNull });
  change("index", { unique, indexed });
  change("reference", { references });
  change("formerly", { formerly: column.formerly });
  return changes;
}
