import type { Comparison, Condition } from "../../schema/condition.ts";

/** A test of a value against others. */
export type ValueTest = Comparison | Extract<Condition, { kind: "in" }>;

/** What of its values the SQL of a test depends on; empty in the common case. */
export type FormOf = (test: ValueTest) => string;

/**
 * What the SQL of a condition depends on, as text: conditions of one shape share a statement. Their values are added to
 * `values` in the order in which the condition is walked, which is the order in which `Conditions` numbers its slots.
 */
export function shapeOf(condition: Condition, values: unknown[], formOf: FormOf): string {
  switch (condition.kind) {
    case "all":
    case "any":
      return `${condition.kind}(${condition.of.map((each) => shapeOf(each, values, formOf)).join(",")})`;
    case "not":
      return `not(${shapeOf(condition.of, values, formOf)})`;
    case "compare":
      values.push(condition.value);
      return `${condition.comparator}${formOf(condition)}${quote(condition.key)}`;
    case "in":
      values.push(condition.values);
      return `in${formOf(condition)}${condition.values.includes(null) ? " null" : ""}${quote(condition.key)}`;
    case "like":
      values.push(condition.text);
      return `${condition.text === "" ? "has text" : condition.match}${quote(condition.key)}`;
  }
}

/** A key is a name that the definition has, so no quote can be in it; whatever else it is, it stays one word of the shape. */
function quote(key: string): string {
  return JSON.stringify(key);
}
