import type { Awaitable } from "../../base/awaitable.ts";
import { frameworkError } from "../../errors/codes.ts";
import type { TableModel } from "../../schema/table.ts";
import type { ChangeLog } from "../changes.ts";
import { Turn } from "../joined/turn.ts";
import { bringUpToDate } from "../migrate/postgres/auto.ts";
import { directUrl } from "../migrate/postgres/session.ts";
import type { ReplyLog, Store, Table, Transaction, TransactionOptions } from "../store.ts";
import { TransactionScope } from "../transaction-scope.ts";
import { PostgresChangeLog } from "./changes/change-log.ts";
import { Notices } from "./changes/notices.ts";
import { Placement } from "./changes/placement.ts";
import { openPool } from "./pool/open-pool.ts";
import type { Pool } from "./pool/pool.ts";
import type { PoolLog } from "./pool/pool-log.ts";
import { PoolRunner, type ReadCounts } from "./pool-runner.ts";
import { PostgresReplies } from "./replies.ts";
import { TableCode } from "./table-code.ts";
import type { TableServices } from "./table-services.ts";
import { PostgresTable } from "./tables.ts";
import { Transactions } from "./transactions.ts";

/** What a store on PostgreSQL is opened with. */
export interface PostgresOptions {
  /** `postgres://user:password@host:port/database`, with the pool's rules as parameters. */
  readonly url: string;
  /** Replicas that are read from; none where they are not stated. */
  readonly replicas?: readonly string[];
  /** The server itself, where `url` leads to a PgBouncer: for migrations and notifications. */
  readonly direct?: string;
  readonly tables: readonly TableModel[];
  /** `auto` changes tables as the definition asks, never with a loss; `never` only compares. */
  readonly migrate: "auto" | "never";
  readonly log: PoolLog;
  /** Milliseconds that a handler's transaction may take; 10 s where it is not stated. */
  readonly transactionTimeout?: number;
}

/** Opens a store on PostgreSQL. Rejects with a StoreOpenError of one line that says what to do. */
export async function openPostgresStore(options: PostgresOptions): Promise<PostgresStore> {
  const pool = await openPool(options);
  try {
    await bringUpToDate(directUrl(options.url, options.direct), options.tables, options.migrate);
    return new PostgresStore(options, pool, await readIdentities(pool));
  } catch (thrown) {
    await pool.close();
    throw thrown;
  }
}

/** Rows in PostgreSQL, over a pool of connections. */
export class PostgresStore implements Store {
  readonly replies: ReplyLog;
  readonly changes: ChangeLog | null;
  readonly pool: Pool;
  readonly #tables: ReadonlyMap<string, PostgresTable>;
  readonly #transactions: Transactions;
  readonly #placement: Placement;
  readonly #scope = new TransactionScope();
  readonly #counts: ReadCounts = { reads: 0 };
  readonly #wrote = (): void => {
    if (this.changes !== null && this.#closing === null) this.#placement.wrote();
  };
  #closing: Promise<void> | null = null;
  /** Whatever writes, until the store may be closed. */
  readonly #underWay = new Set<Promise<unknown>>();

  constructor(options: PostgresOptions, pool: Pool, identities: ReadonlyMap<string, string>) {
    const { tables, transactionTimeout = 10_000 } = options;
    this.pool = pool;
    this.#placement = new Placement(pool);
    const assertOutside = (): void => this.#assertOutside();
    const services: TableServices = {
      pool,
      turn: new Turn(),
      counts: this.#counts,
      assertOutside,
      wrote: this.#wrote,
    };
    const codes = new Map(tables.map((model) => [model.name, new TableCode(model)]));
    this.#tables = new Map([...codes].map(([name, code]) => [name, new PostgresTable(code, services)]));
    const scope = this.#scope;
    this.#transactions = new Transactions({ pool, tables: codes, scope, limit: transactionTimeout });
    this.replies = new PostgresReplies(new PoolRunner(pool, this.#counts, null), {
      read: () => {},
      write: assertOutside,
    });
    this.changes = this.#openLog(options, [...codes.values()], identities);
  }

  /** Statements that have read rows so far, outside of transactions: reads that join share one. */
  get reads(): number {
    return this.#counts.reads;
  }

  table(name: string): Table {
    const table = this.#tables.get(name);
    if (table === undefined) throw new Error(`There is no table "${name}"`);
    return table;
  }

  transaction<T>(
    work: (transaction: Transaction) => Awaitable<T>,
    options: TransactionOptions = {},
  ): Promise<T> {
    this.#assertOutside();
    const written = this.#transactions.run(work, options);
    this.#underWay.add(written);
    const done = (): void => {
      this.#underWay.delete(written);
      this.#wrote();
    };
    written.then(done, done);
    return written;
  }

  wroteElsewhere(): void {
    this.pool.wroteElsewhere();
  }

  ready(): Promise<void> {
    if (this.#closing !== null) return Promise.reject(closed());
    return this.pool.ready();
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.changes?.whenAdded(null);
    this.changes?.touches?.close();
    this.#placement.close();
    for (const table of this.#tables.values()) table.send();
    await Promise.allSettled(this.#underWay);
    await this.pool.close();
  }

  #openLog(
    { log, tables: models }: PostgresOptions,
    codes: readonly TableCode[],
    identities: ReadonlyMap<string, string>,
  ): ChangeLog | null {
    if (!models.some(({ watched }) => watched)) return null;
    return new PostgresChangeLog({
      pool: this.pool,
      counts: this.#counts,
      placement: this.#placement,
      notices: new Notices(this.pool, log),
      tables: codes.filter(({ model }) => model.watched),
      identities,
    });
  }

  #assertOutside(): void {
    this.#scope.assertOutside();
    if (this.#closing !== null) throw closed();
  }
}

/** Identities of the histories of watched tables, by table. */
async function readIdentities(pool: Pool): Promise<ReadonlyMap<string, string>> {
  const isThere = await pool.query({
    text: `select to_regclass('fourfold_watched') is not null as "is_there"`,
  });
  if (isThere.rows[0]?.["is_there"] !== true) return new Map();
  const { rows } = await pool.query({ text: `select "table", "identity" from "fourfold_watched"` });
  return new Map(rows.map((row) => [String(row["table"]), String(row["identity"])]));
}

function closed(): Error {
  return frameworkError("UNAVAILABLE", "The database is closed");
}
