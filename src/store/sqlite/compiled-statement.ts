import type { SQLInputValue } from "node:sqlite";
import type { ToSql } from "./values.ts";

/**
 * Stands for a value while a statement is compiled. Kysely passes it on as a parameter like any other, and so tells at
 * which place of the SQL the value belongs.
 */
export class Slot {
  /** Which of the values that the statement is used with. */
  readonly index: number;
  readonly encode: ToSql;

  constructor(index: number, encode: ToSql) {
    this.index = index;
    this.encode = encode;
  }
}

/** SQL that was compiled once, for uses with other values each time. */
export class CompiledStatement {
  readonly sql: string;
  readonly #slots: readonly Slot[];

  constructor(compiled: { readonly sql: string; readonly parameters: readonly unknown[] }) {
    this.sql = compiled.sql;
    this.#slots = compiled.parameters.map(toSlot);
  }

  bind(values: readonly unknown[]): SQLInputValue[] {
    return this.#slots.map(({ index, encode }) => encode(values[index]));
  }
}

function toSlot(parameter: unknown): Slot {
  if (parameter instanceof Slot) return parameter;
  throw new Error("A statement that is kept has a value in it that belongs to one use of it");
}
