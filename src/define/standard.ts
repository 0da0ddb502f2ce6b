import type { Field, Fields } from "../schema/field.ts";
import { t } from "../schema/t.ts";
import {
  type AnyHandler,
  type AnyOperation,
  type AnyResource,
  changeTypes,
  type OperationSort,
  type StandardMethod,
  standardMethods,
} from "./definition.ts";
import type { ResourceOptions } from "./resource-options.ts";

/** The operations of a resource's standard methods; null for those that it does not have. */
export function standardOperations<F extends Fields>(
  resource: AnyResource,
  options: ResourceOptions<F>,
): Readonly<Record<StandardMethod, AnyOperation | null>> {
  const present = new Set<StandardMethod>(options.methods ?? usualMethods(options));
  const entries = standardMethods.map((method) => [
    method,
    present.has(method) ? standardOperation(resource, options, method) : null,
  ]);
  return Object.fromEntries(entries) as Readonly<Record<StandardMethod, AnyOperation | null>>;
}

/** A resource with handlers of the application's own has just those methods; one without has all. */
function usualMethods<F extends Fields>(options: ResourceOptions<F>): readonly StandardMethod[] {
  if (options.handlers === undefined) return standardMethods;
  return standardMethods.filter((method) => handlerOf(options, method) !== null);
}

function handlerOf<F extends Fields>(options: ResourceOptions<F>, method: StandardMethod): AnyHandler | null {
  const handlers = options.handlers as Partial<Readonly<Record<StandardMethod, AnyHandler>>> | undefined;
  return handlers?.[method] ?? null;
}

function standardOperation<F extends Fields>(
  resource: AnyResource,
  options: ResourceOptions<F>,
  method: StandardMethod,
): AnyOperation {
  const sort = sorts[method];
  const call = options.allow?.call;
  return Object.freeze({
    kind: "operation",
    sort,
    name: method,
    method,
    on: resource,
    scope: itemMethods.has(method) ? "item" : "collection",
    input: inputOf(options, method),
    messages: null,
    output: outputOf(resource, method),
    errors: options.errors ?? [],
    allow: (call !== undefined && "check" in call ? call : call?.[method]) ?? null,
    cache: sort === "query" ? (options.cache ?? null) : null,
    deadline: options.deadline ?? null,
    rest: null,
    idempotencyKey: "optional",
    graphql: sort === "command" ? (options.graphql ?? null) : null,
    description: null,
    deprecated: false,
    handle: handlerOf(options, method),
    unknownOptions: [],
  });
}

/** Writable fields for create, update and replace; the id where one row is meant; paging for list. */
function inputOf<F extends Fields>(options: ResourceOptions<F>, method: StandardMethod): Fields {
  switch (method) {
    case "list":
      return listInput;
    case "batchGet":
      return { ids: t.list(t.uuid(), { minItems: 1, maxItems: options.batchMax ?? 100 }) };
    case "batchCreate":
      return { items: t.list(t.object(options.fields), { minItems: 1, maxItems: options.batchMax ?? 100 }) };
    case "watch":
      return {
        filter: t.string({ optional: true, maxLength: 4096, description: "Which rows, as in lists." }),
        after: t.string({ optional: true, maxLength: 256, description: "Goes on after this position." }),
        snapshot: t.boolean({
          default: true,
          description: "Whether to begin with the rows that there are; never where `after` is stated.",
        }),
      };
    case "create":
    case "update":
    case "replace":
      return options.fields;
    case "get":
    case "delete":
      return {};
  }
}

/** What lists take. */
export const listInput: Fields = {
  pageSize: t.int32({ optional: true, minimum: 0 }),
  pageToken: t.string({ optional: true, maxLength: 4096 }),
  filter: t.string({ optional: true, maxLength: 4096 }),
  orderBy: t.string({ optional: true, maxLength: 1024 }),
};

function outputOf(resource: AnyResource, method: StandardMethod): Field | null {
  if (method === "delete") return null;
  return method === "watch" ? changeField(resource) : t.row(resource);
}

/** {@link Change}, as all protocols tell it. */
function changeField(resource: AnyResource): Field {
  return t.object({
    type: t.enum(changeTypes, {
      description:
        "`snapshot`: a row that there is; `synced`: all up to the position has been told; `created`, `updated`, `deleted`: of what can be seen; `missed`: changes were left out.",
    }),
    id: t.uuid({ optional: true, description: "Of the row." }),
    row: t.row(resource, { optional: true, description: "As it is now." }),
    position: t.string({ optional: true, description: "Send it as `after` to go on from here." }),
    missed: t.int32({ optional: true, description: "How many changes were left out." }),
  });
}

const itemMethods: ReadonlySet<StandardMethod> = new Set(["get", "update", "replace", "delete"]);

const sorts: Readonly<Record<StandardMethod, OperationSort>> = {
  list: "query",
  get: "query",
  batchGet: "query",
  create: "command",
  update: "command",
  replace: "command",
  delete: "command",
  batchCreate: "command",
  watch: "subscription",
};
