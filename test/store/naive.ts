import type { Condition, OrderTerm } from "../../src/schema/condition.ts";
import type { RowValues } from "../../src/schema/table.ts";

/** What `condition.ts` says a condition means, word for word, over plain objects. */
export function holds(condition: Condition, row: RowValues): boolean {
  switch (condition.kind) {
    case "all":
      return condition.of.every((each) => holds(each, row));
    case "any":
      return condition.of.some((each) => holds(each, row));
    case "not":
      return !holds(condition.of, row);
    case "in":
      return condition.values.some((value) => same(row[condition.key], value));
    case "like":
      return isLike(row[condition.key], condition.match, condition.text);
    case "compare":
      return compares(row[condition.key], condition.comparator, condition.value);
  }
}

/** Rows in an order: nulls last in either direction, the id as the last term. */
export function sorted<T extends RowValues>(rows: readonly T[], order: readonly OrderTerm[]): readonly T[] {
  return [...rows].sort((a, b) => compareRows(a, b, [...order, { key: "id", descending: false }]));
}

function compareRows(a: RowValues, b: RowValues, order: readonly OrderTerm[]): number {
  for (const { key, descending } of order) {
    const [left, right] = [a[key], b[key]];
    if (same(left, right)) continue;
    if (left === null) return 1;
    if (right === null) return -1;
    return compare(left, right) * (descending ? -1 : 1);
  }
  return 0;
}

function compares(left: unknown, comparator: string, right: unknown): boolean {
  if (comparator === "=") return same(left, right);
  if (comparator === "!=") return !same(left, right);
  if (left === null || right === null) return false;
  const order = compare(left, right);
  if (comparator === "<") return order < 0;
  if (comparator === "<=") return order <= 0;
  return comparator === ">" ? order > 0 : order >= 0;
}

function same(left: unknown, right: unknown): boolean {
  if (left === null || right === null) return left === right;
  return compare(left, right) === 0;
}

/** Text goes by code point, as UTF-8 does, and not by UTF-16 code unit. */
function compare(left: unknown, right: unknown): number {
  if (typeof left === "string") return Buffer.compare(Buffer.from(left), Buffer.from(String(right)));
  if (typeof left === "bigint") return left < BigInt(String(right)) ? -1 : left === right ? 0 : 1;
  return Math.sign(Number(left) - Number(right));
}

function isLike(value: unknown, match: string, text: string): boolean {
  if (typeof value !== "string") return false;
  if (match === "prefix") return value.startsWith(text);
  return match === "suffix" ? value.endsWith(text) : value.includes(text);
}
