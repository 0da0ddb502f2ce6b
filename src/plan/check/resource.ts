import { type AnyResource, type ResourceDefinition, slowPolicies } from "../../define/definition.ts";
import { resourceOptionNames } from "../../define/resource.ts";
import type { Fields } from "../../schema/field.ts";
import { checkCache } from "./cache.ts";
import { checkFields } from "./field.ts";
import { checkText, isErrorDefinition, isField, isObject, isRule, shown } from "./form.ts";
import type { Known } from "./known.ts";
import { checkName } from "./names.ts";
import type { Place } from "./place.ts";
import type { FieldSite } from "./site.ts";
import { checkStandard } from "./standard.ts";
import { suggest } from "./suggestion.ts";

/** Checks a resource on its own. */
export function checkResource(resource: AnyResource, place: Place, known: Known): void {
  const { name, plural, definition } = resource;
  checkName(name, "name", "resource", place);
  checkName(plural, "plural", "member", place);
  checkReservedName(name, plural, place);
  checkFields(definition.fields, fieldSite(place, known));
  if (isObject(definition.fields)) {
    checkId(definition.fields, place);
    checkColumns(definition, place);
    checkFieldRules(definition, place);
  }
  checkOptions(definition, place);
  checkRelated(definition, place);
  checkStandard(definition, place);
  checkCache(definition.cache, place, known);
}

function fieldSite(place: Place, known: Known): FieldSite {
  return { place, known, of: "resource", as: "member", depth: 0 };
}

const graphqlNames = new Set([
  "Query",
  "Mutation",
  "Subscription",
  "Boolean",
  "Float",
  "Int",
  "String",
  "ID",
]);
/** First segments of paths where the server has pages of its own. */
const serverPages = new Set(["api", "docs", "errors", "graphql", "livez", "metrics", "readyz"]);

function checkReservedName(name: string, plural: string, place: Place): void {
  if (graphqlNames.has(name))
    place.tell(`has the name ${name}, which GraphQL uses itself`, "Choose another name");
  if (serverPages.has(plural))
    place.tell(`has the plural ${plural}, and the server has a page at /${plural}`, "State another plural");
  if (/^(sqlite|fourfold)([A-Z]|$)/.test(plural))
    place.tell(
      `has the plural ${plural}, and tables of such names are the store's own`,
      "State another plural",
    );
}

function checkId(fields: Fields, place: Place): void {
  const { id } = fields;
  if (id === undefined || !Object.hasOwn(fields, "id")) {
    place.tell("has no id", "Add id: t.id()");
  } else if (isField(id) && id.shape.kind !== "id") {
    place.in("id").tell(`is of the type ${id.shape.kind}`, "Write id: t.id()");
  }
  for (const [name, field] of Object.entries(fields)) {
    if (name !== "id" && isField(field) && field.shape.kind === "id")
      place.in(name).tell("is an id, and its name is not id", "Use t.uuid(), or t.ref(...)");
  }
}

/** What a store keeps of the fields. */
function checkColumns({ fields, operations, stored }: ResourceDefinition, place: Place): void {
  const createdByStore = [operations.create, operations.batchCreate].some((each) => each?.handle === null);
  for (const [name, field] of Object.entries(fields)) {
    if (!isField(field)) continue;
    const { formerly, shape } = field;
    const at = place.in(name);
    if (formerly !== null && Object.hasOwn(fields, formerly))
      at.tell(`was formerly ${shown(formerly)}, which is the name of a field today`, "Leave out formerly");
    const canBeEmpty = field.optional || field.nullable || field.default !== undefined;
    if (stored && createdByStore && field.readOnly && shape.kind !== "id" && !canBeEmpty)
      at.tell(
        "is read-only with neither default nor optional: no row could be created",
        "Add a default or optional: true, or leave out readOnly",
      );
  }
}

