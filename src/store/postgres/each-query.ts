import { type Condition, everyRow } from "../../schema/condition.ts";
import type { ColumnModel, TableModel } from "../../schema/table.ts";
import type { EachQuery, ListQuery } from "../store.ts";

/** A list of the rows that have one value under a reference or a unique key, as one of many such lists; null where it is none. */
export function toEachQuery(query: ListQuery, model: TableModel): EachQuery | null {
  const { where } = query;
  if (where.kind === "compare") return toEach(query, where, everyRow, model);
  if (where.kind !== "all") return null;
  for (const [index, each] of where.of.entries()) {
    const of = where.of.filter((_, place) => place !== index);
    const [only] = of;
    const rest: Condition = of.length === 1 && only !== undefined ? only : { kind: "all", of };
    const found = each.kind === "compare" ? toEach(query, each, rest, model) : null;
    if (found !== null) return found;
  }
  return null;
}

function toEach(
  query: ListQuery,
  { key, comparator, value }: Extract<Condition, { kind: "compare" }>,
  rest: Condition,
  { columns }: TableModel,
): EachQuery | null {
  if (comparator !== "=" || typeof value !== "string") return null;
  const column = columns.find((each) => each.key === key);
  return column !== undefined && isKey(column) ? { ...query, where: rest, key, values: [value] } : null;
}

/** Whether few rows share a value, which an index finds; values are text. */
function isKey({ field, references, onDuplicate }: ColumnModel): boolean {
  if (references !== null || field.shape.kind === "id") return true;
  return onDuplicate !== null && textKinds.has(field.shape.kind);
}

const textKinds: ReadonlySet<string> = new Set(["string", "text", "email", "url", "uuid", "enum", "ref"]);
