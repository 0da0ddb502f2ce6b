import type { Rule } from "../define/rule.ts";
import type { ApiPlan } from "../plan/api-plan.ts";
import type { ResourceView } from "../plan/resource-view.ts";
import { targetName } from "../plan/table.ts";
import { type Condition, everyRow } from "../schema/condition.ts";
import type { RefShape } from "../schema/shape.ts";
import type { StoredRow } from "../schema/table.ts";
import type { Store } from "../store/store.ts";
import { authorize } from "./authorize.ts";
import type { Call } from "./call.ts";
import { PageTokens } from "./paging.ts";
import { fieldRulesOf, revealRow } from "./reveal.ts";
import { StoredRows } from "./standard.ts";

/** A row refers to this many rows at most in one answer; the rest is a page away. */
export const relatedMax = 100;

/** The rows that a row refers to, or that refer to it. */
export interface Relation {
  /** The name of the reference, or the name that it gives the other way round. */
  readonly name: string;
  /** The name of the reference in its resource's definition. */
  readonly field: string;
  /** The resource that has the reference. */
  readonly owner: string;
  /** The resource whose rows are found. */
  readonly target: string;
  readonly many: boolean;
  /** Finds them for each of `rows`, in their order; the rules of the target hold. */
  readonly load: (call: Call, rows: readonly StoredRow[]) => Promise<readonly Related[]>;
}

/** What one row is related to: a row or none, or the first of many rows. */
export type Related = StoredRow | null | RelatedRows;

export interface RelatedRows {
  readonly items: readonly StoredRow[];
  /** Goes on in the target's list, under `filter`. */
  readonly nextPageToken: string;
  readonly filter: string;
}

/** The relations of a resource: its references, and those of others to it that say their name here. */
export function relationsOf(resource: string, plan: ApiPlan, store: Store): readonly Relation[] {
  return plan.today.resources.flatMap((owner) =>
    Object.entries(owner.resource.definition.fields).flatMap(([field, { shape }]) => {
      if (shape.kind !== "ref" || !owner.resource.definition.stored) return [];
      return relationsBy(resource, owner, field, shape, plan, store);
    }),
  );
}

function relationsBy(
  resource: string,
  owner: ResourceView,
  field: string,
  shape: RefShape,
  plan: ApiPlan,
  store: Store,
): readonly Relation[] {
  const target = plan.today.resources.find((view) => view.resource.name === targetName(shape));
  if (target === undefined || !target.resource.definition.stored) return [];
  const found: Relation[] = [];
  const common = { field, owner: owner.resource.name };
  if (owner.resource.name === resource) {
    found.push({
      ...common,
      name: field,
      target: target.resource.name,
      many: false,
      load: loadOne(target, `${field}Id`, store),
    });
  }
  if (target.resource.name === resource && shape.inverse !== null) {
    found.push({
      ...common,
      name: shape.inverse,
      target: owner.resource.name,
      many: true,
      load: loadMany(owner, `${field}Id`, store),
    });
  }
  return found;
}

/** One read for all rows, whatever their number. */
function loadOne(target: ResourceView, key: string, store: Store): Relation["load"] {
  const stored = new StoredRows(target.resource, store);
  const permit = permission(target.resource.definition.operations.get?.allow ?? null);
  const shown = revealer(target);
  return async (call, rows) => {
    await permit(call);
    const ids = [...new Set(rows.map((row) => row[key]).filter((id) => typeof id === "string"))];
    const found = await stored.table(call).getMany(ids, stored.visible(call));
    const byId = new Map(
      await Promise.all(
        found.map(async (row, index) => [ids[index], row === null ? null : await shown(row, call)] as const),
      ),
    );
    return rows.map((row) => byId.get(row[key] as string) ?? null);
  };
}

function loadMany(target: ResourceView, key: string, store: Store): Relation["load"] {
  const stored = new StoredRows(target.resource, store);
  const permit = permission(target.resource.definition.operations.list?.allow ?? null);
  const tokens = new PageTokens(target);
  const shown = revealer(target);
  const load = async (call: Call, row: StoredRow): Promise<RelatedRows> => {
    const of: Condition = { kind: "compare", key, comparator: "=", value: row["id"] };
    const where: Condition = { kind: "all", of: [of, stored.visible(call) ?? everyRow] };
    const found = await stored.table(call).list({ where, order: [], limit: relatedMax + 1, after: null });
    const read = await Promise.all(found.slice(0, relatedMax).map((each) => shown(each, call)));
    // Who may not see whom a row refers to must not find out from this side either.
    const items = read.filter((each) => each[key] === row["id"]);
    const filter = `${key} = "${row["id"]}"`;
    const last = items.at(-1);
    const more = found.length > relatedMax && last !== undefined && items.length === relatedMax;
    return { items, filter, nextPageToken: more ? tokens.encode(last, [], filter) : "" };
  };
  return async (call, rows) => {
    await permit(call);
    return Promise.all(rows.map((row) => load(call, row)));
  };
}

function permission(rule: Rule | null): (call: Call) => Promise<unknown> {
  if (rule === null) return () => Promise.resolve();
  const step = authorize(rule, () => undefined);
  return async (call) => step(call);
}

function revealer({ resource }: ResourceView): (row: StoredRow, call: Call) => Promise<StoredRow> {
  const rules = fieldRulesOf(resource);
  if (rules.length === 0) return (row) => Promise.resolve(row);
  return async (row, call) => revealRow(row, rules, call.caller);
}
