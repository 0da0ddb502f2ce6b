import { sql } from "kysely";
import type { Condition } from "../../schema/condition.ts";
import type { RowValues } from "../../schema/table.ts";
import type { ListQuery, WriteGuard } from "../store.ts";
import { versionColumn } from "../version-column.ts";
import type { Choice } from "./choice.ts";
import { Slot, type Statement } from "./compiled-statement.ts";
import type { Builder, Where } from "./dialect.ts";
import { Listed } from "./listed.ts";
import { countFrom, type TableSql, toWhole } from "./table-sql.ts";

/** The statements of one table: compiled by Kysely once for each shape of a call, and only bound to values after that. */
export class TableStatements<V> {
  readonly #table: TableSql<V>;

  constructor(table: TableSql<V>) {
    this.#table = table;
  }

  /** The row with an id, if it is visible. */
  get(id: string, visible: Condition | null, { shape: chosen, names }: Choice): Statement<V> {
    const { conditions } = this.#table;
    const values: unknown[] = [id];
    const shape = visible === null ? "" : conditions.shape(visible, values);
    return this.#table.kept(`get ${chosen} ${shape}`, values, () => {
      const query = this.#table.select(names).where("id", "=", conditions.slot("id", 0));
      if (visible === null) return query.compile();
      return query.where((build) => conditions.toSql(visible, build, countFrom(1))).compile();
    });
  }

  getMany(ids: readonly string[], visible: Condition | null, { shape: chosen, names }: Choice): Statement<V> {
    const { conditions, dialect } = this.#table;
    const values: unknown[] = [ids];
    const shape = visible === null ? "" : conditions.shape(visible, values);
    return this.#table.kept(`many ${chosen} ${shape}`, values, () => {
      const query = this.#table.select(names).where(dialect.tests.isIn(conditions.column("id"), ids, 0));
      if (visible === null) return query.compile();
      return query.where((build) => conditions.toSql(visible, build, countFrom(1))).compile();
    });
  }

  list(query: ListQuery, { shape, names }: Choice): Statement<V> {
    const listed = new Listed(query, this.#table.conditions, []);
    return this.#table.kept(`list ${shape} ${listed.shape}`, listed.values, () =>
      this.#table.list(this.#table.select(names), listed).compile(),
    );
  }

  count(where: Condition): Statement<V> {
    const { conditions, dialect, model } = this.#table;
    const values: unknown[] = [];
    return this.#table.kept(`count ${conditions.shape(where, values)}`, values, () =>
      dialect.builder
        .selectFrom(model.name)
        .select(sql<number>`count(*)`.as("count"))
        .where((build) => conditions.toSql(where, build, countFrom(0)))
        .compile(),
    );
  }

  update(id: string, changes: RowValues, guard: WriteGuard): Statement<V> {
    const { conditions, dialect, model, columns } = this.#table;
    const keys = Object.keys(changes);
    const values: unknown[] = [id, ...keys.map((key) => changes[key])];
    const first = values.length;
    return this.#table.kept(`update ${JSON.stringify(keys)} ${this.#shape(guard, values)}`, values, () => {
      const set = keys.map((key, index) => [
        conditions.column(key).name,
        sql`${conditions.slot(key, index + 1)}`,
      ]);
      return dialect.builder
        .updateTable(model.name)
        .set({ ...Object.fromEntries(set), [versionColumn]: sql`${sql.ref(versionColumn)} + 1` })
        .where("id", "=", conditions.slot("id", 0))
        .where((build) => this.#guarded(guard, build, countFrom(first)))
        .returning([...columns])
        .compile();
    });
  }

  delete(id: string, guard: WriteGuard): Statement<V> {
    const { conditions, dialect, model } = this.#table;
    const values: unknown[] = [id];
    return this.#table.kept(`delete ${this.#shape(guard, values)}`, values, () =>
      dialect.builder
        .deleteFrom(model.name)
        .where("id", "=", conditions.slot("id", 0))
        .where((build) => this.#guarded(guard, build, countFrom(1)))
        .compile(),
    );
  }

  /** What a write's SQL depends on in its guard, whose values are added to `values`. */
  #shape({ version, visible }: WriteGuard, values: unknown[]): string {
    if (version !== null) values.push(version);
    const shape = visible === null ? "" : this.#table.conditions.shape(visible, values);
    return `${version === null ? "" : "version"} ${shape}`;
  }

  #guarded({ version, visible }: WriteGuard, build: Builder, next: () => number): Where {
    const guards: Where[] = [];
    if (version !== null) guards.push(build(versionColumn, "=", new Slot(next(), toWhole)));
    if (visible !== null) guards.push(this.#table.conditions.toSql(visible, build, next));
    return build.and(guards);
  }
}
