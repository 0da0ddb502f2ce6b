import { type ResourceDefinition, standardMethods } from "../../define/definition.ts";
import { checkDuration } from "./durations.ts";
import { checkErrors } from "./errors.ts";
import { checkRule, isOperation } from "./form.ts";
import { checkGraphql } from "./graphql.ts";
import type { Place } from "./place.ts";

/** Checks what the standard methods of a resource were told. All have the same errors and deadline: told once. */
export function checkStandard({ operations }: ResourceDefinition, place: Place): void {
  const present = standardMethods.map((method) => operations[method]).filter(isOperation);
  for (const { name, handle, allow } of present) {
    if (handle !== null && typeof handle !== "function")
      place.in(`handlers.${name}`).tell("is not a function", "Write ({ input }) => ...");
    checkRule(allow, place.in(`allow.call.${name}`));
  }
  const [first] = present;
  if (first === undefined) return;
  checkErrors(first.errors, place);
  checkGraphql(present.find(({ graphql }) => graphql !== null)?.graphql ?? null, place);
  if (first.deadline !== null) checkDuration(first.deadline, "deadline", place);
}
