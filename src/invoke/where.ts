import type { Comparison, Condition } from "../schema/condition.ts";

const comparators: Readonly<Record<string, Comparison["comparator"]>> = {
  ne: "!=",
  lt: "<",
  lte: "<=",
  gt: ">",
  gte: ">=",
};

/** The conditions of a handler or a rule (`{ authorId: id, views: { gt: 3 } }`, or a list of such) as a Condition. */
export function toCondition(where: object): Condition {
  if (Array.isArray(where)) return { kind: "any", of: where.map((each) => toCondition(each)) };
  const tests = Object.entries(where).filter(([, value]) => value !== undefined);
  return { kind: "all", of: tests.flatMap(([key, value]) => toTests(key, value)) };
}

function toTests(key: string, value: unknown): readonly Condition[] {
  if (!isTest(value)) return [{ kind: "compare", key, comparator: "=", value }];
  return Object.entries(value).map(([name, operand]) => toTest(key, name, operand));
}

function toTest(key: string, name: string, operand: unknown): Condition {
  const comparator = comparators[name];
  if (comparator !== undefined) return { kind: "compare", key, comparator, value: operand };
  if (name === "in" && Array.isArray(operand)) return { kind: "in", key, values: operand };
  if ((name === "prefix" || name === "contains") && typeof operand === "string") {
    return { kind: "like", key, match: name, text: operand };
  }
  throw new TypeError(
    `"${name}" is no test of ${key}; known are ${Object.keys(comparators).join(", ")}, in, prefix, contains`,
  );
}

/** A plain object states tests; a Date, octets and null are values. */
function isTest(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
