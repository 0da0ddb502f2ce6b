import { type Condition, everyRow } from "../../schema/condition.ts";
import type { StoredRow } from "../../schema/table.ts";
import type { EachQuery, ListQuery } from "../store.ts";
import type { Choice } from "./choice.ts";
import type { RawValues } from "./row-decoder.ts";

/** Rows of many lists, by list: the number of its list is behind the other values of each row, and lists come one after the other. */
export function splitLists(
  rows: readonly RawValues[],
  count: number,
  { names, decode }: Choice,
): StoredRow[][] {
  const lists = Array.from({ length: count }, (): StoredRow[] => []);
  for (const raw of rows) lists[Number(raw[names.length])]?.push(decode(raw));
  return lists;
}

/** A list as it was found, in the order of ids and no longer than `limit`. */
export function firstById(rows: StoredRow[], limit: number): readonly StoredRow[] {
  // Ids that a store makes go up with time, and rows are found as they were added.
  if (rows.length > limit || !isInOrder(rows)) rows.sort(byId);
  return rows.length > limit ? rows.slice(0, limit) : rows;
}

function isInOrder(rows: readonly StoredRow[]): boolean {
  for (let index = 1; index < rows.length; index++) {
    if (idOf(rows[index - 1]) > idOf(rows[index])) return false;
  }
  return true;
}

/** By octets of UTF-8, as databases order text: where a list is cut, it must go on with the next one. */
function byId(a: StoredRow, b: StoredRow): number {
  return Buffer.compare(Buffer.from(idOf(a)), Buffer.from(idOf(b)));
}

function idOf(row: StoredRow | undefined): string {
  return String(row?.["id"]);
}

/** For one value, a list is all that is needed. */
export function listOf({ key, values: _, where, columns, ...rest }: EachQuery, value: string): ListQuery {
  const same: Condition = { kind: "compare", key, comparator: "=", value };
  const query = { ...rest, where: where === everyRow ? same : allOf(same, where) };
  return columns === undefined ? query : { ...query, columns };
}

function allOf(...of: readonly Condition[]): Condition {
  return { kind: "all", of };
}
