import type { SQLInputValue } from "node:sqlite";
import { type Expression, type RawBuilder, type SelectQueryBuilder, type SqlBool, sql } from "kysely";
import { LRUCache } from "lru-cache";
import type { Condition, OrderTerm } from "../../schema/condition.ts";
import type { RowValues, TableModel } from "../../schema/table.ts";
import type { EachQuery, ListQuery, WriteGuard } from "../store.ts";
import { versionColumn } from "../version-column.ts";
import { type AnyTables, builder } from "./builder.ts";
import type { Choice } from "./choice.ts";
import { CompiledStatement, Slot } from "./compiled-statement.ts";
import { shapeOf } from "./condition-shape.ts";
import { type Builder, Conditions, type Where } from "./conditions.ts";
import { type ToSql, toSql } from "./values.ts";

/** Statements that a table keeps compiled, by the shape of what was asked; filters of callers make more than that over time. */
const keptShapes = 256;
/** Characters of their SQL in all. */
const keptSql = 1 << 18;

type AnyQuery = SelectQueryBuilder<AnyTables, string, unknown>;

/** SQL and what is bound to it. */
export interface Statement {
  readonly sql: string;
  readonly parameters: readonly SQLInputValue[];
}

/** The statements of one table: compiled by Kysely once for each shape of a call, and only bound to values after that. */
export class TableStatements {
  readonly get: string;
  readonly insert: string;
  readonly #model: TableModel;
  readonly #conditions: Conditions;
  readonly #columns: readonly string[];
  readonly #keys: readonly string[];
  readonly #encoders: readonly ToSql[];
  readonly #compiled = new LRUCache<string, CompiledStatement>({
    max: keptShapes,
    maxSize: keptSql,
    sizeCalculation: ({ sql }) => sql.length,
  });

  constructor(model: TableModel) {
    this.#model = model;
    this.#conditions = new Conditions(model);
    this.#columns = [...model.columns.map(({ name }) => name), versionColumn];
    this.#keys = model.columns.map(({ key }) => key);
    this.#encoders = model.columns.map(toSql);
    this.get = this.#select().where("id", "=", "").compile().sql;
    this.insert = this.#insert();
  }

  /** What is bound to `insert`. */
  insertParameters(values: RowValues): SQLInputValue[] {
    return this.#encoders.map((encode, index) => encode(values[this.#keys[index] ?? ""]));
  }

  /** The row with an id, if it is visible. */
  getChosen(id: string, visible: Condition | null, { shape: chosen, names }: Choice): Statement {
    const values: unknown[] = [id];
    const shape = visible === null ? "" : shapeOf(visible, values);
    return this.#kept(`get ${chosen} ${shape}`, values, () => {
      const query = this.#select(names).where("id", "=", this.#conditions.slot("id", 0));
      if (visible === null) return query.compile();
      return query.where((build) => this.#conditions.toSql(visible, build, countFrom(1))).compile();
    });
  }

  getMany(ids: readonly string[], visible: Condition | null, { shape: chosen, names }: Choice): Statement {
    const values: unknown[] = [ids];
    const shape = visible === null ? "" : shapeOf(visible, values);
    return this.#kept(`many ${chosen} ${shape}`, values, () => {
      const listed = sql<string>`(select value from json_each(${new Slot(0, JSON.stringify)}))`;
      const query = this.#select(names).where("id", "in", listed);
      if (visible === null) return query.compile();
      return query.where((build) => this.#conditions.toSql(visible, build, countFrom(1))).compile();
    });
  }

  list(query: ListQuery, { shape, names }: Choice): Statement {
    const listed = new Listed(query, []);
    return this.#kept(`list ${shape} ${listed.shape}`, listed.values, () =>
      this.#listed(this.#select(names), listed).compile(),
    );
  }

  /**
   * The lists of many values, each row with the place of its value: for each value, a list of its row ids, by which the rows are found.
   * Measured for 64 values of ten rows each: 0.7 of the time of a statement for each value, where numbering rows by a window function
   * takes 1.0 of it.
   */
  listEach(query: EachQuery, { shape, names }: Choice): Statement {
    const listed = new Listed(query, [query.values]);
    return this.#kept(`each ${query.key} ${shape} ${listed.shape}`, listed.values, () => {
      const ids = builder.selectFrom(this.#model.name).select("_rowid_").where(this.#ofValue(query.key, ""));
      const row = sql`${sql.table(this.#model.name)} as ${sql.ref("_row")}`;
      const found = sql`${sql.ref("_row._rowid_")} in (${this.#listed(ids, listed)})`;
      const order = [sql.ref("_each.key"), ...this.#order(listed.terms, "_row.")];
      return sql`${eachValue(names)} cross join ${row} on ${found} order by ${sql.join(order)}`.compile(
        builder,
      );
    });
  }

  /** The same without an order or an end for each, and with `most` rows in all: a third of the time, where all are wanted. */
  listShort(query: EachQuery, most: number, { shape, names }: Choice): Statement {
    const listed = new Listed({ ...query, limit: most }, [query.values]);
    return this.#kept(`short ${query.key} ${shape} ${listed.shape}`, listed.values, () => {
      const column = this.#conditions.column(query.key).name;
      // By itself, so that no name of a condition is taken for one of json_each.
      const rows = this.#select([...new Set([...names, column])]).where((build) =>
        this.#conditions.toSql(listed.where, build, countFrom(listed.first + 1)),
      );
      const same = this.#ofValue(query.key, "_row.");
      const limit = new Slot(listed.first, Number);
      return sql`${eachValue(names)} cross join ${rows.as("_row")} on ${same} limit ${limit}`.compile(
        builder,
      );
    });
  }

  #ofValue(key: string, prefix: string): Expression<SqlBool> {
    const { name } = this.#conditions.column(key);
    return sql<SqlBool>`${sql.ref(`${prefix}${name}`)} = ${sql.ref("_each.value")}`;
  }

  count(where: Condition): Statement {
    const values: unknown[] = [];
    return this.#kept(`count ${shapeOf(where, values)}`, values, () =>
      builder
        .selectFrom(this.#model.name)
        .select(sql<number>`count(*)`.as("count"))
        .where((build) => this.#conditions.toSql(where, build, countFrom(0)))
        .compile(),
    );
  }

  update(id: string, changes: RowValues, guard: WriteGuard): Statement {
    const keys = Object.keys(changes);
    const values: unknown[] = [id, ...keys.map((key) => changes[key])];
    const first = values.length;
    return this.#kept(`update ${JSON.stringify(keys)} ${guardShape(guard, values)}`, values, () => {
      const set = keys.map((key, index) => [
        this.#conditions.column(key).name,
        sql`${this.#conditions.slot(key, index + 1)}`,
      ]);
      return builder
        .updateTable(this.#model.name)
        .set({ ...Object.fromEntries(set), [versionColumn]: sql`${sql.ref(versionColumn)} + 1` })
        .where("id", "=", this.#conditions.slot("id", 0))
        .where((build) => this.#guarded(guard, build, countFrom(first)))
        .returning([...this.#columns])
        .compile();
    });
  }

  delete(id: string, guard: WriteGuard): Statement {
    const values: unknown[] = [id];
    return this.#kept(`delete ${guardShape(guard, values)}`, values, () =>
      builder
        .deleteFrom(this.#model.name)
        .where("id", "=", this.#conditions.slot("id", 0))
        .where((build) => this.#guarded(guard, build, countFrom(1)))
        .compile(),
    );
  }

  #select(names: readonly string[] = this.#columns) {
    return builder.selectFrom(this.#model.name).select([...names]);
  }

  /** Adds what a list asks for to a query over the table. */
  #listed(query: AnyQuery, listed: Listed): AnyQuery {
    const { where, terms, after, first } = listed;
    let narrowed = query.where((build) => this.#conditions.toSql(where, build, countFrom(first + 1)));
    if (after !== null) {
      const ended = terms.map((term, index) => ({
        ...term,
        isNull: isNull(after[term.key]),
        index: listed.afterIndex + 1 + index,
      }));
      narrowed = narrowed.where((build) => this.#conditions.after(ended, listed.afterIndex, build));
    }
    for (const term of this.#order(terms, "")) narrowed = narrowed.orderBy(term);
    return narrowed.limit(sql<number>`${new Slot(first, Number)}`);
  }

  /** Terms of an order, nulls last, the id as the last of them. */
  #order(terms: readonly OrderTerm[], prefix: string): readonly Expression<unknown>[] {
    const all = terms.flatMap(({ key, descending }) => {
      const { name, nullable } = this.#conditions.column(key);
      const column = sql.ref(`${prefix}${name}`);
      const term = descending ? sql`${column} desc` : sql`${column} asc`;
      return nullable ? [sql`${column} is null`, term] : [term];
    });
    return [...all, sql.ref(`${prefix}id`)];
  }

  #insert(): string {
    const values = Object.fromEntries(this.#model.columns.map(({ name }) => [name, ""]));
    return builder
      .insertInto(this.#model.name)
      .values(values)
      .returning([...this.#columns])
      .compile().sql;
  }

  #guarded({ version, visible }: WriteGuard, build: Builder, next: () => number): Where {
    const guards: Where[] = [];
    if (version !== null) guards.push(build(versionColumn, "=", new Slot(next(), Number)));
    if (visible !== null) guards.push(this.#conditions.toSql(visible, build, next));
    return build.and(guards);
  }

  #kept(
    shape: string,
    values: readonly unknown[],
    compile: () => ConstructorParameters<typeof CompiledStatement>[0],
  ): Statement {
    let statement = this.#compiled.get(shape);
    if (statement === undefined) {
      statement = new CompiledStatement(compile());
      this.#compiled.set(shape, statement);
    }
    return { sql: statement.sql, parameters: statement.bind(values) };
  }
}

/** Selects columns for each of many values, and the place of the value behind them. */
function eachValue(names: readonly string[]): RawBuilder<unknown> {
  const columns = names.map((name) => sql.ref(`_row.${name}`));
  return sql`select ${sql.join([...columns, sql.ref("_each.key")])} from json_each(${new Slot(0, JSON.stringify)}) as ${sql.ref("_each")}`;
}

/** A list that is asked for: what its SQL depends on, and the values that are bound to it. */
class Listed {
  readonly where: Condition;
  readonly terms: readonly OrderTerm[];
  readonly after: RowValues | null;
  readonly shape: string;
  readonly values: readonly unknown[];
  /** Index of its first value: the limit. */
  readonly first: number;
  /** Index of the id after which it goes on. */
  readonly afterIndex: number;

  constructor({ where, order, limit, after }: ListQuery, before: readonly unknown[]) {
    const values = [...before, limit];
    this.where = where;
    this.terms = deciding(order);
    this.after = after;
    this.first = before.length;
    const shape = shapeOf(where, values);
    this.afterIndex = values.length;
    if (after !== null) values.push(after["id"], ...this.terms.map(({ key }) => after[key]));
    this.shape = `${shape} ${this.terms.map(termShape).join()} ${afterShape(this.terms, after)}`;
    this.values = values;
  }
}

/** What a write's SQL depends on in its guard, whose values are added to `values`. */
function guardShape({ version, visible }: WriteGuard, values: unknown[]): string {
  if (version !== null) values.push(version);
  return `${version === null ? "" : "version"} ${visible === null ? "" : shapeOf(visible, values)}`;
}

/** Terms behind the id decide nothing, since no two rows share one; and an ascending id is the last term by itself. */
function deciding(order: readonly OrderTerm[]): readonly OrderTerm[] {
  const end = order.findIndex(({ key }) => key === "id");
  if (end === -1) return order;
  return order.slice(0, order[end]?.descending === true ? end + 1 : end);
}

function termShape({ key, descending }: OrderTerm): string {
  return `${descending ? "-" : "+"}${JSON.stringify(key)}`;
}

/** A page goes on in another way after a row without a value. */
function afterShape(terms: readonly OrderTerm[], after: RowValues | null): string {
  return after === null ? "" : `after ${terms.map(({ key }) => (isNull(after[key]) ? "0" : "1")).join("")}`;
}

function isNull(value: unknown): boolean {
  return value === null || value === undefined;
}

function countFrom(first: number): () => number {
  let next = first;
  return () => next++;
}
