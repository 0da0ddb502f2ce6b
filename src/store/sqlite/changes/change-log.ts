import type { SQLInputValue } from "node:sqlite";
import { type Awaitable, whenReady } from "../../../base/awaitable.ts";
import type { Condition } from "../../../schema/condition.ts";
import type { TableModel } from "../../../schema/table.ts";
import type {
  ChangeLog,
  LogBounds,
  LoggedChange,
  LogPage,
  RowTest,
  SnapshotPage,
  SnapshotQuery,
  WhenAdded,
} from "../../changes.ts";
import { compileTest } from "../../row-test.ts";
import type { RawValues } from "../../sql/row-decoder.ts";
import type { Connection } from "../connection.ts";
import type { TableAccess } from "../table-access.ts";
import type { WriteQueue } from "../write-queue.ts";
import { LoggedRows, SqliteLoggedRow } from "./logged-row.ts";

const columns = `"position", "table", "row_id", "kind", "version", "before", "after"`;
const readAll = `select ${columns} from "fourfold_changes" where "position" > ? order by "position" limit ?`;
const readTable = `select ${columns} from "fourfold_changes"
  where "position" > ? and "position" <= ? and "table" = ? order by "position"`;
const readBounds = `select (select min("position") from "fourfold_changes"), (select max("position") from "fourfold_changes")`;
/** The earliest changes up to the first one that is to be kept, whatever the clock said of those after it. */
const trimmed = `delete from "fourfold_changes" where "position" < (
  select min(
    (select max("position") from "fourfold_changes"),
    (select min("position") from "fourfold_changes") + ?1,
    coalesce(
      (select min("position") from "fourfold_changes"
        where "at" >= ?2 and "position" < (select min("position") from "fourfold_changes") + ?1),
      9007199254740991
    )
  )
)`;

/** Positions that are looked through at once for the changes of one table. */
const window = 2_000;

/** Characters of rows that a page has at least when it is full: whoever reads slowly keeps one in memory. */
const fullPage = 512 * 1024;

/** What a log reads by. */
export interface ChangeLogParts {
  readonly reader: Connection;
  readonly writer: Connection;
  readonly queue: WriteQueue;
  /** Watched tables, with who reads their rows over the connection for reading. */
  readonly tables: ReadonlyMap<TableModel, TableAccess>;
  /** Resolves when what `reader` sees has been committed; null where it has. */
  readonly whenSettled: () => Promise<void> | null;
}

/** The log of changes in SQLite, which triggers write. */
export class SqliteChangeLog implements ChangeLog {
  readonly touches = null;
  readonly #parts: ChangeLogParts;
  readonly #rows: ReadonlyMap<string, LoggedRows>;
  readonly #models: ReadonlyMap<string, TableModel>;
  readonly #access: ReadonlyMap<string, TableAccess>;
  readonly #identities: ReadonlyMap<string, string>;
  /** The last position that a commit of this process was seen to have added. */
  #added: number;

  constructor(parts: ChangeLogParts) {
    this.#parts = parts;
    const models = [...parts.tables.keys()];
    this.#rows = new Map(models.map((model) => [model.name, new LoggedRows(model)]));
    this.#models = new Map(models.map((model) => [model.name, model]));
    this.#access = new Map([...parts.tables].map(([{ name }, access]) => [name, access]));
    const known = parts.writer.all(`select "table", "identity" from "fourfold_watched"`, []);
    this.#identities = new Map(known.map((row) => [String(row["table"]), String(row["identity"])]));
    this.#added = 0;
  }

