import { type Awaitable, isPromise, whenReady } from "../base/awaitable.ts";
import type { Caller } from "../define/caller.ts";
import type { AnyResource } from "../define/definition.ts";
import type { Rule } from "../define/rule.ts";
import { isResource } from "../plan/rows-in.ts";
import type { Field, Fields } from "../schema/field.ts";
import { keyOf } from "../schema/key-of.ts";
import type { RowShape } from "../schema/shape.ts";
import type { Step } from "./step.ts";

/** A row as handlers and stores give it. */
export type Row = Readonly<Record<string, unknown>>;

/** What a caller gets of a value: fields that rules keep from it are null. */
export type Hide = (value: unknown, caller: Caller | null) => Awaitable<unknown>;

/** Hides fields that rules keep from this caller, wherever rows stand in the answer. */
export function reveal(hide: Hide, next: Step): Step {
  return (call) => whenReady(next(call), (answer) => hide(answer, call.caller));
}

/** Compiles what is hidden in values of a field type; null where there is nothing to hide. */
export function compileHide(field: Field): Hide | null {
  const { shape } = field;
  if (shape.kind === "row") return hideInRow(shape);
  if (shape.kind === "list") return hideInList(compileHide(shape.element));
  if (shape.kind === "object") return hideInObject(shape.fields);
  return null;
}

/** The same for the items of a page or a batch. */
export function hideInItems(hide: Hide): Hide {
  return async (value, caller) => {
    const { items, ...rest } = value as { readonly items: readonly unknown[] };
    return { ...rest, items: await Promise.all(items.map((item) => hide(item, caller))) };
  };
}

function hideInRow(shape: RowShape): Hide | null {
  const target = shape.target();
  const rules = isResource(target) ? fieldRulesOf(target) : [];
  if (rules.length === 0) return null;
  return (value, caller) => (isObject(value) ? revealRow(value, rules, caller) : value);
}

function hideInList(hide: Hide | null): Hide | null {
  if (hide === null) return null;
  return (value, caller) =>
    Array.isArray(value) ? Promise.all(value.map((item) => hide(item, caller))) : value;
}

function hideInObject(fields: Fields): Hide | null {
  const hides = Object.entries(fields).flatMap(([name, field]) => {
    const hide = compileHide(field);
    return hide === null ? [] : [[keyOf(name, field), hide] as const];
  });
  if (hides.length === 0) return null;
  return async (value, caller) => {
    if (!isObject(value)) return value;
    const shown: Record<string, unknown> = {};
    for (const [key, hide] of hides) if (key in value) shown[key] = await hide(value[key], caller);
    return { ...value, ...shown };
  };
}

function isObject(value: unknown): value is Row {
  return typeof value === "object" && value !== null;
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

/** Hides fields of one row: at once, where the rules answer so. */
function revealRow(row: Row, rules: readonly FieldRule[], caller: Caller | null): Awaitable<Row> {
  const answers = rules.map(({ rule }) => rule.check({ caller, input: row }));
  return whenReady(allOf(answers), (allowed) => {
    const hidden = rules.filter((_, index) => !allowed[index]).map(({ key }) => [key, null] as const);
    return { ...row, ...Object.fromEntries(hidden) };
  });
}

/** Hides fields of many rows; null for a row that is not there. */
export function revealRows<R extends Row | null>(
  rows: readonly R[],
  rules: readonly FieldRule[],
  caller: Caller | null,
): Awaitable<readonly (R | Row)[]> {
  if (rules.length === 0) return rows;
  return allOf(rows.map((row) => (row === null ? row : revealRow(row, rules, caller))));
}

function allOf<T>(answers: readonly Awaitable<T>[]): Awaitable<readonly T[]> {
  return answers.some(isPromise) ? Promise.all(answers) : (answers as readonly T[]);
}
