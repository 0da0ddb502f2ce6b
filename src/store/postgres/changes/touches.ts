import type { TouchedRows, Touches } from "../../changes.ts";
import { StoreOpenError } from "../../open-error.ts";
import type { DirectConnection } from "../pool/direct-connection.ts";
import type { Pool } from "../pool/pool.ts";
import type { Queries, Row } from "../pool/statement.ts";

/** Rows that are told at most. Of more it is said that they are too many. */
const most = 5_000;

/** Milliseconds that an answer may take. */
const answerMs = 1_000;

/** Changes without a position are among them: who commits does not wait for positions, and no cache shall. */
const touched = `select "newest", "each"."position", "each"."table", "each"."row_id"
  from (select coalesce(max("position"), 0) as "newest" from "fourfold_changes") as "log"
  left join (
    select "position", "table", "row_id" from "fourfold_changes" where "position" > $1 or "position" is null limit ${most + 1}
  ) as "each" on true`;

const newest = `select coalesce(max("position"), 0) as "newest" from "fourfold_changes"`;

/**
 * Reads over a connection of its own: when all others are taken, caches must go on, or those who find nothing in them would come on top of
 * it. Where there is no way to the server itself, it is one of the pool's.
 */
export class PostgresTouches implements Touches {
  readonly #pool: Pool;
  #connection: DirectConnection | null;
  #isDirect: boolean;
  #isClosed: boolean;

  constructor(pool: Pool) {
    this.#pool = pool;
    this.#connection = null;
    this.#isDirect = true;
    this.#isClosed = false;
  }

  async since(position: number | null): Promise<TouchedRows> {
    if (position === null) return { rows: [], upTo: await this.#newest(), isCut: true };
    const found = await this.#ask({ name: "fourfold_touched", text: touched, values: [position] });
    const upTo = Number(found[0]?.["newest"]);
    const changes = found.filter((row) => row["table"] !== null);
    // Before the caches drop what it made stale: what is put there anew must have it.
    if (changes.length > 0) this.#pool.wroteElsewhere();
    if (changes.length > most || upTo < position || !isWhole(changes, position))
      return { rows: [], upTo, isCut: true };
    return {
      rows: changes.map((row) => ({ table: String(row["table"]), id: String(row["row_id"]) })),
      upTo,
      isCut: false,
    };
  }

  close(): void {
    this.#isClosed = true;
    void this.#connection?.close().catch(() => {});
  }

  async #newest(): Promise<number> {
    const rows = await this.#ask({ name: "fourfold_newest", text: newest });
    return Number(rows[0]?.["newest"]);
  }

  async #ask(statement: { name: string; text: string; values?: unknown[] }): Promise<readonly Row[]> {
    const connection = await this.#connect();
    try {
      return (await connection.query(statement, AbortSignal.timeout(answerMs))).rows;
    } catch (thrown) {
      // Whatever it was: a new one is opened for the next question.
      void this.#connection?.close().catch(() => {});
      this.#connection = null;
      throw thrown;
    }
  }

  async #connect(): Promise<Queries> {
    if (!this.#isDirect) return this.#pool.current;
    if (this.#connection !== null) return this.#connection;
    try {
      const connection = await this.#pool.direct();
      if (this.#isClosed) void connection.close().catch(() => {});
      else this.#connection = connection;
      return connection;
    } catch (thrown) {
      if (!(thrown instanceof StoreOpenError)) throw thrown;
      this.#isDirect = false;
      return this.#pool.current;
    }
  }
}

/** Positions have no gaps: whether that after `position` is there, where any is. */
function isWhole(changes: readonly Row[], position: number): boolean {
  let first = Number.POSITIVE_INFINITY;
  for (const change of changes)
    if (change["position"] !== null) first = Math.min(first, Number(change["position"]));
  return first === Number.POSITIVE_INFINITY || first === position + 1;
}
