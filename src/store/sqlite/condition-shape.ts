import type { Condition } from "../../schema/condition.ts";

/**
 * What the SQL of a condition depends on, as text: conditions of one shape share a statement. Their values are added to
 * `values` in the order in which the condition is walked, which is the order in which `Conditions` numbers its slots.
 */
export function shapeOf(condition: Condition, values: unknown[]): string {
  switch (condition.kind) {
    case "all":
    case "any":
      return `${condition.kind}(${condition.of.map((each) => shapeOf(each, values)).join(",")})`;
    case "not":
      return `not(${shapeOf(condition.of, values)})`;
    case "compare":
      values.push(condition.value);
      return `${condition.comparator}${quote(condition.key)}`;
    case "in":
      values.push(condition.values);
      return `in${numbersIn(condition.values)}${condition.values.includes(null) ? " null" : ""}${quote(condition.key)}`;
    case "like":
      values.push(condition.text);
      return `${condition.text === "" ? "has text" : condition.match}${quote(condition.key)}`;
  }
}

/** Where numbers are listed, SQL depends on how many there are. */
function numbersIn(values: readonly unknown[]): string {
  return values.some((value) => typeof value === "number") ? ` ${values.length}` : "";
}

/** A key is a name that the definition has, so no quote can be in it; whatever else it is, it stays one word of the shape. */
function quote(key: string): string {
  return JSON.stringify(key);
}
