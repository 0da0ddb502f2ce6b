import { type Expression, type ExpressionBuilder, type SqlBool, sql } from "kysely";
import type { Condition, OrderTerm } from "../../schema/condition.ts";
import type { ColumnModel, RowValues, TableModel } from "../../schema/table.ts";
import type { AnyTables } from "./builder.ts";
import { toSql } from "./values.ts";

type Where = Expression<SqlBool>;
type Builder = ExpressionBuilder<AnyTables, string>;

/** Turns conditions into SQL expressions over one table's columns. Values are always bound. */
export class Conditions {
  readonly #columns: ReadonlyMap<string, ColumnModel>;

  constructor(model: TableModel) {
    this.#columns = new Map(model.columns.map((column) => [column.key, column]));
  }

  column(key: string): ColumnModel {
    const column = this.#columns.get(key);
    if (column === undefined) throw new Error(`There is no column for "${key}"`);
    return column;
  }

  toSql(condition: Condition, build: Builder): Where {
    switch (condition.kind) {
      case "all":
        return build.and(condition.of.map((each) => this.toSql(each, build)));
      case "any":
        return build.or(condition.of.map((each) => this.toSql(each, build)));
      case "not":
        // A condition that is unknown (null) does not hold, so its opposite does.
        return sql<SqlBool>`not coalesce(${this.toSql(condition.of, build)}, 0)`;
      case "compare":
        return this.#compare(condition, build);
      case "in":
        return this.#isIn(condition.key, condition.values, build);
      case "like":
        return this.#like(condition, build);
    }
  }

  /** The rows after the one with these values, in an order where nulls come last in either direction. */
  after(values: RowValues, order: readonly OrderTerm[], build: Builder): Where {
    const [term, ...rest] = order;
    if (term === undefined) return build("id", ">", values["id"]);
    const column = this.column(term.key);
    const value = toSql(column)(values[term.key]);
    const equal = build(column.name, "is", value);
    const later = value === null ? sql<SqlBool>`0` : this.#later(column, value, term.descending, build);
    return build.or([later, build.and([equal, this.after(values, rest, build)])]);
  }

  #later({ name, nullable }: ColumnModel, value: unknown, descending: boolean, build: Builder): Where {
    const later = build(name, descending ? "<" : ">", value);
    return nullable ? build.or([later, build(name, "is", null)]) : later;
  }

  #compare({ key, comparator, value }: Extract<Condition, { kind: "compare" }>, build: Builder): Where {
    const column = this.column(key);
    const bound = toSql(column)(value);
    if (comparator === "=") return build(column.name, "is", bound);
    if (comparator === "!=") return build(column.name, "is not", bound);
    return build(column.name, comparator, bound);
  }

  #isIn(key: string, values: readonly unknown[], build: Builder): Where {
    const column = this.column(key);
    const bound = values.filter((value) => value !== null).map(toSql(column));
    // One parameter, however many values there are: the statement stays the same.
    const listed = sql<SqlBool>`${sql.ref(column.name)} in (select value from json_each(${toJsonList(bound)}))`;
    return bound.length === values.length ? listed : build.or([listed, build(column.name, "is", null)]);
  }

  /** By position, not by LIKE: with regard to case, and nothing in the text is a wildcard. */
  #like({ key, match, text }: Extract<Condition, { kind: "like" }>, build: Builder): Where {
    const name = sql.ref(this.column(key).name);
    if (text === "") return build(this.column(key).name, "is not", null);
    if (match === "contains") return sql<SqlBool>`instr(${name}, ${text}) > 0`;
    const length = [...text].length;
    if (match === "prefix") return sql<SqlBool>`substr(${name}, 1, ${length}) = ${text}`;
    return sql<SqlBool>`substr(${name}, ${-length}) = ${text}`;
  }
}

/** JSON's grammar has integers of any size; only `JSON.stringify` has none for bigints. */
function toJsonList(values: readonly unknown[]): string {
  return `[${values.map((value) => (typeof value === "bigint" ? value.toString() : JSON.stringify(value))).join(",")}]`;
}
