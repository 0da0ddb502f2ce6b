import type { Database, RowQuery, Rows } from "../define/database.ts";
import type { AnyResource, Resource } from "../define/definition.ts";
import type { ApiPlan } from "../plan/api-plan.ts";
import { parseOrder } from "../plan/filter/order.ts";
import type { ResourceView } from "../plan/resource-view.ts";
import { notFound, tableName } from "../plan/table.ts";
import { everyRow } from "../schema/condition.ts";
import type { Fields } from "../schema/field.ts";
import type { StoredRow } from "../schema/table.ts";
import type { Asker, Store, Table, Transaction } from "../store/store.ts";
import { ending } from "./ending.ts";
import { StoredRows } from "./standard.ts";
import { toCondition } from "./where.ts";

/** The number of rows that a handler's list has at most where it states none. */
const usualLimit = 1000;

/** Makes the database that handlers see, over the store and its transactions. */
export class Databases {
  readonly #store: Store;
  readonly #views: ReadonlyMap<string, ResourceView>;
  /** Outside of transactions, for work that no call asked for; and for all calls where nothing of it can be ended. */
  readonly outside: Database;
  readonly #canEnd: boolean;

  constructor(store: Store, plan: ApiPlan) {
    this.#store = store;
    this.#views = new Map(plan.today.resources.map((view) => [view.resource.name, view]));
    this.#canEnd = plan.tables.some(({ name }) => store.table(name).for !== null);
    this.outside = this.#over(store, null, null);
  }

  /** Outside of transactions, for one call. */
  for(asker: Asker): Database {
    return this.#canEnd ? this.#over(this.#store, null, asker) : this.outside;
  }

  /** The database within one transaction. */
  within(transaction: Transaction): Database {
    return this.#over(transaction, transaction, null);
  }

  #over(tables: Pick<Store, "table">, transaction: Transaction | null, asker: Asker | null): Database {
    const rowsOf = <F extends Fields>(resource: Resource<F>): Rows<F> =>
      // The definition's types hold for what the store keeps, since its tables are derived from it.
      new HandlerRows(
        this.#viewOf(resource),
        ending(tables.table(tableName(resource)), asker),
        this.#store,
      ) as unknown as Rows<F>;
    return Object.assign(rowsOf, {
      transaction: async <T>(
        work: (db: Database) => Promise<T>,
        { retry = true }: { readonly retry?: boolean } = {},
      ): Promise<T> => {
        // A transaction within one is a part of it.
        if (transaction !== null) return work(this.within(transaction));
        return this.#store.transaction((inner) => work(this.within(inner)), { isRepeatable: retry, asker });
      },
    });
  }

  #viewOf(resource: AnyResource): ResourceView {
    const view = this.#views.get(resource.name);
    if (view === undefined) throw new Error(`${resource.name} is not among the resources of this API`);
    return view;
  }
}

/** The rows of one resource as handlers see them: trusted, so no rules on rows hold. */
class HandlerRows {
  readonly #view: ResourceView;
  readonly #table: Table;
  readonly #rows: StoredRows;

  constructor(view: ResourceView, table: Table, store: Store) {
    this.#view = view;
    this.#table = table;
    this.#rows = new StoredRows(view.resource, store);
  }

  async get(id: string): Promise<StoredRow> {
    return this.#found(await this.#table.get(id, null));
  }

  async find(id: string): Promise<StoredRow | null> {
    return this.#table.get(id, null);
  }

  async getMany(ids: readonly string[]): Promise<readonly (StoredRow | null)[]> {
    return this.#table.getMany(ids, null);
  }

  async list(query: RowQuery<Fields> = {}): Promise<readonly StoredRow[]> {
    const where = query.where === undefined ? everyRow : toCondition(query.where);
    const order = parseOrder(query.orderBy ?? "", this.#view.filterable);
    return this.#table.list({ where, order, limit: query.limit ?? usualLimit, after: null });
  }

  async count(where?: object): Promise<number> {
    return this.#table.count(where === undefined ? everyRow : toCondition(where));
  }

  async create(values: Readonly<Record<string, unknown>>): Promise<StoredRow> {
    const [row] = await this.#table.insert([this.#rows.complete(values)]);
    return this.#found(row ?? null);
  }

  async update(
    id: string,
    changes: object,
    options: { readonly ifVersion?: number } = {},
  ): Promise<StoredRow> {
    const stated = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
    return this.#found(
      await this.#table.update(id, stated, { version: options.ifVersion ?? null, visible: null }),
    );
  }

  async delete(id: string, options: { readonly ifVersion?: number } = {}): Promise<void> {
    const deleted = await this.#table.delete(id, { version: options.ifVersion ?? null, visible: null });
    if (!deleted) throw notFound(this.#view.resource);
  }

  #found(row: StoredRow | null): StoredRow {
    if (row === null) throw notFound(this.#view.resource);
    return row;
  }
}
