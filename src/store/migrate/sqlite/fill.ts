import type { ColumnModel } from "../../../schema/table.ts";
import { toSql } from "../../sqlite/values.ts";

/** A field's default as an SQL literal, for rows that exist already; null where there is none. */
export function fillLiteral(column: ColumnModel): string | null {
  const value = column.field.default;
  if (value === undefined) return null;
  const bound = toSql(column)(value);
  if (bound === null) return "null";
  if (typeof bound === "string") return `'${bound.replaceAll("'", "''")}'`;
  if (typeof bound === "number" || typeof bound === "bigint") return String(bound);
  return `x'${Buffer.from(bound.buffer, bound.byteOffset, bound.byteLength).toString("hex")}'`;
}
