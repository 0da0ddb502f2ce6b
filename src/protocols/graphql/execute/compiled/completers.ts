import { jsonExpression, Names } from "../../../../plan/codec/codec.ts";
import { longList } from "../pieced-list.ts";
import { TypedValue } from "../typed-value.ts";
import { ListPieces } from "./list-pieces.ts";
import type { CompleteItems, CompleteValue, FieldPlan, Gathered, SelectionPlan, Shape } from "./plan.ts";

/**
 * Compiles what completes values of a shape (GraphQL, September 2025, §6.4.3): it makes of them what the answer has, and throws for
 * whatever is not as it should be, which is then completed with care. Objects are literals with the answer's own names: those of one
 * selection have one shape in V8, so that `JSON.stringify` writes them without looking each name up.
 */
export function compileCompleter(shape: Shape): CompleteValue {
  const names = new Names();
  const source = new CompleterSource(names, true);
  const completed = source.value(shape, "parent");
  return names.compile(["parent", "run"], `${source.declared}return ${completed}`) as CompleteValue;
}

/** Thrown where a value is not as it should be: what is wrong with it is found out with care. */
const careful = new Error("This value must be completed with care");

function refuse(): never {
  throw careful;
}

class CompleterSource {
  readonly #names: Names;
  /** Whether it is in no list: only the outermost are written in pieces. */
  readonly #isOutside: boolean;
  #variables = 0;

  constructor(names: Names, isOutside: boolean) {
    this.#names = names;
    this.#isOutside = isOutside;
  }

  /** Declares the variables that expressions use. */
  get declared(): string {
    const all = Array.from({ length: this.#variables }, (_, index) => `t${index}`);
    return all.length === 0 ? "" : `let ${all.join(", ")}; `;
  }

  /** An expression of a value that is completed. */
  value(shape: Shape, stated: string): string {
    const value = `t${this.#variables++}`;
    const absent = shape.nonNull ? `${this.#names.bind("refuse", refuse)}()` : "null";
    return `((${value} = ${stated}) === null || ${value} === undefined ? ${absent} : ${this.#present(shape, value)})`;
  }

  #present(shape: Shape, value: string): string {
    const names = this.#names;
    switch (shape.kind) {
      case "leaf":
        return jsonExpression(shape.codec, value, names);
      case "list":
        return `${names.bind("list", compileList(shape.of, this.#isOutside))}(${value}, run)`;
      case "object":
        return `(typeof ${value} === "object" ? ${names.bind("object", compileSelection(shape.selection, this.#isOutside))}(${value}, run) : ${names.bind("refuse", refuse)}())`;
      case "abstract": {
        const byType = new Map(
          [...shape.byType].map(([type, each]) => [type, compileSelection(each, this.#isOutside)]),
        );
        return `${names.bind("abstract", abstractCompleter(byType))}(${value}, run)`;
      }
    }
  }

  /** An object literal. Its names, which callers may choose (aliases), are GraphQL's, and stand in the source as JSON strings. */
  object({ fields }: SelectionPlan): string {
    return `{ ${fields.map((field) => `${memberName(field)}: ${this.#field(field)}`).join(", ")} }`;
  }

  /** A function of the items of a list, from one on and up to another. */
  items(of: Shape): CompleteItems {
    const each = this.value(of, "parent[index]");
    return this.#names.compile(
      ["parent", "run", "from", "to"],
      `${this.declared}const list = []; for (let index = from; index < to; index++) list.push(${each}); return list`,
    ) as CompleteItems;
  }

  #field({ source, shape }: FieldPlan): string {
    switch (source.kind) {
      case "access":
        return this.value(shape, source.expression("parent", this.#names));
      case "relation":
        return this.value(shape, `run.results[${source.relation.index}][at]`);
      case "constant":
        return JSON.stringify(source.value);
      case "root":
        throw new TypeError("A root field has no parent");
    }
  }
}

/** A literal's own `__proto__` is not a member (ECMA-262, §13.2.5.5), unless its name is computed. */
function memberName({ key }: FieldPlan): string {
  return key === "__proto__" ? '["__proto__"]' : JSON.stringify(key);
}

/** Each is compiled by itself, so that V8 knows one shape of object at each of its places. */
function compileSelection(selection: SelectionPlan, isOutside: boolean): CompleteValue {
  const names = new Names();
  const source = new CompleterSource(names, isOutside);
  const object = source.object(selection);
  const at = selection.level === null ? "" : `const at = run.next[${selection.level.index}]++; `;
  return names.compile(["parent", "run"], `${source.declared}${at}return ${object}`) as CompleteValue;
}

function compileList(of: Shape, isOutside: boolean): CompleteValue {
  const complete = compileItems(of);
  const whole: CompleteValue = (value, run) =>
    Array.isArray(value) ? complete(value, run, 0, value.length) : refuse();
  if (!isOutside) return whole;
  const pieces = new ListPieces(of, complete);
  return (value, run) =>
    Array.isArray(value) && value.length > longList && run.inPieces
      ? pieces.complete(value, run)
      : whole(value, run);
}

function compileItems(of: Shape): CompleteItems {
  const source = new CompleterSource(new Names(), false);
  return source.items(of);
}

function abstractCompleter(byType: ReadonlyMap<string, CompleteValue>): CompleteValue {
  return (value: unknown, run: Gathered) => {
    const complete = value instanceof TypedValue ? byType.get(value.type) : undefined;
    return complete === undefined || !(value instanceof TypedValue) ? refuse() : complete(value.value, run);
  };
}