/** How rows are found by their references is said for rows that no store keeps, and only for those. */
function checkRelated({ fields, related, stored }: ResourceDefinition, place: Place): void {
  if (!isObject(related)) {
    place.tell("has a related that is no object", "Write { author: ({ input }) => ... }");
    return;
  }
  const references = Object.keys(fields).filter((name) => fields[name]?.shape?.kind === "ref");
  for (const [name, handle] of Object.entries(related)) {
    const at = place.in("related").in(name);
    if (!references.includes(name)) at.tell("is not a reference of it", suggest(name, references));
    else if (stored) at.tell("is found by the store", "Leave it out");
    else if (referenceName(fields[name]) === null)
      at.tell("is a reference that has no name the other way round", "Give it an inverse");
    if (typeof handle !== "function") at.tell("is not a function", "Write ({ input: { ids } }) => ...");
  }
}

/** The name under which rows are listed by those that they refer to. */
function referenceName(field: Fields[string] | undefined): string | null {
  return field?.shape.kind === "ref" ? field.shape.inverse : null;
}

function checkFieldRules({ fields, fieldRules }: ResourceDefinition, place: Place): void {
  if (!isObject(fieldRules)) {
    place.tell("has an allow.fields that is no object", "Write { email: rule }");
    return;
  }
  for (const [name, rule] of Object.entries(fieldRules)) {
    const at = place.in("allow.fields").in(name);
    if (!Object.hasOwn(fields, name)) {
      at.tell("is a rule for a field that is not there", suggest(name, Object.keys(fields)));
    } else if (name === "id") {
      at.tell("hides the id, without which no row can be told from another", "Use allow.rows to hide rows");
    }
    if (!isRule(rule)) at.tell("is not a rule", "Make it with rule(name, check)");
  }
}

function checkOptions(definition: ResourceDefinition, place: Place): void {
  for (const name of definition.unknownOptions) {
    place.tell(`has an unknown option "${name}"`, suggest(name, optionsBeside(name)));
  }
  checkText(definition.description, place, "description");
  checkPaging(definition, place);
  if (definition.rows !== null && typeof definition.rows !== "function")
    place.tell("has an allow.rows that is no function", "Write ({ caller }) => conditions");
  if (typeof definition.requireMatch !== "boolean")
    place.tell(`has the requireMatch ${shown(definition.requireMatch)}`, "Write true or false");
  checkWatch(definition.watch, place);
  checkNotFound(definition.notFound, place);
}

function checkWatch({ buffer, slow }: ResourceDefinition["watch"], place: Place): void {
  if (!Number.isSafeInteger(buffer) || buffer < 1)
    place.tell(`has the watch.buffer ${shown(buffer)}`, "Write a whole number, 1 or more");
  if (!slowPolicies.includes(slow))
    place.tell(`has the watch.slow ${shown(slow)}`, suggest(String(slow), slowPolicies));
}

/** `allow.rows` stands beside `allow.call`, and `allow` beside `fields`. */
function optionsBeside(name: string): readonly string[] {
  const parent = name.slice(0, name.indexOf(".") + 1);
  return [...resourceOptionNames].filter((each) =>
    parent === "" ? !each.includes(".") : each.startsWith(parent),
  );
}

function checkPaging({ pageSize, batchMax }: ResourceDefinition, place: Place): void {
  const counts = { "pageSize.default": pageSize.default, "pageSize.max": pageSize.max, batchMax };
  for (const [name, value] of Object.entries(counts)) {
    if (!Number.isSafeInteger(value) || value < 1)
      place.tell(`has the ${name} ${shown(value)}`, "Write a whole number, 1 or more");
  }
  if (pageSize.default > pageSize.max)
    place.tell(
      `has a pageSize.default (${shown(pageSize.default)}) over pageSize.max (${shown(pageSize.max)})`,
      "Lower the default, or raise the maximum",
    );
}

function checkNotFound(notFound: unknown, place: Place): void {
  if (notFound === null) return;
  if (!isErrorDefinition(notFound)) {
    place.tell("has a notFound that is not an error", "Make it with error(code, options)");
  } else if (notFound.kind !== "not_found") {
    place.tell(`has a notFound of the kind ${shown(notFound.kind)}`, 'Give it the kind "not_found"');
  } else if (isObject(notFound.details) && Object.keys(notFound.details).length > 0) {
    place.tell("has a notFound with details, which nobody fills in", "Leave the details out");
  }
}
