import type { Awaitable } from "../base/awaitable.ts";
import { isPromise, whenReady } from "../base/awaitable.ts";
import type { JsonValue } from "../base/json.ts";
import type { Cache } from "../cache/cache.ts";
import type { EventBus } from "../events/event-bus.ts";
import type { ApiPlan } from "../plan/api-plan.ts";
import { tableName, targetName } from "../plan/table.ts";
import type { RowValues, StoredRow } from "../schema/table.ts";
import type { Store, Table, Transaction, TransactionOptions, WriteGuard } from "../store/store.ts";

/** Every list and query that reads a resource has this tag. */
export function resourceTag(resource: string): string {
  return resource;
}

/** The answer about one row has this tag... */
export function rowTag(resource: string, id: unknown): string {
  return `${resource}:${id}`;
}

/** ...and this one, for changes that reach rows without naming them. */
export function eachRowTag(resource: string): string {
  return `${resource}:*`;
}

/** Drops what has one of these tags; resolves when it is not served any more. */
export type Drop = (tags: readonly string[]) => Awaitable<void>;

/** Whose caches there are. */
export interface Caches {
  /** This process's. */
  readonly cache: Cache;
  /** Those of processes beside this one, which are waited for; null where there are none. */
  readonly workers: EventBus | null;
  /** Those of other nodes, which are not; null where there are none. */
  readonly nodes: EventBus | null;
  /** What is cached is read from here. */
  readonly store: Store;
}

/** Drops from this process's cache and, where there are others, from theirs. What they have written is read from the store then. */
export function dropFromCaches({ cache, workers, nodes, store }: Caches): Drop {
  const listen = (bus: EventBus): void =>
    bus.subscribe(topic, {
      received: (tags) => {
        store.wroteElsewhere?.();
        cache.invalidate(toTags(tags));
      },
      missed: () => {
        store.wroteElsewhere?.();
        // Where the database tells as well, nothing is missed.
        if (!store.changes?.touches) cache.clear();
      },
    });
  const buses = [workers, nodes].filter((bus) => bus !== null);
  for (const bus of buses) listen(bus);
  if (buses.length === 0) return (tags) => cache.invalidate(tags);
  return (tags) => {
    cache.invalidate(tags);
    const message = [...new Set(tags)];
    void nodes?.publish(topic, message);
    return workers?.publish(topic, message);
  };
}

const topic = "cache.stale";

function toTags(message: JsonValue): readonly string[] {
  return Array.isArray(message) ? message.filter((tag) => typeof tag === "string") : [];
}

/**
 * A store whose writes drop what they make stale from the caches, before the writer hears that it has written. All writes
 * pass here, whichever protocol, handler or transaction they come from.
 */
export function invalidatingStore(store: Store, drop: Drop, plan: ApiPlan): Store {
  const reach = reachOfDeletes(plan);
  return {
    table: (name) => new InvalidatingTable(store.table(name), reach.get(name) ?? null, drop),
    async transaction<T>(
      work: (transaction: Transaction) => Awaitable<T>,
      options?: TransactionOptions,
    ): Promise<T> {
      const stale: string[] = [];
      const answer = await store.transaction((inner) => work(collecting(inner, reach, stale)), options);
      await drop(stale);
      return answer;
    },
    replies: store.replies,
    changes: store.changes,
    ready: () => store.ready(),
    close: () => store.close(),
  };
}

/** A transaction's changes are not seen before it commits: until then the tags are only collected. */
function collecting(inner: Transaction, reach: ReadonlyMap<string, Reach>, stale: string[]): Transaction {
  const collect = (tags: readonly string[]): void => {
    stale.push(...tags);
  };
  return {
    table: (name) => new InvalidatingTable(inner.table(name), reach.get(name) ?? null, collect),
    replies: inner.replies,
  };
}

/** What a table's changes make stale. */
interface Reach {
  readonly resource: string;
  /** Resources whose rows a delete changes or deletes too. */
  readonly cascade: readonly string[];
}

function reachOfDeletes(plan: ApiPlan): ReadonlyMap<string, Reach> {
  const resources = plan.today.resources.map((view) => view.resource);
  const referring = (name: string): readonly string[] =>
    resources
      .filter(({ definition }) =>
        Object.values(definition.fields).some(
          ({ shape }) => shape.kind === "ref" && shape.onDelete !== "restrict" && targetName(shape) === name,
        ),
      )
      .map((resource) => resource.name);
  return new Map(
    resources.map((resource) => [
      tableName(resource),
      { resource: resource.name, cascade: closure(resource.name, referring) },
    ]),
  );
}

function closure(start: string, next: (name: string) => readonly string[]): readonly string[] {
  const found = new Set<string>();
  const waiting = [...next(start)];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (found.has(name)) continue;
    found.add(name);
    waiting.push(...next(name));
  }
  return [...found];
}

class InvalidatingTable implements Table {
  readonly #table: Table;
  readonly #reach: Reach | null;
  readonly #drop: Drop;
  readonly get: Table["get"];
  readonly getMany: Table["getMany"];
  readonly list: Table["list"];
  readonly listEach: Table["listEach"];
  readonly joined: Table["joined"];
  readonly count: Table["count"];
  readonly for: Table["for"];

  constructor(table: Table, reach: Reach | null, drop: Drop) {
    this.#table = table;
    this.#reach = reach;
    this.#drop = drop;
    // Reads are not in the way: they are the table's own.
    this.get = table.get.bind(table);
    this.getMany = table.getMany.bind(table);
    this.list = table.list.bind(table);
    this.listEach = table.listEach.bind(table);
    this.joined = table.joined;
    this.count = table.count.bind(table);
    const forAsker = table.for;
    this.for = forAsker === null ? null : (asker) => new InvalidatingTable(forAsker(asker), reach, drop);
  }

  insert(rows: readonly RowValues[]): Awaitable<readonly StoredRow[]> {
    return this.#after(
      this.#table.insert(rows),
      rows.map((row) => row["id"]),
      false,
    );
  }

  update(id: string, changes: RowValues, guard: WriteGuard): Awaitable<StoredRow | null> {
    return this.#after(this.#table.update(id, changes, guard), [id], false);
  }

  delete(id: string, guard: WriteGuard): Awaitable<boolean> {
    return this.#after(this.#table.delete(id, guard), [id], true);
  }

  #after<T>(written: Awaitable<T>, ids: readonly unknown[], deleted: boolean): Awaitable<T> {
    const reach = this.#reach;
    if (reach === null) return written;
    return whenReady(written, (value) => {
      const rows = ids.map((id) => rowTag(reach.resource, id));
      const others = deleted ? reach.cascade.flatMap((name) => [resourceTag(name), eachRowTag(name)]) : [];
      const dropped = this.#drop([resourceTag(reach.resource), ...rows, ...others]);
      return isPromise(dropped) ? dropped.then(() => value) : value;
    });
  }
}
