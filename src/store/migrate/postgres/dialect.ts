import type { ColumnModel } from "../../../schema/table.ts";
import { sqlType, toSql } from "../../postgres/values.ts";
import type { Dialect } from "../dialect.ts";
import { quoteText } from "../sql.ts";
import { convert } from "./convert.ts";
import { render } from "./render.ts";

/** Migrations of PostgreSQL. */
export const postgresDialect: Dialect = {
  name: "postgres",
  type: sqlType,
  fill: fillLiteral,
  convert,
  render,
};

/** A field's default as an SQL literal, of the type that the column has. */
function fillLiteral(column: ColumnModel): string | null {
  const value = column.field.default;
  if (value === undefined) return null;
  const bound = toSql(column)(value);
  if (bound === null) return "null";
  return quoteText(typeof bound === "string" ? bound : `\\x${bound.toString("hex")}`);
}
