import { checkDuration } from "./durations.ts";
import { isObject, isResource, listOf, shown } from "./form.ts";
import { hasResource, type Known } from "./known.ts";
import type { Place } from "./place.ts";
import { suggest } from "./suggestion.ts";

const options = ["maxAge", "visibility", "negative", "staleIfError", "reads"];

/** Checks how answers may be kept; null for not at all. */
export function checkCache(cache: unknown, owner: Place, known: Known): void {
  if (cache === null) return;
  const place = owner.in("cache");
  if (!isObject(cache)) {
    place.tell("is no object", 'Write { maxAge: "5m" }');
    return;
  }
  for (const name of Object.keys(cache)) {
    if (!options.includes(name)) place.tell(`has an unknown option "${name}"`, suggest(name, options));
  }
  const { maxAge, visibility, negative, staleIfError, reads } = cache;
  checkDuration(maxAge, "maxAge", place);
  if (negative !== undefined) checkDuration(negative, "negative", place);
  if (staleIfError !== undefined) checkDuration(staleIfError, "staleIfError", place);
  if (visibility !== undefined && visibility !== "public" && visibility !== "private")
    place.tell(`has the visibility ${shown(visibility)}`, "Write public or private");
  checkReads(reads, place.in("reads"), known);
}

function checkReads(reads: unknown, place: Place, known: Known): void {
  for (const [index, resource] of listOf(reads, place, "Write [User]").entries()) {
    if (!isResource(resource)) {
      place.item(index).tell("is not a resource", "Name resources: [User]");
    } else if (!hasResource(known, resource)) {
      place
        .item(index)
        .tell(`is ${resource.name}, which the API does not have`, `Add ${resource.name} to resources`);
    }
  }
}
