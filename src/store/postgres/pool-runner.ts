import type { Ending, EndSignal } from "../../base/end-signal.ts";
import type { Statement } from "../sql/compiled-statement.ts";
import type { Pool } from "./pool/pool.ts";
import type { Queries } from "./pool/statement.ts";
import { retrying } from "./retry.ts";
import { type Answer, type Runner, run } from "./runner.ts";
import type { SqlValue } from "./values.ts";

/** Statements that have read rows. */
export interface ReadCounts {
  reads: number;
}

/** Runs each statement as a transaction of its own, again where others were in its way. Nothing is sent behind what writes. */
export class PoolRunner implements Runner {
  readonly #pool: Pool;
  readonly #writer: Queries;
  readonly #asker: Ending | null;
  readonly #counts: ReadCounts;

  constructor(pool: Pool, counts: ReadCounts, asker: Ending | null) {
    this.#pool = pool;
    // A write that waits for somebody's transaction would have others wait with it, though it was quick all the times before.
    this.#writer = {
      query: (statement, signal) => pool.query({ ...statement, mayTakeLong: true }, signal),
    };
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
    return retrying(() => run(this.#writer, statement, this.#signal()));
  }

  #signal(): EndSignal | null {
    return this.#asker === null ? null : this.#asker.signal;
  }
}
