import type { Awaitable } from "../base/awaitable.ts";
import type { Condition } from "../schema/condition.ts";
import type { StoredRow } from "../schema/table.ts";

/**
 * Every change of the rows of watched tables, in the order of their commits, for the time that it is kept. `invoke` reads it for
 * those who watch; whatever writes to the database writes to it, in the same transaction.
 */
export interface ChangeLog {
  /** Changes of all tables after a position, the earliest first; `limit` of them at most, and fewer where their rows are large. */
  read(after: number, limit: number): Awaitable<LogPage>;
  /** Those of one table, of which a few thousand positions are looked through at most, and fewer where rows are large: the page says how far. */
  readTable(table: string, after: number): Awaitable<LogPage>;
  /** Rows, and the position at which they were so. */
  snapshot(table: string, query: SnapshotQuery): Awaitable<SnapshotPage>;
  /** How the log stands. */
  bounds(): Awaitable<LogBounds>;
  /** Tells a table's history from another one, of which positions say nothing here. */
  identity(table: string): string;
  /** Compiles a condition, which holds for a logged row exactly when the store finds it. */
  test(table: string, condition: Condition): RowTest;
  /** Has `listener` called when there is more to read; null calls nobody. */
  whenAdded(listener: WhenAdded | null): void;
  /** Forgets the earliest changes, `limit` at most, as far as they were made before a time (ms since the epoch). Answers how many. */
  trim(before: number, limit: number): Promise<number>;
  /** Rows that anybody has changed, for caches; null where whoever writes tells all caches itself. */
  readonly touches: Touches | null;
}

/**
 * Which rows have been changed, whoever has done it: other nodes, and programs that know nothing of this one. `invoke` asks several times a
 * second, for what it has kept of them.
 */
export interface Touches {
  /** Rows changed after a position, in any order, and some before it; null for the position alone. All that is committed when it is asked is in it. */
  since(position: number | null): Promise<TouchedRows>;
  close(): void;
}

/** Rows, by their tables. */
export interface TouchedRows {
  readonly rows: readonly { readonly table: string; readonly id: string }[];
  /** Where the next question begins. */
  readonly upTo: number;
  /** It is not known which rows they are: there are too many, or it is too long ago. */
  readonly isCut: boolean;
}

/**
 * Hears that there is more in the log. `isOwn`: by a commit of this process; the database itself may tell of those of others, too, and
 * of what may have been missed.
 */
export type WhenAdded = (isOwn: boolean) => void;

/** Positions are whole numbers, and grow with each commit. */
export interface LogBounds {
  /** All that came after this one is there. */
  readonly oldest: number;
  /** That of the last change. */
  readonly newest: number;
}

/** A part of the log. */
export interface LogPage {
  readonly changes: readonly LoggedChange[];
  /** Whatever comes up to this position is in the page, or was in one before it. */
  readonly upTo: number;
  /** Something in between is not kept any more. */
  readonly isCut: boolean;
  /** The page is full, so that there may be more after it. */
  readonly isFull: boolean;
}

/** Some of a table's rows in the order of their ids, `limit` at most. */
export interface SnapshotQuery {
  readonly where: Condition;
  /** Begins after this row. */
  readonly after: StoredRow | null;
  readonly limit: number;
}

/** Rows as they were at a position. */
export interface SnapshotPage {
  readonly rows: readonly StoredRow[];
  readonly position: number;
}

/** One change of one row. */
export interface LoggedChange {
  readonly position: number;
  readonly table: string;
  readonly id: string;
  readonly kind: "created" | "updated" | "deleted";
  /** The row before it; null where it was created. */
  readonly before: LoggedRow | null;
  /** The row after it; null where it was deleted. */
  readonly after: LoggedRow | null;
  /** Characters that its rows take in the log: what it costs to keep it. */
  readonly size: number;
}

/** A row in the log. It is decoded when it is first looked at. */
export interface LoggedRow {
  readonly row: StoredRow;
}

/** Whether a condition holds for a row of the log that it was compiled by. */
export type RowTest = (row: LoggedRow) => boolean;
