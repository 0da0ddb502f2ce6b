import type { SQLInputValue } from "node:sqlite";
import { sql } from "kysely";
import type { Condition, OrderTerm } from "../../schema/condition.ts";
import type { RowValues, TableModel } from "../../schema/table.ts";
import type { ListQuery, WriteGuard } from "../store.ts";
import { builder } from "./builder.ts";
import { Conditions } from "./conditions.ts";
import { versionColumn } from "./row-decoder.ts";
import { type ToSql, toSql } from "./values.ts";

/** SQL and what is bound to it. */
export interface Statement {
  readonly sql: string;
  readonly parameters: readonly SQLInputValue[];
}

/** The statements of one table. Those that never vary are compiled once. */
export class TableStatements {
  readonly get: string;
  readonly insert: string;
  readonly #model: TableModel;
  readonly #conditions: Conditions;
  readonly #columns: readonly string[];
  readonly #encoders: ReadonlyMap<string, ToSql>;

  constructor(model: TableModel) {
    this.#model = model;
    this.#conditions = new Conditions(model);
    this.#columns = [...model.columns.map(({ name }) => name), versionColumn];
    this.#encoders = new Map(model.columns.map((column) => [column.key, toSql(column)]));
    this.get = builder
      .selectFrom(model.name)
      .select([...this.#columns])
      .where("id", "=", "")
      .compile().sql;
    this.insert = this.#insert();
  }

  /** What is bound to `insert`. */
  insertParameters(values: RowValues): readonly SQLInputValue[] {
    return this.#model.columns.map(({ key }) => this.#encode(key, values[key]));
  }

  /** The row with an id, if it is visible. */
  getVisible(id: string, visible: Condition): Statement {
    const query = this.#select()
      .where("id", "=", id)
      .where((build) => this.#conditions.toSql(visible, build));
    return toStatement(query.compile());
  }

  getMany(ids: readonly string[], visible: Condition | null): Statement {
    const listed = sql<string>`(select value from json_each(${JSON.stringify(ids)}))`;
    const query = this.#select().where("id", "in", listed);
    if (visible === null) return toStatement(query.compile());
    return toStatement(query.where((build) => this.#conditions.toSql(visible, build)).compile());
  }

  list({ where, order, limit, after }: ListQuery): Statement {
    let query = this.#select().where((build) => this.#conditions.toSql(where, build));
    if (after !== null)
      query = query.where((build) => this.#conditions.after(after, withoutId(order), build));
    for (const { key, descending } of withoutId(order)) {
      const { name, nullable } = this.#conditions.column(key);
      if (nullable) query = query.orderBy(sql`${sql.ref(name)} is null`);
      query = query.orderBy(name, descending ? "desc" : "asc");
    }
    return toStatement(query.orderBy("id").limit(limit).compile());
  }

  count(where: Condition): Statement {
    const query = builder
      .selectFrom(this.#model.name)
      .select(sql<number>`count(*)`.as("count"))
      .where((build) => this.#conditions.toSql(where, build));
    return toStatement(query.compile());
  }

  update(id: string, changes: RowValues, guard: WriteGuard): Statement {
    const set = Object.entries(changes).map(([key, value]) => [
      this.#conditions.column(key).name,
      this.#encode(key, value),
    ]);
    const query = builder
      .updateTable(this.#model.name)
      .set({ ...Object.fromEntries(set), [versionColumn]: sql`${sql.ref(versionColumn)} + 1` })
      .where("id", "=", id)
      .where((build) => build.and(this.#guards(guard).map((condition) => condition(build))))
      .returning([...this.#columns]);
    return toStatement(query.compile());
  }

  delete(id: string, guard: WriteGuard): Statement {
    const query = builder
      .deleteFrom(this.#model.name)
      .where("id", "=", id)
      .where((build) => build.and(this.#guards(guard).map((condition) => condition(build))));
    return toStatement(query.compile());
  }

  #select() {
    return builder.selectFrom(this.#model.name).select([...this.#columns]);
  }

  #insert(): string {
    const values = Object.fromEntries(this.#model.columns.map(({ name }) => [name, ""]));
    return builder
      .insertInto(this.#model.name)
      .values(values)
      .returning([...this.#columns])
      .compile().sql;
  }

  #guards({ version, visible }: WriteGuard) {
    type Build = Parameters<Conditions["toSql"]>[1];
    const guards: ((build: Build) => ReturnType<Conditions["toSql"]>)[] = [];
    if (version !== null) guards.push((build) => build(versionColumn, "=", version));
    if (visible !== null) guards.push((build) => this.#conditions.toSql(visible, build));
    return guards;
  }

  #encode(key: string, value: unknown): SQLInputValue {
    return this.#encoders.get(key)?.(value) ?? null;
  }
}

/** The id is the last term by itself. */
function withoutId(order: readonly OrderTerm[]): readonly OrderTerm[] {
  return order.filter(({ key }) => key !== "id" || isReversed(order));
}

/** An order by descending id cannot do without it. */
function isReversed(order: readonly OrderTerm[]): boolean {
  return order.some(({ key, descending }) => key === "id" && descending);
}

function toStatement(compiled: { readonly sql: string; readonly parameters: readonly unknown[] }): Statement {
  return { sql: compiled.sql, parameters: compiled.parameters as readonly SQLInputValue[] };
}
