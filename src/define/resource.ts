import type { Fields } from "../schema/field.ts";
import type { AnyOperation, Resource, ResourceDefinition, RowRule, StandardMethod } from "./definition.ts";
import type { ResourceOptions } from "./resource-options.ts";
import type { Rule } from "./rule.ts";
import { standardOperations } from "./standard.ts";

const knownOptions: ReadonlySet<string> = new Set([
  "fields",
  "description",
  "plural",
  "methods",
  "handlers",
  "cache",
  "allow",
  "pageSize",
  "batchMax",
  "requireMatch",
  "notFound",
  "errors",
  "deadline",
]);

/** Defines a resource: rows with fields, and the standard methods on them. */
export function resource<const F extends Fields>(name: string, options: ResourceOptions<F>): Resource<F> {
  const plural = options.plural ?? `${name.slice(0, 1).toLowerCase()}${name.slice(1)}s`;
  const self = { kind: "resource", name, plural } as Resource<F>;
  const operations = standardOperations(self, options);
  const definition = toDefinition(options, operations);
  // The operations name their resource, and the resource its operations: one of the two must be completed later.
  return Object.freeze(
    Object.assign(self, { definition, fields: references(name, options.fields) }, operations),
  );
}

function toDefinition<F extends Fields>(
  options: ResourceOptions<F>,
  operations: Readonly<Record<StandardMethod, AnyOperation | null>>,
): ResourceDefinition {
  const handled = Object.values(options.handlers ?? {}).filter((handler) => handler !== undefined).length;
  const methods = Object.values(operations).filter((operation) => operation !== null).length;
  return Object.freeze({
    fields: options.fields,
    description: options.description ?? null,
    cache: options.cache ?? null,
    rows: (options.allow?.rows ?? null) as RowRule | null,
    fieldRules: (options.allow?.fields ?? {}) as Readonly<Record<string, Rule>>,
    pageSize: { default: options.pageSize?.default ?? 50, max: options.pageSize?.max ?? 1000 },
    batchMax: options.batchMax ?? 100,
    requireMatch: options.requireMatch ?? false,
    notFound: options.notFound ?? null,
    operations,
    stored: handled < methods,
    unknownOptions: Object.keys(options).filter((key) => !knownOptions.has(key)),
  });
}

function references<F extends Fields>(resourceName: string, fields: F): Resource<F>["fields"] {
  const entries = Object.entries(fields).map(([name, field]) => [
    name,
    Object.freeze({ kind: "field", resource: resourceName, name, field }),
  ]);
  return Object.freeze(Object.fromEntries(entries)) as Resource<F>["fields"];
}