  read(after: number, limit: number): Awaitable<LogPage> {
    return this.#settled(() => {
      const { rows, isFull } = this.#select(readAll, [after, limit]);
      const upTo = Number(rows.at(-1)?.[0] ?? after);
      // Positions have no gaps, so that one tells of changes that were forgotten.
      const isCut = rows.length > 0 && rows[0]?.[0] !== after + 1;
      const changes = rows.flatMap((row) => this.#toChange(row));
      return { changes, upTo, isCut, isFull: isFull || rows.length === limit };
    });
  }

  readTable(table: string, after: number): Awaitable<LogPage> {
    return this.#settled(() => {
      // Others write meanwhile: what comes after `upTo` is for the next page, and what is forgotten shows in the bounds afterwards.
      const { newest } = this.#bounds();
      const last = Math.min(after + window, newest);
      const { rows, isFull } = this.#select(readTable, [after, last, table]);
      const { oldest } = this.#bounds();
      const upTo = isFull ? Number(rows.at(-1)?.[0]) : last;
      const changes = rows.flatMap((row) => this.#toChange(row));
      return { changes, upTo, isCut: after < oldest, isFull: upTo < newest };
    });
  }

  snapshot(table: string, asked: SnapshotQuery): Awaitable<SnapshotPage> {
    return this.#settled(() => {
      const access = found(this.#access, table);
      const query = { ...asked, order: [] };
      const { reader, writer } = this.#parts;
      if (reader === writer) return { rows: access.list(query), position: this.#bounds().newest };
      reader.execute("begin");
      try {
        return { position: this.#bounds().newest, rows: access.list(query) };
      } finally {
        reader.execute("commit");
      }
    });
  }

  bounds(): Awaitable<LogBounds> {
    return this.#settled(() => this.#bounds());
  }

  identity(table: string): string {
    return found(this.#identities, table);
  }

  test(table: string, condition: Condition): RowTest {
    const test = compileTest(condition, found(this.#models, table));
    return ({ row }) => test(row);
  }

  whenAdded(listener: WhenAdded | null): void {
    const { queue, writer } = this.#parts;
    this.#added = this.#newest(writer);
    queue.whenCommitted = listener === null ? null : () => this.#committed(listener);
  }

  trim(before: number, limit: number): Promise<number> {
    const { queue, writer } = this.#parts;
    return queue.write(() => writer.run(trimmed, [limit, before]));
  }

  #committed(listener: WhenAdded): void {
    let newest: number;
    try {
      newest = this.#newest(this.#parts.writer);
    } catch {
      // What was committed stays so; whoever reads the log will find out what is wrong.
      newest = Number.NaN;
    }
    if (newest === this.#added) return;
    this.#added = newest;
    listener(true);
  }

  #settled<T>(read: () => T): Awaitable<T> {
    const settled = this.#parts.whenSettled();
    return settled === null ? read() : whenReady(settled, () => this.#settled(read));
  }

  #select(
    sql: string,
    parameters: readonly SQLInputValue[],
  ): { readonly rows: readonly RawValues[]; readonly isFull: boolean } {
    let size = 0;
    const rows = this.#parts.reader.rowsUntil(sql, parameters, ([, , , , , before, after]) => {
      size += lengthOf(before) + lengthOf(after);
      return size >= fullPage;
    });
    return { rows, isFull: size >= fullPage };
  }

  #bounds(): LogBounds {
    const [first, last] = this.#parts.reader.row(readBounds, [], false) ?? [];
    return { oldest: Number(first ?? 1) - 1, newest: Number(last ?? 0) };
  }

  #newest(connection: Connection): number {
    return Number(connection.row(`select max("position") from "fourfold_changes"`, [], false)?.[0] ?? 0);
  }

  /** Nothing for a table that this process does not know, as a newer release may have it. */
  #toChange([position, table, id, kind, version, before, after]: RawValues): readonly LoggedChange[] {
    const rows = this.#rows.get(String(table));
    if (rows === undefined || !isKind(kind)) return [];
    const toRow = (text: unknown, of: number): SqliteLoggedRow | null =>
      typeof text === "string" ? new SqliteLoggedRow(rows, text, of) : null;
    const last = Number(version);
    return [
      {
        position: Number(position),
        table: String(table),
        id: String(id),
        kind,
        before: toRow(before, kind === "deleted" ? last : last - 1),
        after: toRow(after, last),
        size: lengthOf(before) + lengthOf(after),
      },
    ];
  }
}

function lengthOf(text: unknown): number {
  return typeof text === "string" ? text.length : 0;
}

function isKind(kind: unknown): kind is LoggedChange["kind"] {
  return kind === "created" || kind === "updated" || kind === "deleted";
}

function found<T>(map: ReadonlyMap<string, T>, table: string): T {
  const value = map.get(table);
  if (value === undefined) throw new Error(`There is no log of the table "${table}"`);
  return value;
}
