import { parseDuration } from "../../base/duration.ts";
import { shown } from "./form.ts";
import type { Place } from "./place.ts";

/** Checks a duration under the name of its option. */
export function checkDuration(value: unknown, name: string, place: Place): void {
  if (isDuration(value)) return;
  place.tell(
    `has the ${name} ${shown(value)}, which is no duration`,
    'Write milliseconds as a number, or text such as "250ms", "30s", "5m", "1h" or "7d"',
  );
}

function isDuration(value: unknown): boolean {
  if (typeof value !== "number" && typeof value !== "string") return false;
  try {
    parseDuration(value);
    return true;
  } catch {
    return false;
  }
}
