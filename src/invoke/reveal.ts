import { isPromise } from "../base/awaitable.ts";
import type { Caller } from "../define/caller.ts";
import type { AnyResource } from "../define/definition.ts";
import type { Rule } from "../define/rule.ts";
import type { OutputForm } from "../plan/operation-plan.ts";
import { keyOf } from "../schema/key-of.ts";
import type { Step } from "./step.ts";

/** A row as callers get it. */
type Row = Readonly<Record<string, unknown>>;

/** Hides the fields that rules keep from this caller: they are null in what it gets. */
export function reveal(resource: AnyResource, output: OutputForm, next: Step): Step {
  const rules = fieldRulesOf(resource);
  return (call) => {
    const answer = next(call);
    if (!isPromise(answer)) return revealAnswer(answer, output, rules, call.caller);
    return answer.then((value) => revealAnswer(value, output, rules, call.caller));
  };
}

/** A rule on a field, by the field's key in rows. */
export interface FieldRule {
  readonly key: string;
  readonly rule: Rule;
}

/** A resource's rules on fields. */
export function fieldRulesOf({ definition }: AnyResource): readonly FieldRule[] {
  return Object.entries(definition.fieldRules).map(([name, rule]) => {
    const field = definition.fields[name];
    return { key: field === undefined ? name : keyOf(name, field), rule };
  });
}

async function revealAnswer(
  answer: unknown,
  output: OutputForm,
  rules: readonly FieldRule[],
  caller: Caller | null,
): Promise<unknown> {
  if (output === "row") return revealRow(answer as Row, rules, caller);
  const list = answer as { readonly items: readonly Row[] };
  return { ...list, items: await Promise.all(list.items.map((row) => revealRow(row, rules, caller))) };
}

/** Hides fields of one row. */
export async function revealRow<R extends Row>(
  row: R,
  rules: readonly FieldRule[],
  caller: Caller | null,
): Promise<R> {
  const hidden: Record<string, null> = {};
  for (const { key, rule } of rules) if (!(await rule.check({ caller, input: row }))) hidden[key] = null;
  return { ...row, ...hidden };
}
