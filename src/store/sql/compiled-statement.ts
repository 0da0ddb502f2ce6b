/**
 * Stands for a value while a statement is compiled. Kysely passes it on as a parameter like any other, and so tells at
 * which place of the SQL the value belongs. `V` is what the database's driver takes.
 */
export class Slot<V> {
  /** Which of the values that the statement is used with. */
  readonly index: number;
  readonly encode: (value: unknown) => V;

  constructor(index: number, encode: (value: unknown) => V) {
    this.index = index;
    this.encode = encode;
  }
}

/** What Kysely makes of a query. */
export interface CompiledSql {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

/** SQL and what is bound to it. */
export interface Statement<V> {
  readonly sql: string;
  readonly parameters: readonly V[];
}

/** SQL that was compiled once, for uses with other values each time. */
export class CompiledStatement<V> {
  readonly sql: string;
  readonly #slots: readonly Slot<V>[];

  constructor(compiled: CompiledSql) {
    this.sql = compiled.sql;
    this.#slots = compiled.parameters.map((each) => toSlot<V>(each));
  }

  bind(values: readonly unknown[]): V[] {
    return this.#slots.map(({ index, encode }) => encode(values[index]));
  }
}

function toSlot<V>(parameter: unknown): Slot<V> {
  if (parameter instanceof Slot) return parameter;
  throw new Error("A statement that is kept has a value in it that belongs to one use of it");
}
