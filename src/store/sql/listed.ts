import type { Condition, OrderTerm } from "../../schema/condition.ts";
import type { RowValues } from "../../schema/table.ts";
import type { ListQuery } from "../store.ts";
import type { AfterTerm, Conditions } from "./conditions.ts";

/** A list that is asked for: what its SQL depends on, and the values that are bound to it. */
export class Listed {
  readonly where: Condition;
  readonly terms: readonly OrderTerm[];
  /** Where the page before ended, the id last; null at the beginning. */
  readonly after: readonly AfterTerm[] | null;
  readonly shape: string;
  readonly values: readonly unknown[];
  /** Index of its first value: the limit. Those of the condition follow. */
  readonly first: number;

  /** `before`: values of the statement that stand before its own. */
  constructor(
    { where, order, limit, after }: ListQuery,
    conditions: Conditions<unknown>,
    before: readonly unknown[],
  ) {
    const values = [...before, limit];
    this.where = where;
    this.terms = deciding(order);
    this.first = before.length;
    const shape = conditions.shape(where, values);
    this.after = after === null ? null : afterTerms(this.terms, after, conditions, values);
    this.shape = `${shape} ${this.terms.map(termShape).join()} ${afterShape(this.after)}`;
    this.values = values;
  }
}

/** Terms behind the id decide nothing, since no two rows share one; and an ascending id is the last term by itself. */
function deciding(order: readonly OrderTerm[]): readonly OrderTerm[] {
  const end = order.findIndex(({ key }) => key === "id");
  if (end === -1) return order;
  return order.slice(0, order[end]?.descending === true ? end + 1 : end);
}

function afterTerms(
  terms: readonly OrderTerm[],
  after: RowValues,
  conditions: Conditions<unknown>,
  values: unknown[],
): readonly AfterTerm[] {
  const last = terms.at(-1);
  const all = last?.key === "id" ? terms : [...terms, { key: "id", descending: false }];
  return all.map((term) => {
    const value = after[term.key];
    values.push(value);
    const form = conditions.form({ kind: "compare", key: term.key, comparator: ">", value });
    return { ...term, isNull: value === null || value === undefined, form, index: values.length - 1 };
  });
}

function termShape({ key, descending }: OrderTerm): string {
  return `${descending ? "-" : "+"}${JSON.stringify(key)}`;
}

/** A page goes on in another way after a row without a value. */
function afterShape(after: readonly AfterTerm[] | null): string {
  return after === null ? "" : `after ${after.map(({ isNull, form }) => (isNull ? "0" : `1${form}`)).join()}`;
}
