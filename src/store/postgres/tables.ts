import type { Awaitable } from "../../base/awaitable.ts";
import type { Ending } from "../../base/end-signal.ts";
import type { Condition } from "../../schema/condition.ts";
import type { RowValues, StoredRow } from "../../schema/table.ts";
import { JoinedTable } from "../joined/table.ts";
import type { Asker, Columns, EachQuery, ListQuery, Table, TableReader, WriteGuard } from "../store.ts";
import { toEachQuery } from "./each-query.ts";
import { JoinedInserts } from "./inserts/joined-inserts.ts";
import { PoolRunner } from "./pool-runner.ts";
import { TableAccess } from "./table-access.ts";
import type { TableCode } from "./table-code.ts";
import type { TableServices } from "./table-services.ts";

/**
 * Keys of a statement of many callers. With all of 64 in one, either the server was at work or this process, never both: a quarter of the
 * time of both processors was lost.
 */
const enough = 32;

/**
 * A table outside of transactions. Whoever reads rows by key, by a unique field or by a reference joins all who do so in the same turn
 * of the event loop: one statement for 64 keys takes a fifth of the time that 64 statements take. Single rows are inserted together, too.
 */
export class PostgresTable implements Table {
  readonly joined: TableReader;
  readonly #joined: JoinedTable;
  readonly #table: TableCode;
  readonly #services: TableServices;
  readonly #asker: Asker | null;
  readonly #access: TableAccess;
  readonly #inserts: JoinedInserts;

  /** `asker`: for whom all is read and written; then `shared` is the table for anybody. */
  constructor(
    table: TableCode,
    services: TableServices,
    asker: Asker | null = null,
    shared: PostgresTable | null = null,
  ) {
    this.#table = table;
    this.#services = services;
    this.#asker = asker;
    const accessFor = (one: Ending | null): TableAccess =>
      new TableAccess(table, new PoolRunner(services.pool, services.counts, one));
    this.#access = accessFor(asker);
    this.#joined =
      shared === null
        ? new JoinedTable(this.#access, services.turn, { tableFor: accessFor, enough })
        : shared.#joined;
    this.joined = asker === null ? this.#joined : this.#joined.for(asker);
    this.#inserts = shared === null ? new JoinedInserts(table, services) : shared.#inserts;
  }

  get for(): (asker: Asker) => Table {
    return (asker) => new PostgresTable(this.#table, this.#services, asker, this);
  }

  /** Sends what waits for others. */
  send(): void {
    this.#inserts.send();
  }

  get(id: string, visible: Condition | null, columns?: Columns, asker?: Asker): Awaitable<StoredRow | null> {
    return this.joined.get(id, visible, columns, asker);
  }

  getMany(
    ids: readonly string[],
    visible: Condition | null,
    columns?: Columns,
    asker?: Asker,
  ): Awaitable<readonly (StoredRow | null)[]> {
    return this.joined.getMany(ids, visible, columns, asker);
  }

  list(query: ListQuery): Awaitable<readonly StoredRow[]> {
    const each = toEachQuery(query, this.#table.model);
    return each === null ? this.#access.list(query) : first(this.joined.listEach(each));
  }

  listEach(query: EachQuery, asker?: Asker): Awaitable<readonly (readonly StoredRow[])[]> {
    return this.joined.listEach(query, asker);
  }

  count(where: Condition): Awaitable<number> {
    return this.#access.count(where);
  }

  insert(rows: readonly RowValues[]): Promise<readonly StoredRow[]> {
    const [only] = rows;
    if (only === undefined || rows.length > 1) return this.#write(() => this.#access.insert(rows));
    return this.#insertOne(only);
  }

  update(id: string, changes: RowValues, guard: WriteGuard): Promise<StoredRow | null> {
    return this.#write(() => this.#access.update(id, changes, guard));
  }

  delete(id: string, guard: WriteGuard): Promise<boolean> {
    return this.#write(() => this.#access.delete(id, guard));
  }

  async #insertOne(values: RowValues): Promise<readonly StoredRow[]> {
    this.#services.assertOutside();
    const row = await this.#inserts.insert(values, this.#asker);
    return row === null ? [] : [row];
  }

  async #write<T>(write: () => Promise<T>): Promise<T> {
    this.#services.assertOutside();
    const written = await write();
    this.#services.wrote();
    return written;
  }
}

async function first<T>(lists: Awaitable<readonly (readonly T[])[]>): Promise<readonly T[]> {
  const [list = []] = await lists;
  return list;
}
