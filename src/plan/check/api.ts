import type { Api, ApiOptions } from "../../define/api.ts";
import { checkDuration } from "./durations.ts";
import { checkErrors } from "./errors.ts";
import { checkText, isVersion, shown } from "./form.ts";
import { checkName } from "./names.ts";
import { checkPages } from "./pages.ts";
import type { Place } from "./place.ts";
import { checkQuota } from "./quota.ts";
import { suggest } from "./suggestion.ts";

const optionNames = [
  "resources",
  "operations",
  "channels",
  "errors",
  "versions",
  "defaultVersion",
  "authenticate",
  "seed",
  "deadline",
  "keepChanges",
  "quota",
  "lock",
  "protos",
  "pages",
  "title",
  "description",
];

/** Checks what an API was told of itself. */
export function checkApi({ name, options }: Api, place: Place): void {
  checkName(name, "name", "api", place);
  for (const each of Object.keys(options)) {
    if (!optionNames.includes(each))
      place.tell(`has an unknown option "${each}"`, suggest(each, optionNames));
  }
  if (options.authenticate !== undefined && typeof options.authenticate !== "function")
    place.tell("has an authenticate that is no function", "Write ({ bearer }) => caller or null");
  if (options.seed !== undefined && typeof options.seed !== "function")
    place.tell("has a seed that is no function", "Write async (db) => ...");
  if (options.deadline !== undefined) checkDuration(options.deadline, "deadline", place);
  if (options.keepChanges !== undefined) checkDuration(options.keepChanges, "keepChanges", place);
  checkQuota(options.quota, place);
  checkLock(options.lock, place);
  checkPages(options.pages, place);
  checkText(options.title, place, "title");
  checkText(options.description, place, "description");
  checkErrors(options.errors, place);
  checkDefaultVersion(options, place);
}

function checkDefaultVersion({ versions, defaultVersion }: ApiOptions, place: Place): void {
  if (Array.isArray(versions) && versions.length === 0)
    place.tell("has a list of no versions", "Leave versions out, or state one");
  if (defaultVersion === undefined) return;
  const names = Array.isArray(versions) ? versions.filter(isVersion).map(({ name }) => String(name)) : ["1"];
  if (!names.includes(defaultVersion))
    place.tell(
      `has the defaultVersion ${shown(defaultVersion)}, which it does not have`,
      suggest(String(defaultVersion), names),
    );
}

/** A path as text would be looked for in whichever folder the program is started in. */
function checkLock(lock: unknown, place: Place): void {
  if (lock === undefined || (lock instanceof URL && lock.protocol === "file:")) return;
  place.tell(
    "has a lock that is no URL of a file",
    'Write lock: new URL("./fourfold.lock.json", import.meta.url)',
  );
}
