import { type Expression, sql } from "kysely";
import type { Choice } from "../sql/choice.ts";
import { Slot, type Statement } from "../sql/compiled-statement.ts";
import { Listed } from "../sql/listed.ts";
import { type AnyQuery, countFrom, type TableSql, toWhole } from "../sql/table-sql.ts";
import type { EachQuery } from "../store.ts";
import { eachValue, values } from "./bound-arrays.ts";
import { comparedRef } from "./dialect.ts";
import type { SqlValue } from "./values.ts";

/**
 * Statements that read a list for each of many values, for one table. Each gives a row for a list, in no order: an array of each column's
 * values, null for an empty list, and behind them the place of the list's value, from 0. Ten rows as arrays cost pg a third of what they
 * cost one by one, and the server as much as before.
 */
export class EachStatements {
  readonly #table: TableSql<SqlValue>;

  constructor(table: TableSql<SqlValue>) {
    this.#table = table;
  }

  /** For each value, the rows are found by the column's index, and no more of them than the list shall have. */
  listEach(query: EachQuery, choice: Choice): Statement<SqlValue> {
    const listed = new Listed(query, this.#table.conditions, [query.values]);
    return this.#table.kept(`each ${query.key} ${choice.shape} ${listed.shape}`, listed.values, () =>
      this.#lists(query.key, choice, this.#table.list(this.#rows(query.key, choice), listed)),
    );
  }

  /** The same without an order, which costs the server a tenth: right where none of the lists has as many rows as its limit. */
  listShort(query: EachQuery, choice: Choice): Statement<SqlValue> {
    const { conditions } = this.#table;
    const listed = new Listed(query, conditions, [query.values]);
    return this.#table.kept(`short ${query.key} ${choice.shape} ${listed.shape}`, listed.values, () => {
      const rows = this.#rows(query.key, choice)
        .where((build) => conditions.toSql(listed.where, build, countFrom(listed.first + 1)))
        .limit(sql<number>`${new Slot(listed.first, toWhole)}`);
      return this.#lists(query.key, choice, rows);
    });
  }

  #rows(key: string, { names }: Choice): AnyQuery {
    const column = this.#table.conditions.column(key);
    const same = sql<boolean>`${comparedRef(column, sql.ref(column.name))} = ${eachValue(column)}`;
    return this.#table.select(names).where(same);
  }

  #lists(key: string, { names }: Choice, rows: Expression<unknown>): ReturnType<AnyQuery["compile"]> {
    const column = this.#table.conditions.column(key);
    const arrays = names.map((name) => sql`array_agg(${sql.ref(`_row.${name}`)}) as ${sql.ref(name)}`);
    const selected = [...names.map((name) => sql.ref(`_list.${name}`)), sql`${sql.ref("_each.place")} - 1`];
    return sql`select ${sql.join(selected)} from ${values(column)} cross join lateral (select ${sql.join(arrays)} from (${rows}) as ${sql.ref("_row")}) as ${sql.ref("_list")}`.compile(
      this.#table.dialect.builder,
    );
  }
}
