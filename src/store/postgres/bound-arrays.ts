import { type RawBuilder, sql } from "kysely";
import type { ColumnModel } from "../../schema/table.ts";
import { Slot } from "../sql/compiled-statement.ts";
import { canHave, comparedEncoder } from "./dialect.ts";
import { sqlType, type ToSql, toArray, toUuidArray } from "./values.ts";

/** The values that lists are asked for, with their places; null where no row can have one. */
export function values(column: ColumnModel): RawBuilder<unknown> {
  return sql`unnest(${possible(column)}) with ordinality as ${sql.ref("_each")} (${sql.ref("value")}, ${sql.ref("place")})`;
}

function possible(column: ColumnModel): RawBuilder<unknown> {
  if (sqlType(column.field) === "uuid")
    return sql`${new Slot(0, (list) => toUuidArray(list as readonly unknown[]))}::uuid[]`;
  const encode = comparedEncoder(column);
  return array(column, 0, (value) => (canHave(column, value) ? encode(value) : null));
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
