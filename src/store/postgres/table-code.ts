import { type RawBuilder, sql } from "kysely";
import type { ColumnModel, TableModel } from "../../schema/table.ts";
import { type Choice, Choices } from "../sql/choice.ts";
import type { Statement } from "../sql/compiled-statement.ts";
import { Listed } from "../sql/listed.ts";
import { TableSql } from "../sql/table-sql.ts";
import { TableStatements } from "../sql/table-statements.ts";
import type { ListQuery } from "../store.ts";
import { array, eachValue, values } from "./bound-arrays.ts";
import { comparedRef, postgresDialect } from "./dialect.ts";
import { EachStatements } from "./each-statements.ts";
import { InsertStatements } from "./inserts/insert-statements.ts";
import { compilePostgresDecoder, type SqlValue, toSql } from "./values.ts";

/** The statements of one table, and how its rows are read: the same over whichever connection. */
export class TableCode {
  readonly model: TableModel;
  readonly choices: Choices;
  readonly statements: TableStatements<SqlValue>;
  readonly each: EachStatements;
  /** References by which some row has had more rows than a page has: those are read in order. */
  readonly crowded: Set<string>;
  readonly inserts: InsertStatements;
  readonly #sql: TableSql<SqlValue>;

  constructor(model: TableModel) {
    this.model = model;
    this.choices = new Choices(model, compilePostgresDecoder);
    this.#sql = new TableSql(model, postgresDialect);
    this.statements = new TableStatements(this.#sql);
    this.each = new EachStatements(this.#sql);
    this.crowded = new Set();
    this.inserts = new InsertStatements(this.#sql);
  }

  /**
   * Rows of a list, with two columns more: the newest position of the change log, and how many changes this statement gave theirs. It does so
   * for all changes that it sees, as `fourfold_place_changes` does. One row of nulls where there is none.
   */
  snapshot(query: ListQuery, { shape, names }: Choice): Statement<SqlValue> {
    const listed = new Listed(query, this.#sql.conditions, []);
    return this.#sql.kept(`snapshot ${shape} ${listed.shape}`, listed.values, () => {
      const rows = this.#sql.list(this.#sql.select(names), listed);
      const selected = names.map((name) => sql.ref(`_row.${name}`));
      return sql`${placeAll} select ${sql.join(selected)}, (select "last" from "_last") + (select count(*) from "_placed"), (select count(*) from "_placed") from (select 1) as "_one" left join (${rows}) as ${sql.ref("_row")} on true order by ${sql.ref("_row.id")}`.compile(
        this.#sql.dialect.builder,
      );
    });
  }

  /** The place (from 1) of the first value that a row has already, or one before it. */
  firstDuplicate(column: ColumnModel, stated: readonly unknown[]): Statement<SqlValue> {
    const { dialect, model } = this.#sql;
    return this.#sql.kept(`duplicate ${column.name}`, [stated], () => {
      const own = comparedRef(column, sql.ref(`_row.${column.name}`));
      const found = sql`exists (select 1 from ${sql.table(model.name)} as ${sql.ref("_row")} where ${own} = ${eachValue(column)})`;
      const before = sql`row_number() over (partition by ${sql.ref("_each.value")} order by ${sql.ref("_each.place")})`;
      return sql`select min(place) from (select place, ${before} > 1 or ${found} as is_double from ${values(column)} where value is not null) as _tested where is_double`.compile(
        dialect.builder,
      );
    });
  }

  /** The place (from 1) of the first value that refers to no row, and to none of those that are written with it. */
  firstMissing(
    column: ColumnModel,
    stated: readonly unknown[],
    ids: readonly unknown[],
  ): Statement<SqlValue> {
    const { conditions, dialect, model } = this.#sql;
    const target = column.references?.table ?? model.name;
    const own = target === model.name ? ids.filter((id) => id !== undefined) : [];
    return this.#sql.kept(`missing ${column.name}`, [stated, own], () => {
      const found = sql`exists (select 1 from ${sql.table(target)} as ${sql.ref("_row")} where ${sql.ref("_row.id")} = ${eachValue(column)})`;
      const among = array(conditions.column("id"), 1, toSql(conditions.column("id")));
      return sql`select min(place) from ${values(column)} where value is not null and not ${found} and not ${eachValue(column)} = any(${among})`.compile(
        dialect.builder,
      );
    });
  }
}

const placeAll: RawBuilder<unknown> = sql`with "_last" as (
    select coalesce(max("position"), 0) as "last" from "fourfold_changes"
  ), "_open" as (
    select ctid as "here", row_number() over (order by "entry") as "place" from "fourfold_changes" where "position" is null
  ), "_placed" as (
    update "fourfold_changes" as "change" set "position" = "last" + "place" from "_open", "_last" where "change".ctid = "here" returning 1
  )`;
