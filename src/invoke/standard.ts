import { type Awaitable, isPromise, whenReady } from "../base/awaitable.ts";
import { uuidv7 } from "../base/ids.ts";
import type { AnyResource, StandardMethod } from "../define/definition.ts";
import type { Input } from "../plan/codec/object-reader.ts";
import { parseOrder } from "../plan/filter/order.ts";
import { parseFilter } from "../plan/filter/parse.ts";
import type { ResourceView } from "../plan/resource-view.ts";
import { notFound, tableName } from "../plan/table.ts";
import { type Condition, everyRow, type OrderTerm } from "../schema/condition.ts";
import { keyOf } from "../schema/key-of.ts";
import type { RowValues, StoredRow } from "../schema/table.ts";
import type { Columns, ListQuery, Store, Table, WriteGuard } from "../store/store.ts";
import type { Call } from "./call.ts";
import { ending } from "./ending.ts";
import { PageTokens } from "./paging.ts";
import type { Step } from "./step.ts";
import { type Visible, visibility } from "./visibility.ts";

/** The store's own handler of a resource's standard method. */
export function standardStep(method: StandardMethod, view: ResourceView, store: Store): Step {
  const rows = new StoredRows(view.resource, store);
  switch (method) {
    case "get":
      return (call) => rows.get(call);
    case "list":
      return listStep(rows, view);
    case "create":
      return (call) => whenReady(rows.ending(call).insert([rows.complete(call.input)]), ([row]) => row);
    case "update":
    case "replace":
      return (call) => rows.update(call);
    case "delete":
      return (call) => rows.delete(call);
    case "batchGet":
      return (call) => rows.getMany(call);
    case "batchCreate":
      return (call) => rows.createMany(call);
    case "watch":
      throw new Error("watch is no method of rows in the store, but of their changes");
  }
}

/** The rows of one resource in the store, as calls see them. */
export class StoredRows {
  readonly resource: AnyResource;
  readonly #visible: Visible | null;
  readonly #outside: Table;
  readonly #name: string;
  readonly #hasFieldRules: boolean;

  constructor(resource: AnyResource, store: Store) {
    this.resource = resource;
    this.#visible = visibility(resource);
    this.#name = tableName(resource);
    this.#outside = store.table(this.#name);
    this.#hasFieldRules = Object.keys(resource.definition.fieldRules).length > 0;
  }

  table(call: Call): Table {
    return call.transaction === null ? this.#outside : call.transaction.table(this.#name);
  }

