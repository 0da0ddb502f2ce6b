import { type RawBuilder, sql } from "kysely";
import type { ColumnModel } from "../../schema/table.ts";
import { Slot } from "../sql/compiled-statement.ts";
import { canHave, comparedEncoder } from "./dialect.ts";
import { sqlType, type ToSql, toArray } from "./values.ts";

/** The values that lists are asked for, with their places; null where no row can have one. */
export function values(column: ColumnModel): RawBuilder<unknown> {
  const encode = comparedEncoder(column);
  const bound = array(column, 0, (value) => (canHave(column, value) ? encode(value) : null));
  return sql`unnest(${bound}) with ordinality as ${sql.ref("_each")} (${sql.ref("value")}, ${sql.ref("place")})`;
}

/** Text of an array has the database's own collation, where the column has that of octets. */
export function eachValue({ field }: ColumnModel): RawBuilder<unknown> {
  const collation = sqlType(field).startsWith("text") ? sql` collate "C"` : sql``;
  return sql`${sql.ref("_each.value")}${collation}`;
}

export function array(column: ColumnModel, index: number, encode: ToSql): RawBuilder<unknown> {
  const type = sqlType(column.field).replace(/ collate .*$/, "");
  return sql`${new Slot(index, (list) => toArray((list as readonly unknown[]).map(encode)))}::${sql.raw(type)}[]`;
}
