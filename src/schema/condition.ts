/**
 * What rows must meet, in terms of a table's keys and domain values (the values that handlers see). Filters of callers,
 * conditions of handlers and rules on rows all become this; a store turns it into its own language.
 */
export type Condition =
  | { readonly kind: "all"; readonly of: readonly Condition[] }
  | { readonly kind: "any"; readonly of: readonly Condition[] }
  | { readonly kind: "not"; readonly of: Condition }
  | Comparison
  | { readonly kind: "in"; readonly key: string; readonly values: readonly unknown[] }
  | {
      readonly kind: "like";
      readonly key: string;
      readonly match: "prefix" | "suffix" | "contains";
      readonly text: string;
    };

/** Compares the value under `key`. A null value: `=` and `!=` tell null from the rest, the others never hold. */
export interface Comparison {
  readonly kind: "compare";
  readonly key: string;
  readonly comparator: "=" | "!=" | "<" | "<=" | ">" | ">=";
  readonly value: unknown;
}

/** One step of an order. Nulls come last, whichever the direction. */
export interface OrderTerm {
  readonly key: string;
  readonly descending: boolean;
}

/** Holds for every row. */
export const everyRow: Condition = { kind: "all", of: [] };
/** Holds for none. */
export const noRow: Condition = { kind: "any", of: [] };
