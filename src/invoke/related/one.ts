import { type Awaitable, whenReady } from "../../base/awaitable.ts";
import type { AnyResource } from "../../define/definition.ts";
import type { Columns } from "../../store/store.ts";
import type { Call } from "../call.ts";
import { type FieldRule, fieldRulesOf, type Row, revealRows } from "../reveal.ts";
import type { Step } from "../step.ts";
import { permission, whenPermitted } from "./permission.ts";

/** Reads rows by their ids, in their order, null for each that is not there for this caller. An id may be stated twice. */
export type ReadByIds = (
  call: Call,
  ids: readonly string[],
  columns: Columns | undefined,
) => Awaitable<readonly (Row | null)[]>;

/** Finds the rows that rows refer to. */
export class OneLoader {
  readonly #key: string;
  readonly #read: ReadByIds;
  readonly #permit: Step | null;
  readonly #rules: readonly FieldRule[];

  constructor(options: { target: AnyResource; key: string; read: ReadByIds }) {
    const { target, key, read } = options;
    this.#key = key;
    this.#read = read;
    this.#permit = permission(target.definition.operations.get);
    this.#rules = fieldRulesOf(target);
  }

  load(
    call: Call,
    rows: readonly (Row | null)[],
    columns: Columns | undefined,
  ): Awaitable<readonly (Row | null)[]> {
    const ids: string[] = [];
    for (const row of rows) {
      const id = row === null ? null : row[this.#key];
      if (typeof id === "string") ids.push(id);
    }
    if (ids.length === 0) return rows.map(() => null);
    return whenPermitted(this.#permit, call, () => {
      const found = this.#read(call, ids, columns);
      return whenReady(found, (each) =>
        whenReady(revealRows(each, this.#rules, call.caller), (shown) => this.#spread(rows, ids, shown)),
      );
    });
  }

  /** Rows that refer to nothing have none. */
  #spread(
    rows: readonly (Row | null)[],
    ids: readonly string[],
    found: readonly (Row | null)[],
  ): readonly (Row | null)[] {
    if (ids.length === rows.length) return found;
    let next = 0;
    return rows.map((row) => (typeof row?.[this.#key] === "string" ? (found[next++] ?? null) : null));
  }
}
