import type { Violations } from "./violations.ts";

/**
 * One field type, compiled. Each reader checks every rule, adds what it finds to `violations` under `path`, and answers
 * the value as handlers see it; once something was added, its answer is not used.
 */
export interface Codec {
  /** From a parsed JSON value. */
  readonly fromJson: Read;
  /** From text: a path parameter or a query parameter. */
  readonly fromText: Read<string>;
  /** From a value as handlers see it: calls in this process, and protocols that have typed values. */
  readonly check: Read;
  /**
   * From a value of a protocol that has typed values, under the names and in the types of the version at hand. Absent where that is
   * the same as `check`.
   */
  readonly fromTyped?: Read;
  /** Source of a JavaScript expression that writes the value `value` as JSON; `names` gives what it may refer to. */
  readonly write: (value: string, names: Names) => string;
  /**
   * Source of an expression of what `JSON.stringify` writes as `write` does, for who gives it a whole answer at once. Absent where the
   * text is the only way to it.
   */
  readonly toJson?: (value: string, names: Names) => string;
}

/** Source of an expression of a value as JSON has it, which throws as `write` does. */
export function jsonExpression(
  { write, toJson }: Pick<Codec, "write" | "toJson">,
  value: string,
  names: Names,
): string {
  return toJson?.(value, names) ?? `${names.bind("parse", JSON.parse)}(${write(value, names)})`;
}

/** Reads a value at a path. */
export type Read<V = unknown> = (value: V, path: string, violations: Violations) => unknown;

/** Functions that generated writers refer to, by the names that they have there. */
export class Names {
  readonly #names = new Map<unknown, string>();

  /** The name under which `value` is known to the generated source. */
  bind(base: string, value: unknown): string {
    const known = this.#names.get(value);
    if (known !== undefined) return known;
    const name = `${base}${this.#names.size}`;
    this.#names.set(value, name);
    return name;
  }

  /** Compiles `body`, a function body that refers to its parameters and to bound names. */
  compile(parameters: readonly string[], body: string): unknown {
    const bound = [...this.#names.values()];
    // Definitions are code already; no caller's text reaches this source except as JSON string literals.
    const make = new Function(...bound, `"use strict"; return (${parameters.join(", ")}) => { ${body} };`);
    return make(...this.#names.keys());
  }
}

/** A handler or a store answered a value that its definition does not allow: a bug of the application, never the caller's. */
export class OutputMismatch extends Error {
  readonly #problem: string;
  /** Where in the answer, as far as that is known. */
  #path: string;

  constructor(expected: string, value: unknown) {
    const answered =
      value === null || value === undefined ? String(value) : `a value of type ${typeof value}`;
    const problem = `must be ${expected}, and ${answered} was answered`;
    super(`An output ${problem}`);
    this.name = "OutputMismatch";
    this.#problem = problem;
    this.#path = "";
  }

  /** Says that it is about something within the member of an object, or an item of a list. */
  within(place: string | number): this {
    const own = this.#path;
    const joined = own === "" || own.startsWith("[") ? own : `.${own}`;
    this.#path = `${typeof place === "number" ? `[${place}]` : place}${joined}`;
    this.message = `The output's ${this.#path} ${this.#problem}`;
    return this;
  }
}
