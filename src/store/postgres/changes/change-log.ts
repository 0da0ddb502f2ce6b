import type { Condition } from "../../../schema/condition.ts";
import type {
  ChangeLog,
  LogBounds,
  LoggedChange,
  LogPage,
  RowTest,
  SnapshotPage,
  SnapshotQuery,
  Touches,
  WhenAdded,
} from "../../changes.ts";
import { compileTest } from "../../row-test.ts";
import type { Statement } from "../../sql/compiled-statement.ts";
import type { RawValues } from "../../sql/row-decoder.ts";
import type { Pool } from "../pool/pool.ts";
import type { Queries } from "../pool/statement.ts";
import { PoolRunner, type ReadCounts } from "../pool-runner.ts";
import { retrying } from "../retry.ts";
import { run } from "../runner.ts";
import { endsWhenSilent } from "../silence.ts";
import type { TableCode } from "../table-code.ts";
import type { SqlValue } from "../values.ts";
import { LoggedRows, membersAsText, PostgresLoggedRow } from "./logged-row.ts";
import type { Notices } from "./notices.ts";
import type { Placement } from "./placement.ts";
import { PostgresTouches } from "./touches.ts";
import { lockLog, logChannel } from "./triggers.ts";

/** Nobody gives positions while a snapshot is read: a reader who is gone must not hold them up. */
const silentMs = 5_000;
const columns = `"position", "table", "row_id", "kind", ${membersAsText("before")}, ${membersAsText("after")}`;
const readAll = `select ${columns} from "fourfold_changes" where "position" > $1 order by "position" limit $2`;
const readTable = `select ${columns} from "fourfold_changes"
  where "position" > $1 and "position" <= $2 and "table" = $3 order by "position"`;
const readBounds = `select (select min("position") from "fourfold_changes"), (select max("position") from "fourfold_changes")`;
/** The earliest changes up to the first one that is to be kept, whatever the clock said of those after it. */
const trimmed = `delete from "fourfold_changes" where "position" < (
  select least(
    (select max("position") from "fourfold_changes"),
    (select min("position") from "fourfold_changes") + $1::bigint,
    (select min("position") from "fourfold_changes"
      where "at" >= $2::bigint and "position" < (select min("position") from "fourfold_changes") + $1::bigint)
  )
)`;

/** Positions that are looked through at once for the changes of one table. */
const window = 2_000;

/** What a log reads by. */
export interface ChangeLogParts {
  readonly pool: Pool;
  readonly counts: ReadCounts;
  readonly placement: Placement;
  readonly notices: Notices;
  /** Watched tables. */
  readonly tables: readonly TableCode[];
  /** By table. */
  readonly identities: ReadonlyMap<string, string>;
}

/** The log of changes in PostgreSQL, which triggers write. */
export class PostgresChangeLog implements ChangeLog {
  readonly touches: Touches;
  readonly #parts: ChangeLogParts;
  readonly #tables: ReadonlyMap<string, LoggedTable>;
  readonly #runner: PoolRunner;

