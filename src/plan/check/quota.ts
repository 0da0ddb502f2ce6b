import { checkDuration } from "./durations.ts";
import { isObject, shown } from "./form.ts";
import type { Place } from "./place.ts";
import { suggest } from "./suggestion.ts";

const options = ["units", "per", "by"];

/** Checks how much callers may ask for. */
export function checkQuota(quota: unknown, owner: Place): void {
  if (quota === undefined) return;
  const place = owner.in("quota");
  if (!isObject(quota)) {
    place.tell("is no object", 'Write { units: 1000, per: "1m" }');
    return;
  }
  for (const name of Object.keys(quota))
    if (!options.includes(name)) place.tell(`has an unknown option "${name}"`, suggest(name, options));
  const { units, per, by } = quota;
  if (typeof units !== "number" || !Number.isSafeInteger(units) || units < 1)
    place.tell(`has the units ${shown(units)}`, "Write a whole number from 1 on");
  checkDuration(per, "per", place);
  if (per === 0) place.tell("has the per 0", 'Write a time in which the units come back, such as "1m"');
  if (by !== undefined && typeof by !== "function")
    place.tell("has a by that is no function", "Write ({ caller, credentials }) => text");
}
