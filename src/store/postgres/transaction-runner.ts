import { DatabaseError } from "pg";
import type { Statement } from "../sql/compiled-statement.ts";
import { isConflict } from "./faults.ts";
import type { Queries } from "./pool/statement.ts";
import { type Answer, type Runner, run } from "./runner.ts";
import type { SqlValue } from "./values.ts";

/**
 * Runs statements within one transaction, one after the other: a handler may ask for several at once, and one that fails must be undone
 * before the next one. A write has a savepoint, sent along with it, so that the transaction goes on after a violation as on SQLite.
 */
export class TransactionRunner implements Runner {
  readonly #connection: Queries;
  #last: Promise<unknown>;
  /** What no statement can be run after; null as long as the transaction can be committed. */
  failure: unknown;

  constructor(connection: Queries) {
    this.#connection = connection;
    this.#last = Promise.resolve();
    this.failure = null;
  }

  read(statement: Statement<SqlValue>): Promise<Answer> {
    return this.#inTurn(async () => {
      try {
        return await run(this.#connection, statement);
      } catch (thrown) {
        // Without a savepoint there is no way back.
        throw this.#fail(thrown);
      }
    });
  }

  check(statement: Statement<SqlValue>): Promise<Answer> {
    return this.read(statement);
  }

  write(statement: Statement<SqlValue>): Promise<Answer> {
    return this.#inTurn(async () => {
      const saved = this.#connection.query({ text: "savepoint fourfold" });
      const written = run(this.#connection, statement);
      const released = this.#connection.query({ text: "release savepoint fourfold" });
      const [, answer] = await Promise.allSettled([saved, written, released]);
      if (answer.status === "fulfilled") return answer.value;
      const thrown: unknown = answer.reason;
      if (isConflict(thrown) || !(thrown instanceof DatabaseError)) throw this.#fail(thrown);
      await this.#undo();
      throw thrown;
    });
  }

  /** Resolves when all that was asked for is done. */
  async settled(): Promise<void> {
    await this.#last;
  }

  async #undo(): Promise<void> {
    try {
      await this.#connection.query({ text: "rollback to savepoint fourfold" });
      await this.#connection.query({ text: "release savepoint fourfold" });
    } catch (thrown) {
      throw this.#fail(thrown);
    }
  }

  #fail(thrown: unknown): unknown {
    this.failure ??= thrown;
    return thrown;
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(() => {
      if (this.failure !== null) throw this.failure;
      return work();
    });
    this.#last = done.catch(() => undefined);
    return done;
  }
}
