import type { Caller } from "../define/caller.ts";
import type { AnyResource } from "../define/definition.ts";
import { type Condition, everyRow, noRow } from "../schema/condition.ts";
import { toCondition } from "./where.ts";

/** The rows that a caller may see: null for all. */
export type Visible = (caller: Caller | null) => Condition | null;

/** Compiles a resource's rule on rows; null where it has none. */
export function visibility(resource: AnyResource): Visible | null {
  const { rows } = resource.definition;
  if (rows === null) return null;
  return (caller) => {
    const answer = rows({ caller });
    if (answer === true) return everyRow;
    return permitted(answer);
  };
}

/** Anything that is not clearly a permission is a refusal. */
function permitted(answer: unknown): Condition {
  if (typeof answer !== "object" || answer === null) return noRow;
  if (Array.isArray(answer)) return { kind: "any", of: answer.map(permitted) };
  // `{ owner: caller?.id }` where nobody is signed in: elsewhere undefined states nothing, here it must not let everything through.
  return Object.values(answer).includes(undefined) ? noRow : toCondition(answer);
}
