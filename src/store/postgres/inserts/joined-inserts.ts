import { DatabaseError } from "pg";
import type { RowValues, StoredRow } from "../../../schema/table.ts";
import type { RawValues } from "../../sql/row-decoder.ts";
import type { Asker } from "../../store.ts";
import { PoolRunner } from "../pool-runner.ts";
import { run } from "../runner.ts";
import { TableAccess } from "../table-access.ts";
import type { TableCode } from "../table-code.ts";
import type { TableServices } from "../table-services.ts";
import { InsertBatch } from "./insert-batch.ts";
import { Inserter } from "./inserter.ts";

/** Milliseconds that rows gather behind a statement at most, from when it was sent. */
const longestWait = 2;
/** Milliseconds that rows which are written together wait for a lock; and for anything else, before their callers may leave. */
const patience = 50;
/** Rows of one statement. */
const mostRows = 128;

/**
 * Rows of one table that are inserted at the same time, outside of transactions: one statement writes and commits those of many callers.
 * While one is under way others gather, and leave when it is answered, or soon. What finds none leaves at the end of its turn of the
 * event loop, and alone by the statement that it would have had anyway.
 *
 * Nobody sees that there were others. A statement that the server refuses has written nothing: then each goes alone, and has its own error. That
 * goes for a row that must wait for somebody's transaction as well. What the server has not answered may be written, and is sent to nobody again.
 */
export class JoinedInserts {
  readonly #table: TableCode;
  readonly #services: TableServices;
  #gathering: InsertBatch;
  #underWay: number;
  #sentAt: number;
  /** Rows that a statement may have now: fewer, where statements have failed. */
  #most: number;

  constructor(table: TableCode, services: TableServices) {
    this.#table = table;
    this.#services = services;
    this.#gathering = this.#newBatch();
    this.#underWay = 0;
    this.#sentAt = 0;
    this.#most = mostRows;
  }

  /** Throws INVALID_INPUT for what PostgreSQL cannot keep. */
  insert(values: RowValues, asker: Asker | null): Promise<StoredRow | null> {
    const inserter = new Inserter(values, this.#table.inserts.encode(values), asker);
    if (!this.#gathering.mayJoin(inserter)) this.send();
    const batch = this.#gathering;
    batch.join(inserter);
    if (batch.size >= this.#most) this.send();
    else if (batch.size === 1) this.#schedule(batch);
    return inserter.promise;
  }

  /** Sends what has gathered. */
  send(): void {
    if (this.#gathering.size > 0) this.#gathering.send();
  }

  #newBatch(): InsertBatch {
    return new InsertBatch((inserters) => this.#write(inserters));
  }

  #schedule(batch: InsertBatch): void {
    const wait = this.#underWay === 0 ? 0 : this.#sentAt + longestWait - performance.now();
    if (wait <= 0) this.#services.turn.add(batch);
    else setTimeout(() => batch.send(), wait);
  }

  #write(inserters: readonly Inserter[]): void {
    this.#gathering = this.#newBatch();
    this.#sentAt = performance.now();
    const [first] = inserters;
    if (first !== undefined && inserters.length === 1) void this.#writeAlone(first);
    else void this.#writeTogether(inserters);
  }

  async #writeAlone(inserter: Inserter): Promise<void> {
    this.#underWay++;
    try {
      const { pool, counts } = this.#services;
      const access = new TableAccess(this.#table, new PoolRunner(pool, counts, inserter.asker));
      const [row = null] = await access.insert([inserter.values]);
      this.#services.wrote();
      this.#answered(1, false);
      inserter.resolve(row);
    } catch (thrown) {
      this.#answered(0, false);
      inserter.reject(thrown);
    }
  }

  async #writeTogether(inserters: readonly Inserter[]): Promise<void> {
    let alone: readonly Inserter[] = [];
    try {
      const rows = await this.#statement(inserters);
      alone = rows === null ? inserters : tell(this.#table, inserters, rows);
    } catch (thrown) {
      for (const inserter of inserters) inserter.reject(thrown);
    }
    for (const inserter of inserters) inserter.stay();
    for (const inserter of alone) if (!inserter.hasLeft) void this.#writeAlone(inserter);
  }

  /** The rows that were written; null where the server has refused all. */
  async #statement(inserters: readonly Inserter[]): Promise<readonly RawValues[] | null> {
    const over = new AbortController();
    const timer = setTimeout(() => letLeave(inserters, over), patience);
    let isRefused = false;
    this.#underWay++;
    try {
      const encoded = inserters.map((each) => each.encoded);
      const statement = this.#table.inserts.joined(encoded, patience);
      const { rows } = await run(this.#services.pool, statement, over.signal);
      this.#services.wrote();
      return rows;
    } catch (thrown) {
      isRefused = thrown instanceof DatabaseError;
      if (isRefused) return null;
      throw thrown;
    } finally {
      clearTimeout(timer);
      this.#answered(inserters.length, isRefused);
    }
  }

  /** What is to be sent next is under way before those who were answered go on. */
  #answered(rows: number, isRefused: boolean): void {
    this.#underWay--;
    if (isRefused) this.#most = Math.max(1, this.#most >> 1);
    else if (rows >= this.#most) this.#most = Math.min(mostRows, this.#most + 1);
    this.send();
  }
}

/** Gives inserters their rows; those that have none are answered. */
function tell(
  table: TableCode,
  inserters: readonly Inserter[],
  rows: readonly RawValues[],
): readonly Inserter[] {
  const left = new Map(inserters.map((inserter) => [inserter.id, inserter]));
  for (const raw of rows) {
    const inserter = left.get(String(raw[0]));
    // Whoever goes alone must not have written already.
    if (inserter === undefined)
      throw new Error(`Something has given a row of ${table.model.name} another id`);
    left.delete(inserter.id);
    inserter.resolve(table.choices.all.decode(raw));
  }
  return [...left.values()];
}

/** Callers need not wait any more; when all have left, the statement ends. */
function letLeave(inserters: readonly Inserter[], over: AbortController): void {
  let staying = inserters.length;
  for (const inserter of inserters)
    inserter.mayLeave(() => {
      if (--staying === 0) over.abort();
    });
}
