import type { Statement } from "../sql/compiled-statement.ts";
import type { Asker } from "../store.ts";
import type { Pool } from "./pool/pool.ts";
import { retrying } from "./retry.ts";
import { type Answer, type Runner, run } from "./runner.ts";
import type { SqlValue } from "./values.ts";

/** Statements that have read rows. */
export interface ReadCounts {
  reads: number;
}

/** Runs each statement as a transaction of its own, again where others were in its way. */
export class PoolRunner implements Runner {
  readonly #pool: Pool;
  readonly #asker: Asker | null;
  readonly #counts: ReadCounts;

  constructor(pool: Pool, counts: ReadCounts, asker: Asker | null) {
    this.#pool = pool;
    this.#counts = counts;
    this.#asker = asker;
  }

  read(statement: Statement<SqlValue>): Promise<Answer> {
    this.#counts.reads++;
    return retrying(() => run(this.#pool.reader, statement, this.#signal()));
  }

  check(statement: Statement<SqlValue>): Promise<Answer> {
    return retrying(() => run(this.#pool.current, statement, this.#signal()));
  }

  write(statement: Statement<SqlValue>): Promise<Answer> {
    return retrying(() => run(this.#pool, statement, this.#signal()));
  }

  #signal(): AbortSignal | null {
    return this.#asker === null ? null : this.#asker.signal;
  }
}
