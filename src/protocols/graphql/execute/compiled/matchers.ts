import type { JsonValue } from "../../../../base/json.ts";
import { jsonExpression, Names } from "../../../../plan/codec/codec.ts";
import type { FieldPlan, Gathered, SelectionPlan, Shape } from "./plan.ts";

/**
 * Whether a value would be completed to one that is known, by the same shape. It reads what completing reads, in the same order, and throws
 * where a value is not as it should be.
 */
export type MatchValue = (value: unknown, known: JsonValue, run: Gathered) => boolean;

/** Null for shapes whose values do not tell by themselves what they were made of. */
export function compileMatcher(shape: Shape): MatchValue | null {
  if (!isComparable(shape)) return null;
  const names = new Names();
  const source = new MatcherSource(names);
  return source.compile(`return ${source.value(shape, "parent", "known")}`);
}

/** The type of an object behind an abstract type is not in its JSON; `__proto__` is not read as it is written. */
function isComparable(shape: Shape): boolean {
  switch (shape.kind) {
    case "leaf":
      return true;
    case "list":
      return isComparable(shape.of);
    case "object":
      return shape.selection.fields.every((field) => field.key !== "__proto__" && isComparable(field.shape));
    case "abstract":
      return false;
  }
}

class MatcherSource {
  readonly #names: Names;
  #variables = 0;

  constructor(names: Names) {
    this.#names = names;
  }

  compile(body: string): MatchValue {
    const all = Array.from({ length: this.#variables }, (_, index) => `t${index}, k${index}`);
    const declared = all.length === 0 ? "" : `let ${all.join(", ")}; `;
    return this.#names.compile(["parent", "known", "run"], declared + body) as MatchValue;
  }

  /** An expression of whether a value is completed to a known one. */
  value(shape: Shape, stated: string, known: string): string {
    const index = this.#variables++;
    const [value, other] = [`t${index}`, `k${index}`];
    const isNull = `(${value} = ${stated}) === null || ${value} === undefined`;
    return `(${other} = ${known}, ${isNull} ? ${other} === null : ${other} !== null && ${this.#present(shape, value, other)})`;
  }

  #present(shape: Shape, value: string, known: string): string {
    const names = this.#names;
    switch (shape.kind) {
      case "leaf":
        // An object may have changed since, though it is the same one.
        return `typeof ${known} !== "object" && ${jsonExpression(shape.codec, value, names)} === ${known}`;
      case "list":
        return `Array.isArray(${value}) && ${names.bind("list", compileList(shape.of))}(${value}, ${known}, run)`;
      case "object":
        return `typeof ${value} === "object" && ${names.bind("object", compileSelection(shape.selection))}(${value}, ${known}, run)`;
      case "abstract":
        return "false";
    }
  }

  field({ key, source, shape }: FieldPlan): string {
    const known = `known[${JSON.stringify(key)}]`;
    switch (source.kind) {
      case "access":
        return this.value(shape, source.expression("parent", this.#names), known);
      case "relation":
        return this.value(shape, `run.results[${source.relation.index}][at]`, known);
      case "constant":
        return "true";
      case "root":
        throw new TypeError("A root field has no parent");
    }
  }
}

function compileSelection({ fields, level }: SelectionPlan): MatchValue {
  const source = new MatcherSource(new Names());
  const same = ["true", ...fields.map((field) => source.field(field))].join(" && ");
  const at = level === null ? "" : `const at = run.next[${level.index}]++; `;
  return source.compile(`${at}return ${same}`);
}

function compileList(of: Shape): MatchValue {
  const source = new MatcherSource(new Names());
  const each = source.value(of, "parent[index]", "known[index]");
  const isLong = "if (parent.length !== known.length) return false; ";
  return source.compile(
    `${isLong}for (let index = 0; index < parent.length; index++) if (!(${each})) return false; return true`,
  );
}
