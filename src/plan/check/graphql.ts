import { isObject, shown } from "./form.ts";
import type { Place } from "./place.ts";
import { suggest } from "./suggestion.ts";

/** Checks how an operation, or a resource's commands, are to be shown in GraphQL. */
export function checkGraphql(options: unknown, place: Place): void {
  if (options === null) return;
  const at = place.in("graphql");
  if (!isObject(options)) {
    at.tell("is no object", 'Write { errors: "payload" }');
    return;
  }
  for (const [name, value] of Object.entries(options)) {
    if (name !== "errors") at.tell(`has an unknown option "${name}"`, suggest(name, ["errors"]));
    else if (value !== "payload") at.in(name).tell(`is ${shown(value)}`, 'Write "payload", or leave it out');
  }
}
