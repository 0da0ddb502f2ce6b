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
    // Anything that is not clearly a permission is a refusal.
    if (typeof answer !== "object" || answer === null) return noRow;
    return toCondition(answer);
  };
}
