import type { VersionPlan } from "../../../plan/api-plan.ts";
import type { CachePlan } from "../../../plan/operation-plan.ts";
import type { FieldBinding } from "../model/schema-types.ts";
import type { SelectedField } from "./selection-tree.ts";

/** How long HTTP caches may keep an operation's answer (RFC 9111), by what its fields declare. */
export interface OperationFreshness {
  /** Seconds; null where some field declares none: then it may be kept, and must be asked for again. */
  readonly maxAge: number | null;
  /** Whether all callers get the same. */
  readonly isPublic: boolean;
}

/** What says nothing of its freshness. */
export const noFreshness: OperationFreshness = { maxAge: null, isPublic: false };

/** `Cache-Control` of an answer. */
export function cacheControl({ maxAge, isPublic }: OperationFreshness): string {
  if (maxAge === null) return "private, no-cache";
  return `${isPublic ? "public" : "private"}, max-age=${maxAge}`;
}

/** The freshness of an operation: that of its least fresh field, and public only where all of them are. */
export function freshnessOf(fields: readonly SelectedField[], version: VersionPlan): OperationFreshness {
  const caches = fields.flatMap((field) => cachesOf(field, version));
  const [first] = caches;
  if (first === undefined) return noFreshness;
  let least = Number.POSITIVE_INFINITY;
  let isPublic = true;
  for (const cache of caches) {
    if (cache === null) return noFreshness;
    least = Math.min(least, cache.maxAge);
    isPublic &&= cache.public;
  }
  return { maxAge: Math.floor(least / 1000), isPublic };
}

/** What is declared for all that a field reads; null stands for a read that nothing is declared for. */
function cachesOf({ model, below }: SelectedField, version: VersionPlan): readonly (CachePlan | null)[] {
  return [
    ...ownCaches(model.binding, version),
    ...below.flatMap((fields) => fields.flatMap((field) => cachesOf(field, version))),
  ];
}

function ownCaches(binding: FieldBinding, version: VersionPlan): readonly (CachePlan | null)[] {
  switch (binding.kind) {
    case "operation":
      return [binding.contract.plan.cache];
    case "node":
    case "nodes":
      return binding.targets.map(({ get }) => get.plan.cache);
    case "reference":
      return [standardCache(binding.view.resource.name, "get", version)];
    case "related":
      return [standardCache(binding.page.view.resource.name, "list", version)];
    default:
      return [];
  }
}

/** Rows that are reached by a relation are as fresh as those that are asked for themselves. */
function standardCache(
  resource: string,
  method: "get" | "list",
  { contracts }: VersionPlan,
): CachePlan | null {
  const found = contracts.find(
    ({ plan: { operation } }) => operation.method === method && operation.on?.name === resource,
  );
  return found?.plan.cache ?? null;
}