  /** The table, whose statements end with the call. Reads by key are told of the call instead. */
  ending(call: Call): Table {
    return call.transaction === null ? ending(this.#outside, call) : call.transaction.table(this.#name);
  }

  visible(call: Call): Condition | null {
    return this.#visible === null ? null : this.#visible(call.caller);
  }

  /** Rules on fields may look at all of a row. */
  chosen(columns: Columns | undefined): Columns | undefined {
    return this.#hasFieldRules ? undefined : columns;
  }

  get(call: Call): StoredRow | PromiseLike<StoredRow> {
    const { reading } = call;
    if (reading === null) return this.whole(call);
    const id = call.input["id"] as string;
    const row = this.table(call).joined.get(id, this.visible(call), this.chosen(reading.columns), call);
    return isPromise(row) ? row.then((found) => this.#found(found)) : this.#found(row);
  }

  /** The row for a handler, whatever the caller wants of it. */
  whole(call: Call): StoredRow | PromiseLike<StoredRow> {
    const row = this.table(call).get(call.input["id"] as string, this.visible(call), undefined, call);
    return isPromise(row) ? row.then((found) => this.#found(found)) : this.#found(row);
  }

  list(call: Call, query: ListQuery): Awaitable<readonly StoredRow[]> {
    const { reading } = call;
    if (reading === null) return this.ending(call).list(query);
    const columns = this.chosen(reading.columns);
    const { joined } = this.ending(call);
    if (columns === undefined) return joined.list(query);
    // A page ends with the values that the next one goes on after.
    const keys = [...columns, ...query.order.map(({ key }) => key)];
    return joined.list({ ...query, columns: keys });
  }

  update(call: Call): StoredRow | PromiseLike<StoredRow> {
    const { id, ifVersion: _, ...changes } = call.input;
    return whenReady(this.ending(call).update(id as string, changes, this.#guard(call)), (row) =>
      this.#found(row),
    );
  }

  delete(call: Call): undefined | PromiseLike<undefined> {
    return whenReady(this.ending(call).delete(call.input["id"] as string, this.#guard(call)), (deleted) => {
      if (!deleted) throw notFound(this.resource);
      return undefined;
    }) as undefined | PromiseLike<undefined>;
  }

  getMany(call: Call): unknown {
    const ids = call.input["ids"] as readonly string[];
    const { reading } = call;
    const visible = this.visible(call);
    const found =
      reading === null
        ? this.table(call).getMany(ids, visible, undefined, call)
        : this.table(call).joined.getMany(ids, visible, this.chosen(reading.columns), call);
    return whenReady(found, (rows) => ({
      items: rows.map((row) => this.#found(row)),
    }));
  }

  createMany(call: Call): unknown {
    const inputs = call.input["items"] as readonly Input[];
    const values = inputs.map((input) => this.complete(input));
    return whenReady(this.ending(call).insert(values), (items) => ({ items }));
  }

  /** A row to be, with every key: the id made here, read-only fields at their defaults. */
  complete(input: Readonly<Record<string, unknown>>): RowValues {
    const values: Record<string, unknown> = {};
    for (const [name, field] of Object.entries(this.resource.definition.fields)) {
      const key = keyOf(name, field);
      const value = input[key];
      if (field.shape.kind === "id") values[key] = value ?? uuidv7();
      // A null that is stated stays one, whatever the default.
      else values[key] = value === undefined ? (field.default ?? null) : value;
    }
    return values;
  }

  #guard(call: Call): WriteGuard {
    const version = call.input["ifVersion"];
    return { version: typeof version === "number" ? version : null, visible: this.visible(call) };
  }

  #found(row: StoredRow | null): StoredRow {
    if (row === null) throw notFound(this.resource);
    return row;
  }
}

function listStep(rows: StoredRows, view: ResourceView): Step {
  const { pageSize } = view.resource.definition;
  const tokens = new PageTokens(view);
  return (call) => {
    const { filter = "", orderBy = "", pageToken = "", pageSize: asked } = call.input as ListInput;
    const order = parseOrder(orderBy, view.filterable);
    // AIP-158: a page size over the maximum is lowered to it, and 0 means the usual one.
    const size = Math.min(asked === undefined || asked === 0 ? pageSize.default : asked, pageSize.max);
    const query: ListQuery = {
      where: listed(parseFilter(filter, view.filterable), rows.visible(call)),
      order,
      // One row more than the page has tells whether there is a next page.
      limit: size + 1,
      after: pageToken === "" ? null : tokens.decode(pageToken, order, filter),
    };
    return whenReady(rows.list(call, query), (found) => toPage(found, size, tokens, order, filter));
  };
}

interface ListInput {
  readonly filter?: string;
  readonly orderBy?: string;
  readonly pageToken?: string;
  readonly pageSize?: number;
}

function listed(filter: Condition, visible: Condition | null): Condition {
  if (visible === null || visible === everyRow) return filter;
  return { kind: "all", of: [visible, filter] };
}

function toPage(
  found: readonly StoredRow[],
  size: number,
  tokens: PageTokens,
  order: readonly OrderTerm[],
  filter: string,
): { items: readonly StoredRow[]; nextPageToken: string } {
  const last = found[size - 1];
  if (found.length <= size || last === undefined) return { items: found, nextPageToken: "" };
  return { items: found.slice(0, size), nextPageToken: tokens.encode(last, order, filter) };
}
