import { GraphQLError } from "graphql";
import { type Awaitable, isPromise } from "../../../../base/awaitable.ts";
import type { ApiError } from "../../../../errors/api-error.ts";
import type { Call } from "../../../../invoke/call.ts";
import type { RelatedRows } from "../../../../invoke/related/relation.ts";
import type { Row } from "../../../../invoke/reveal.ts";
import { Failure, type RelatedAsk, type RelationLoad, type RelationPlan } from "./plan.ts";
import type { CoercedVariables } from "./variable-reader.ts";

/** What relations are read in. */
export interface LoadContext {
  readonly call: Call;
  readonly variables: CoercedVariables;
  toApiError(thrown: unknown): ApiError;
}

type Loaded = readonly unknown[] | Failure;

/** The value of a relation for each of its parents; a Failure where it cannot be read. Never throws or rejects. */
export function loadRelation(
  { load }: RelationPlan,
  parents: readonly object[],
  context: LoadContext,
): Awaitable<Loaded> {
  // The objects of a level are rows: its fields are those of a resource's type.
  const rows = parents as readonly Row[];
  try {
    if (load.kind === "one")
      return settled(load.relation.load(context.call, rows, load.columns), (found) => found, load, context);
    const ask = load.ask(context.variables);
    const found = load.relation.load(context.call, rows, ask.query);
    return settled(found, (related) => toValues(load, ask, related), load, context);
  } catch (thrown) {
    return failureOf(thrown, load, context);
  }
}

function settled<T>(
  found: Awaitable<T>,
  toValues: (found: T) => readonly unknown[],
  load: RelationLoad,
  context: LoadContext,
): Awaitable<Loaded> {
  if (!isPromise(found)) return toValues(found);
  return found.then(toValues).then(undefined, (thrown) => failureOf(thrown, load, context));
}

function toValues(
  { binding: { page, isConnection } }: Extract<RelationLoad, { kind: "many" }>,
  { input, size }: RelatedAsk,
  related: readonly RelatedRows[],
): readonly unknown[] {
  if (isConnection) return related.map(({ items, hasMore }) => page.page(input, size, items, hasMore));
  return size === 0 ? related.map(() => []) : related.map(({ items }) => items);
}

function failureOf(thrown: unknown, load: RelationLoad, context: LoadContext): Failure {
  // About arguments that cannot be coerced: nothing has been read.
  if (thrown instanceof GraphQLError) return new Failure(thrown);
  const error = context.toApiError(thrown);
  return new Failure(load.kind === "many" ? load.binding.reword(error) : error);
}

/** What each parent has of a relation that cannot be read: those that refer to nothing have lost nothing. */
export function relationFailure(
  { load }: RelationPlan,
  parents: readonly object[],
  failure: Failure,
): readonly unknown[] {
  if (load.kind === "many") return parents.map(() => failure);
  return (parents as readonly Row[]).map((row) => {
    const id = row[load.key];
    return id === null || id === undefined ? null : failure;
  });
}
