import type { SQLInputValue } from "node:sqlite";
import { type Expression, type ExpressionBuilder, type SqlBool, sql } from "kysely";
import type { Comparison, Condition, OrderTerm } from "../../schema/condition.ts";
import type { ColumnModel, TableModel } from "../../schema/table.ts";
import type { AnyTables } from "./builder.ts";
import { Slot } from "./compiled-statement.ts";
import { type ToSql, toJsonList, toSql } from "./values.ts";

export type Where = Expression<SqlBool>;
export type Builder = ExpressionBuilder<AnyTables, string>;

/** A term of an order after which a page goes on; `isNull` where the last row of the page before had no value. */
export interface AfterTerm extends OrderTerm {
  readonly isNull: boolean;
  readonly index: number;
}

/** Turns conditions into SQL over one table's columns, with a {@link Slot} at the place of each value. */
export class Conditions {
  readonly #columns: ReadonlyMap<string, ColumnModel>;
  readonly #encoders: ReadonlyMap<string, ToSql>;

  constructor(model: TableModel) {
    this.#columns = new Map(model.columns.map((column) => [column.key, column]));
    this.#encoders = new Map(model.columns.map((column) => [column.key, toSql(column)]));
  }

  column(key: string): ColumnModel {
    const column = this.#columns.get(key);
    if (column === undefined) throw new Error(`There is no column for "${key}"`);
    return column;
  }

  /** Stands for the value of a column. */
  slot(key: string, index: number): Slot {
    const encode = this.#encoders.get(key);
    if (encode === undefined) throw new Error(`There is no column for "${key}"`);
    return new Slot(index, encode);
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
        return sql<SqlBool>`not coalesce(${this.toSql(condition.of, build, next)}, 0)`;
      case "compare":
        return this.#compare(condition, build, next());
      case "in":
        return this.#isIn(condition, build, next());
      case "like":
        return this.#like(condition, build, next());
    }
  }

  /** The rows after the one at which a page ended, in an order where nulls come last in either direction. */
  after(order: readonly AfterTerm[], id: number, build: Builder): Where {
    const [term, ...rest] = order;
    if (term === undefined) return build("id", ">", this.slot("id", id));
    const { name } = this.column(term.key);
    const equal = build(name, "is", this.slot(term.key, term.index));
    const goesOn = build.and([equal, this.after(rest, id, build)]);
    // Nothing comes after null but other rows without a value.
    return term.isNull ? goesOn : build.or([this.#later(term, build), goesOn]);
  }

  #later({ key, descending, index }: AfterTerm, build: Builder): Where {
    const { name, nullable } = this.column(key);
    const later = build(name, descending ? "<" : ">", this.slot(key, index));
    return nullable ? build.or([later, build(name, "is", null)]) : later;
  }

  #compare({ key, comparator }: Comparison, build: Builder, index: number): Where {
    const operator = comparator === "=" ? "is" : comparator === "!=" ? "is not" : comparator;
    return build(this.column(key).name, operator, this.slot(key, index));
  }

  #isIn({ key, values }: Extract<Condition, { kind: "in" }>, build: Builder, index: number): Where {
    const column = this.column(key);
    const listed =
      column.field.shape.kind === "float" ? inDoubles(column, values, index) : inList(column, index);
    return values.includes(null) ? build.or([listed, build(column.name, "is", null)]) : listed;
  }

  /** By position, not by LIKE: with regard to case, and nothing in the text is a wildcard. */
  #like({ key, match, text }: Extract<Condition, { kind: "like" }>, build: Builder, index: number): Where {
    const { name } = this.column(key);
    // Every text has the empty one in it; SQLite's substr(x, -0) would be the whole of it.
    if (text === "") return build(name, "is not", null);
    const column = sql.ref(name);
    const bound = new Slot(index, String);
    // substr counts code points, and so does a string's iterator.
    const length = new Slot(index, (each) => [...String(each)].length);
    if (match === "contains") return sql<SqlBool>`instr(${column}, ${bound}) > 0`;
    if (match === "prefix") return sql<SqlBool>`substr(${column}, 1, ${length}) = ${bound}`;
    return sql<SqlBool>`substr(${column}, -${length}) = ${bound}`;
  }
}

/** One parameter, however many values there are: the statement stays the same. */
function inList(column: ColumnModel, index: number): Where {
  const list = new Slot(index, (each) => toJsonList(column, each as readonly unknown[]));
  return sql<SqlBool>`${listedColumn(column)} in (select value from json_each(${list}))`;
}

/** SQLite reads one double in 700 from JSON as its neighbour: they are bound, each by itself. */
function inDoubles({ name }: ColumnModel, values: readonly unknown[], index: number): Where {
  const each = values.map(
    (_, place) => new Slot(index, (list) => (list as readonly SQLInputValue[])[place] ?? null),
  );
  return each.length === 0 ? sql<SqlBool>`0` : sql<SqlBool>`${sql.ref(name)} in (${sql.join(each)})`;
}

/** JSON has no octets: they are compared as hexadecimal text. */
function listedColumn({ name, field }: ColumnModel): Expression<unknown> {
  return field.shape.kind === "bytes" ? sql`hex(${sql.ref(name)})` : sql.ref(name);
}
