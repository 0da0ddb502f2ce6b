import type { AnyOperation } from "../../define/definition.ts";
import { operationOptionNames } from "../../define/operation.ts";
import { checkCache } from "./cache.ts";
import { checkDuration } from "./durations.ts";
import { checkErrors } from "./errors.ts";
import { checkField, checkFields } from "./field.ts";
import { checkDeprecated, checkRule, checkText, isObject, isResource, shown } from "./form.ts";
import { checkGraphql } from "./graphql.ts";
import { hasResource, type Known } from "./known.ts";
import { checkMessages } from "./messages.ts";
import { checkName } from "./names.ts";
import type { Place } from "./place.ts";
import { checkQueryInput } from "./query-input.ts";
import { checkRest } from "./rest.ts";
import { suggest } from "./suggestion.ts";

/** Checks an operation of the application's own. */
export function checkOperation(operation: AnyOperation, place: Place, known: Known): void {
  if (operation.method !== null) {
    place.tell("is a standard method, which its resource brings along", "Leave it out of operations");
    return;
  }
  checkName(operation.name, "name", "member", place);
  checkOn(operation, place, known);
  checkInput(operation, place, known);
  checkMessages(operation, place, known);
  checkOutput(operation, place, known);
  checkOptions(operation, place, known);
}

function checkOn({ on, scope, name }: AnyOperation, place: Place, known: Known): void {
  if (scope !== "item" && scope !== "collection" && scope !== "none")
    place.tell(`has the scope ${shown(scope)}`, "Write item or collection");
  if (on === null) return;
  if (!isResource(on)) {
    place.tell("is on something that is not a resource", "Write on: Post");
  } else if (!hasResource(known, on)) {
    place.tell(`is on ${on.name}, which the API does not have`, `Add ${on.name} to resources`);
  } else if (Object.values(on.definition.operations).some((each) => each?.name === name)) {
    place.tell(
      `has the name of a standard method of ${on.name}`,
      `Rename it, or give ${on.name} a handler for it`,
    );
  }
  if (isResource(on) && scope === "item" && !on.definition.stored && on.definition.operations.get === null)
    place.tell(
      `is about one ${on.name}, and nothing can find it`,
      `Give ${on.name} the method get and a handler for it, or add scope: "collection"`,
    );
}

function checkInput(operation: AnyOperation, place: Place, known: Known): void {
  const { input, scope } = operation;
  const at = place.in("input");
  checkFields(input, { place: at, known, of: "input", as: "member", depth: 0 });
  if (!isObject(input)) return;
  if (scope === "item" && Object.hasOwn(input, "id"))
    at.in("id").tell(
      "has the name of the item's own id, which is there already",
      "Leave it out, or rename it",
    );
  // What stands in the address depends on it.
  if (checkRest(operation, place)) checkQueryInput(operation, place);
}

function checkOutput({ output }: AnyOperation, place: Place, known: Known): void {
  if (output === null) return;
  checkField(output, { place: place.in("output"), known, of: "output", as: "whole", depth: 0 });
}

function checkOptions(operation: AnyOperation, place: Place, known: Known): void {
  const { sort, on, handle, deadline, idempotencyKey } = operation;
  for (const name of operation.unknownOptions) tellUnknown(name, operation, place);
  if (typeof handle !== "function") place.tell("has no handler", "Write handle: ({ input }) => ...");
  if (deadline !== null) checkDuration(deadline, "deadline", place);
  if (idempotencyKey !== "optional" && idempotencyKey !== "required")
    place.tell(`has the idempotencyKey ${shown(idempotencyKey)}`, "Write optional or required");
  checkErrors(operation.errors, place);
  checkGraphql(operation.graphql, place);
  if (operation.graphql?.errors === "payload" && operation.errors.length === 0 && operation.scope !== "item")
    place.in("graphql.errors").tell("is payload, and there are no errors to tell", "Name them under errors");
  checkRule(operation.allow, place);
  checkText(operation.description, place, "description");
  checkDeprecated(operation.deprecated, place);
  checkCache(operation.cache, place, known);
  if (sort === "query" && operation.cache !== null && on === null && operation.cache.reads === undefined)
    checkFreshness(operation, place);
}

/** Without a word on what it reads, no change drops an answer: right only for what reads no rows. */
function checkFreshness({ output }: AnyOperation, place: Place): void {
  if (output?.shape.kind === "row")
    place.in("cache").tell("does not say which rows the answer is read from", "Add reads: [User]");
}

const elsewhere: Readonly<Record<string, readonly [message: string, mend: string]>> = {
  cache: ["has a cache, which only queries have", "Leave it out, or make it a query"],
  idempotencyKey: ["has an idempotencyKey, which only commands have", "Leave it out, or make it a command"],
  messages: [
    "takes messages, which only commands and subscriptions do",
    "Leave them out, or make it a command",
  ],
  graphql: ["has a graphql, which subscriptions do not have", "Leave it out"],
  scope: ["has a scope, and no resource", "Say which resource it is about: on: Post"],
};

function tellUnknown(name: string, operation: AnyOperation, place: Place): void {
  const known = Object.hasOwn(elsewhere, name) ? elsewhere[name] : undefined;
  if (known !== undefined) place.tell(...known);
  else place.tell(`has an unknown option "${name}"`, suggest(name, operationOptionNames(operation)));
}
