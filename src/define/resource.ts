import type { Fields } from "../schema/field.ts";
import {
  type AnyHandler,
  type AnyOperation,
  type Resource,
  type ResourceDefinition,
  type RowRule,
  type StandardMethod,
  standardMethods,
} from "./definition.ts";
import type { ResourceOptions } from "./resource-options.ts";
import type { Rule } from "./rule.ts";
import { standardOperations } from "./standard.ts";

const optionNames: readonly string[] = [
  "fields",
  "description",
  "plural",
  "methods",
  "handlers",
  "related",
  "cache",
  "allow",
  "pageSize",
  "batchMax",
  "requireMatch",
  "watch",
  "notFound",
  "errors",
  "deadline",
  "graphql",
];
const innerNames: Readonly<Record<string, readonly string[]>> = {
  handlers: ["list", "get", "batchGet", "create", "update", "replace", "delete"],
  methods: standardMethods,
  allow: ["call", "rows", "fields"],
  pageSize: ["default", "max"],
  watch: ["buffer", "slow"],
};

/** The options that there are, `allow.rows` and its like included. */
export const resourceOptionNames: ReadonlySet<string> = new Set([
  ...optionNames,
  ...Object.entries(innerNames).flatMap(([option, names]) => names.map((name) => `${option}.${name}`)),
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
    watch: { buffer: options.watch?.buffer ?? 1000, slow: options.watch?.slow ?? "close" },
    notFound: options.notFound ?? null,
    related: (options.related ?? {}) as Readonly<Record<string, AnyHandler>>,
    operations,
    stored: handled < methods,
    unknownOptions: Object.entries(options)
      .flatMap(([name, value]) => [name, ...innerOptions(name, value)])
      .filter((name) => !resourceOptionNames.has(name)),
  });
}

/** What is stated within an option: keys of an object, or items of a list of names. */
function innerOptions(option: string, value: unknown): readonly string[] {
  if (!Object.hasOwn(innerNames, option) || typeof value !== "object" || value === null) return [];
  const stated = Array.isArray(value) ? value.map(String) : Object.keys(value);
  return stated.map((name) => `${option}.${name}`);
}

function references<F extends Fields>(resourceName: string, fields: F): Resource<F>["fields"] {
  const entries = Object.entries(fields).map(([name, field]) => [
    name,
    Object.freeze({ kind: "field", resource: resourceName, name, field }),
  ]);
  return Object.freeze(Object.fromEntries(entries)) as Resource<F>["fields"];
}
