import type { Statement } from "../../sql/compiled-statement.ts";
import type { Asker } from "../../store.ts";
import type { Queries } from "../pool/statement.ts";
import { PoolRunner } from "../pool-runner.ts";
import { retrying } from "../retry.ts";
import { type Answer, type Runner, run } from "../runner.ts";
import type { TableServices } from "../table-services.ts";
import type { SqlValue } from "../values.ts";

/**
 * Runs statements as {@link PoolRunner} does, writes so that nothing is sent behind them: one that waits for somebody's transaction would
 * have others wait with it, though it was quick all the times before.
 */
export class WaryRunner implements Runner {
  readonly #wary: Queries;
  readonly #asker: Asker | null;
  readonly #runner: PoolRunner;

  constructor({ pool, counts }: TableServices, asker: Asker | null) {
    this.#wary = {
      query: (statement, signal) => pool.query({ ...statement, mayTakeLong: true }, signal),
    };
    this.#asker = asker;
    this.#runner = new PoolRunner(pool, counts, asker);
  }

  read(statement: Statement<SqlValue>): Promise<Answer> {
    return this.#runner.read(statement);
  }

  check(statement: Statement<SqlValue>): Promise<Answer> {
    return this.#runner.check(statement);
  }

  write(statement: Statement<SqlValue>): Promise<Answer> {
    return retrying(() => run(this.#wary, statement, this.#asker?.signal ?? null));
  }
}
