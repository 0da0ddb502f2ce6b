import type { EndSignal } from "../../../base/end-signal.ts";
import { StoreOpenError } from "../../open-error.ts";
import { type DirectConnection, openDirect } from "./direct-connection.ts";
import { refused, unavailable } from "./faults.ts";
import type { Pool } from "./pool.ts";
import type { PoolStats } from "./pool-stats.ts";
import type { PoolUrl } from "./pool-url.ts";
import type { ServerPool } from "./server-pool.ts";
import type { Queries, Result, Statement } from "./statement.ts";

/** The connections to a database's primary. */
export class DatabasePool implements Pool {
  readonly reader: Queries;
  readonly current: Queries;
  readonly #primary: ServerPool;
  readonly #direct: PoolUrl | null;
  #question: Promise<void> | null;

  /** `direct`: where a connection leads to the server itself; null where a PgBouncer is between, and nothing else is known. */
  constructor(primary: ServerPool, direct: PoolUrl | null) {
    this.#primary = primary;
    this.current = { query: (statement, signal = null) => primary.query(statement, signal, true) };
    this.reader = this.current;
    this.#direct = direct;
    this.#question = null;
  }

  query(statement: Statement, signal: EndSignal | null = null): Promise<Result> {
    return this.#primary.query(statement, signal, false);
  }

  lend<T>(work: (connection: Queries) => Promise<T>, signal: EndSignal | null = null): Promise<T> {
    return this.#primary.lend(work, signal);
  }

  async direct(): Promise<DirectConnection> {
    if (this.#direct === null)
      throw new StoreOpenError("Behind a PgBouncer, name the server itself in DATABASE_DIRECT_URL");
    try {
      return await openDirect(this.#direct);
    } catch (thrown) {
      throw unavailable(thrown);
    }
  }

  wroteElsewhere(): void {}

  ready(): Promise<void> {
    if (this.#primary.hasAnswered(answerKept)) return Promise.resolve();
    this.#question ??= this.#ask().finally(() => {
      this.#question = null;
    });
    return this.#question;
  }

  get stats(): readonly PoolStats[] {
    return [this.#primary.stats];
  }

  close(): Promise<void> {
    return this.#primary.close();
  }

  async #ask(): Promise<void> {
    if (this.#primary.isAway) throw refused();
    try {
      await this.#primary.query({ text: "select 1" }, AbortSignal.timeout(readyTimeout), true);
    } catch (thrown) {
      throw unavailable(thrown);
    }
  }
}

/** An answer of the last so many milliseconds shows that the server is there. */
const answerKept = 1_000;
const readyTimeout = 2_000;