  constructor(parts: ChangeLogParts) {
    this.#parts = parts;
    this.touches = new PostgresTouches(parts.pool);
    this.#tables = new Map(
      parts.tables.map((code) => [code.model.name, { code, rows: new LoggedRows(code.model) }]),
    );
    this.#runner = new PoolRunner(parts.pool, parts.counts, null);
  }

  async read(after: number, limit: number): Promise<LogPage> {
    await this.#parts.placement.upToDate();
    const rows = await this.#select(readAll, [after, limit]);
    const upTo = Number(rows.at(-1)?.[0] ?? after);
    // Positions have no gaps, so that one tells of changes that were forgotten.
    const isCut = rows.length > 0 && Number(rows[0]?.[0]) !== after + 1;
    const changes = rows.flatMap((row) => this.#toChange(row));
    return { changes, upTo, isCut, isFull: rows.length === limit };
  }

  async readTable(table: string, after: number): Promise<LogPage> {
    // Others write meanwhile: what comes after `upTo` is for the next page, and what is forgotten shows in the bounds afterwards.
    const { newest } = await this.bounds();
    const upTo = Math.min(after + window, newest);
    const rows = await this.#select(readTable, [after, upTo, table]);
    const [first] = (await this.#select(readBounds, []))[0] ?? [];
    return {
      changes: rows.flatMap((row) => this.#toChange(row)),
      upTo,
      isCut: after < Number(first ?? 1) - 1,
      isFull: upTo < newest,
    };
  }

  /** One statement reads the rows and gives positions to all changes that it sees: both are of the same moment. */
  async snapshot(table: string, asked: SnapshotQuery): Promise<SnapshotPage> {
    const { code } = this.#found(table);
    const choice = code.choices.all;
    const statement = code.snapshot({ ...asked, order: [] }, choice);
    // So that the statement finds few changes, or none, whose positions it has to give.
    await this.#parts.placement.upToDate();
    const rows = await retrying(() =>
      this.#parts.pool.lend((connection) => readSnapshot(connection, statement)),
    );
    const [newest, placed] = rows[0]?.slice(choice.names.length) ?? [];
    if (Number(placed) > 0) this.#parts.placement.whenPlaced?.();
    return { rows: rows.filter(([id]) => id !== null).map(choice.decode), position: Number(newest) };
  }

  async bounds(): Promise<LogBounds> {
    await this.#parts.placement.upToDate();
    const [first, last] = (await this.#select(readBounds, []))[0] ?? [];
    return { oldest: Number(first ?? 1) - 1, newest: Number(last ?? 0) };
  }

  identity(table: string): string {
    return this.#parts.identities.get(table) ?? "";
  }

  test(table: string, condition: Condition): RowTest {
    const test = compileTest(condition, this.#found(table).code.model);
    return ({ row }) => test(row);
  }

  whenAdded(listener: WhenAdded | null): void {
    const { placement, notices } = this.#parts;
    placement.whenPlaced = listener === null ? null : () => listener(true);
    notices.listen(listener === null ? null : () => listener(false));
  }

  async trim(before: number, limit: number): Promise<number> {
    await this.#parts.placement.upToDate();
    return (await this.#runner.write({ sql: trimmed, parameters: [limit, before] })).count;
  }

  async #select(sql: string, parameters: readonly SqlValue[]): Promise<readonly RawValues[]> {
    return (await this.#runner.check({ sql, parameters })).rows;
  }

  /** Nothing for a table that this process does not know, as a newer release may have it. */
  #toChange([position, name, id, kind, before, after]: RawValues): readonly LoggedChange[] {
    const table = String(name);
    const rows = this.#tables.get(table)?.rows;
    if (rows === undefined || !isKind(kind)) return [];
    const toRow = (text: unknown): PostgresLoggedRow | null =>
      typeof text === "string" ? new PostgresLoggedRow(rows, text) : null;
    const size = lengthOf(before) + lengthOf(after);
    const change = { table, id: String(id), kind, before: toRow(before), after: toRow(after), size };
    return [{ position: Number(position), ...change }];
  }

  #found(table: string): LoggedTable {
    const found = this.#tables.get(table);
    if (found === undefined) throw new Error(`There is no log of the table "${table}"`);
    return found;
  }
}

/** Nobody else gives positions meanwhile. */
async function readSnapshot(
  connection: Queries,
  statement: Statement<SqlValue>,
): Promise<readonly RawValues[]> {
  const begin = `begin isolation level read committed; ${endsWhenSilent(silentMs)}; ${lockLog}`;
  const begun = connection.query({ text: begin });
  const [, { rows }] = await Promise.all([begun, run(connection, statement)]);
  const told = Number(rows[0]?.at(-1)) > 0 ? `select pg_notify('${logChannel}', '');` : "";
  await connection.query({ text: `${told} commit` });
  return rows;
}

interface LoggedTable {
  readonly code: TableCode;
  readonly rows: LoggedRows;
}

function lengthOf(text: unknown): number {
  return typeof text === "string" ? text.length : 0;
}

function isKind(kind: unknown): kind is LoggedChange["kind"] {
  return kind === "created" || kind === "updated" || kind === "deleted";
}
