import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite";
import { LRUCache } from "lru-cache";
import type { RawValues } from "../sql/row-decoder.ts";
import { sqlite } from "./node-sqlite.ts";

/**
 * Statements that a connection keeps prepared, and characters of SQL in all; lists with other filters make more than that
 * over time. A prepared statement takes about 30 times the memory of its text.
 */
const keptStatements = 256;
const keptSql = 1 << 18;

/** A row as SQLite gives it, by column name. */
export type RawRow = Readonly<Record<string, unknown>>;

/** A connection to one database, which keeps its statements prepared. Everything on it is synchronous. */
export class Connection {
  readonly #database: DatabaseSync;
  readonly #statements: LRUCache<string, StatementSync>;

  /** `lockTimeout`: milliseconds that a statement waits for another process, and with it this whole one. */
  constructor(location: string, lockTimeout: number) {
    this.#database = new sqlite.DatabaseSync(location, {
      enableForeignKeyConstraints: true,
      timeout: lockTimeout,
    });
    this.#statements = new LRUCache({
      max: keptStatements,
      maxSize: keptSql,
      sizeCalculation: (_statement, sql) => sql.length,
    });
  }

  /** Runs statements without parameters or results. */
  execute(sql: string): void {
    this.#database.exec(sql);
  }

  /** A statement to keep, whose rows are {@link RawValues}. With `bigints`, every integer of them is a bigint. */
  prepareRows(sql: string, bigints: boolean): StatementSync {
    const statement = this.#database.prepare(sql);
    statement.setReturnArrays(true);
    if (bigints) statement.setReadBigInts(true);
    return statement;
  }

  /** Rows by position. */
  rows(sql: string, parameters: readonly SQLInputValue[], bigints: boolean): readonly RawValues[] {
    return this.#keptRows(sql, bigints).all(...parameters) as unknown as readonly RawValues[];
  }

  /** Rows by position, up to the first one after which `isEnough`. */
  rowsUntil(
    sql: string,
    parameters: readonly SQLInputValue[],
    isEnough: (row: RawValues) => boolean,
  ): readonly RawValues[] {
    const found: RawValues[] = [];
    for (const row of this.#keptRows(sql, false).iterate(...parameters)) {
      const values = row as unknown as RawValues;
      found.push(values);
      if (isEnough(values)) break;
    }
    return found;
  }

  /** The first row by position. */
  row(sql: string, parameters: readonly SQLInputValue[], bigints: boolean): RawValues | undefined {
    return this.#keptRows(sql, bigints).get(...parameters) as RawValues | undefined;
  }

  /** Rows by name. */
  all(sql: string, parameters: readonly SQLInputValue[]): readonly RawRow[] {
    return this.#kept(sql, () => this.#database.prepare(sql)).all(...parameters) as readonly RawRow[];
  }

  /** The first row by name. */
  get(sql: string, parameters: readonly SQLInputValue[]): RawRow | undefined {
    return this.#kept(sql, () => this.#database.prepare(sql)).get(...parameters) as RawRow | undefined;
  }

  /** Runs a statement and answers how many rows it changed. */
  run(sql: string, parameters: readonly SQLInputValue[]): number {
    return Number(this.#kept(sql, () => this.#database.prepare(sql)).run(...parameters).changes);
  }

  /** Whether a transaction is open. SQLite ends one by itself after some failures, a full disk among them. */
  get isInTransaction(): boolean {
    return this.#database.isTransaction;
  }

  close(): void {
    this.#statements.clear();
    this.#database.close();
  }

  #keptRows(sql: string, bigints: boolean): StatementSync {
    return this.#kept(`${bigints ? "n" : "r"} ${sql}`, () => this.prepareRows(sql, bigints));
  }

  #kept(key: string, prepare: () => StatementSync): StatementSync {
    const known = this.#statements.get(key);
    if (known !== undefined) return known;
    const prepared = prepare();
    this.#statements.set(key, prepared);
    return prepared;
  }
}
