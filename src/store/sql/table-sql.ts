import { type Expression, type SelectQueryBuilder, sql } from "kysely";
import { LRUCache } from "lru-cache";
import type { OrderTerm } from "../../schema/condition.ts";
import type { TableModel } from "../../schema/table.ts";
import { versionColumn } from "../version-column.ts";
import { type CompiledSql, CompiledStatement, Slot, type Statement } from "./compiled-statement.ts";
import { Conditions } from "./conditions.ts";
import type { AnyTables, Dialect } from "./dialect.ts";
import type { Listed } from "./listed.ts";

/** Statements that a table keeps compiled, by the shape of what was asked; filters of callers make more than that over time. */
const keptShapes = 256;
/** Characters of their SQL in all. */
const keptSql = 1 << 18;

export type AnyQuery = SelectQueryBuilder<AnyTables, string, unknown>;

/** What statements over one table are made of, and those that were made. */
export class TableSql<V> {
  readonly model: TableModel;
  readonly dialect: Dialect<V>;
  readonly conditions: Conditions<V>;
  /** Names of all columns, that of the version last. */
  readonly columns: readonly string[];
  readonly #compiled = new LRUCache<string, CompiledStatement<V>>({
    max: keptShapes,
    maxSize: keptSql,
    sizeCalculation: ({ sql }) => sql.length,
  });

  constructor(model: TableModel, dialect: Dialect<V>) {
    this.model = model;
    this.dialect = dialect;
    this.conditions = new Conditions(model, dialect);
    this.columns = [...model.columns.map(({ name }) => name), versionColumn];
  }

  select(names: readonly string[] = this.columns): AnyQuery {
    return this.dialect.builder.selectFrom(this.model.name).select([...names]);
  }

  /** Adds what a list asks for to a query over the table. */
  list(query: AnyQuery, { where, terms, after, first }: Listed): AnyQuery {
    let narrowed = query.where((build) => this.conditions.toSql(where, build, countFrom(first + 1)));
    if (after !== null) narrowed = narrowed.where((build) => this.conditions.after(after, build));
    for (const term of this.order(terms, "")) narrowed = narrowed.orderBy(term);
    return narrowed.limit(sql<number>`${new Slot(first, toWhole)}`);
  }

  /** Terms of an order, nulls last, the id as the last of them. */
  order(terms: readonly OrderTerm[], prefix: string): readonly Expression<unknown>[] {
    const all = terms.flatMap(({ key, descending }) => {
      const column = this.conditions.column(key);
      return this.dialect.tests.order(column, sql.ref(`${prefix}${column.name}`), descending);
    });
    return [...all, sql.ref(`${prefix}id`)];
  }

  /** The statement of a shape, bound to values; `compile` makes it where it is not kept. */
  kept(shape: string, values: readonly unknown[], compile: () => CompiledSql): Statement<V> {
    let statement = this.#compiled.get(shape);
    if (statement === undefined) {
      statement = new CompiledStatement(compile());
      this.#compiled.set(shape, statement);
    }
    return { sql: statement.sql, parameters: statement.bind(values) };
  }
}

/** Indexes of values, one after the other. */
export function countFrom(first: number): () => number {
  let next = first;
  return () => next++;
}

/** Every driver takes numbers as they are. */
export function toWhole(value: unknown): number {
  return Number(value);
}
