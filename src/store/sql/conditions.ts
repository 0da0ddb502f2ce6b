import { type SqlBool, sql } from "kysely";
import type { Condition, OrderTerm } from "../../schema/condition.ts";
import type { ColumnModel, TableModel } from "../../schema/table.ts";
import { Slot } from "./compiled-statement.ts";
import { shapeOf, type ValueTest } from "./condition-shape.ts";
import type { Builder, Dialect, Where } from "./dialect.ts";

/** A term of an order after which a page goes on; `isNull` where the last row of the page before had no value. */
export interface AfterTerm extends OrderTerm {
  readonly isNull: boolean;
  /** What of its value SQL depends on. */
  readonly form: string;
  readonly index: number;
}

/** Turns conditions into SQL over one table's columns, with a {@link Slot} at the place of each value. */
export class Conditions<V> {
  readonly #dialect: Dialect<V>;
  readonly #columns: ReadonlyMap<string, ColumnModel>;
  readonly #encoders: ReadonlyMap<string, (value: unknown) => V>;

  constructor(model: TableModel, dialect: Dialect<V>) {
    this.#dialect = dialect;
    this.#columns = new Map(model.columns.map((column) => [column.key, column]));
    this.#encoders = new Map(model.columns.map((column) => [column.key, dialect.encoder(column)]));
  }

  column(key: string): ColumnModel {
    const column = this.#columns.get(key);
    if (column === undefined) throw new Error(`There is no column for "${key}"`);
    return column;
  }

  encoder(key: string): (value: unknown) => V {
    const encode = this.#encoders.get(key);
    if (encode === undefined) throw new Error(`There is no column for "${key}"`);
    return encode;
  }

  /** Stands for the value of a column. */
  slot(key: string, index: number): Slot<V> {
    return new Slot(index, this.encoder(key));
  }

  /** What the SQL of a condition depends on; its values are added to `values`. */
  shape(condition: Condition, values: unknown[]): string {
    return shapeOf(condition, values, (test) => this.form(test));
  }

  /** `next` gives the index of each value in turn. */
  toSql(condition: Condition, build: Builder, next: () => number): Where {
    switch (condition.kind) {
      case "all":
        return build.and(condition.of.map((each) => this.toSql(each, build, next)));
      case "any":
        return build.or(condition.of.map((each) => this.toSql(each, build, next)));
      case "not":
        // A condition that is unknown (null) does not hold, so its opposite does.
        return sql<SqlBool>`(${this.toSql(condition.of, build, next)}) is not true`;
      case "compare": {
        const { key, comparator } = condition;
        const slot = this.slot(key, next());
        return this.#dialect.tests.compare(this.column(key), comparator, this.form(condition), slot);
      }
      case "in":
        return this.#isIn(condition, build, next());
      case "like":
        return this.#like(condition, build, next());
    }
  }

  /** The rows after the one at which a page ended, in an order where nulls come last in either direction. The id is the last term. */
  after([term, ...rest]: readonly AfterTerm[], build: Builder): Where {
    if (term === undefined) return build.or([]);
    const { tests } = this.#dialect;
    const column = this.column(term.key);
    // Nothing comes after null but other rows without a value.
    if (term.isNull) return build.and([build(column.name, "is", null), this.after(rest, build)]);
    const slot = this.slot(term.key, term.index);
    const later = tests.compare(column, term.descending ? "<" : ">", term.form, slot);
    // No two rows have the same id.
    if (rest.length === 0) return later;
    const goesOn = build.and([tests.compare(column, "=", term.form, slot), this.after(rest, build)]);
    return build.or(column.nullable ? [later, build(column.name, "is", null), goesOn] : [later, goesOn]);
  }

  #isIn({ key, values }: Extract<Condition, { kind: "in" }>, build: Builder, index: number): Where {
    const column = this.column(key);
    const listed = this.#dialect.tests.isIn(column, values, index);
    return values.includes(null) ? build.or([listed, build(column.name, "is", null)]) : listed;
  }

  #like({ key, match, text }: Extract<Condition, { kind: "like" }>, build: Builder, index: number): Where {
    const column = this.column(key);
    // Every text has the empty one in it.
    if (text === "") return build(column.name, "is not", null);
    return this.#dialect.tests.like(column, match, index);
  }

  /** What of its values the SQL of a test depends on. */
  form(test: ValueTest): string {
    return this.#dialect.tests.form(this.column(test.key), test);
  }
}
