import type { AnyResource, FieldReference } from "../../define/definition.ts";
import type { Version } from "../../define/version.ts";
import { keyOf } from "../../schema/key-of.ts";
import { VersionChanges } from "../version-changes.ts";
import { isField, isObject } from "./form.ts";
import type { Known } from "./known.ts";
import { Seen } from "./names.ts";
import type { Place } from "./place.ts";

/** Checks that a version states each field once, and that no two have one name there. */
export function checkVersionNames(version: Version, place: Place, known: Known): void {
  const changes = new VersionChanges(version);
  checkOnce(version, changes, place);
  for (const resource of known.resources.values()) {
    if (changes.hasResource(resource)) checkMembers(resource, changes, place);
  }
}

function checkOnce({ options }: Version, changes: VersionChanges, place: Place): void {
  for (const [option, pairs] of Object.entries({ renamed: options.renamed, converted: options.converted })) {
    const seen = new Seen();
    for (const [reference] of pairs ?? []) {
      const name = fieldName(reference);
      if (seen.add(name, name) !== null) place.tell(`has ${name} twice in ${option}`, "Leave one out");
      if (changes.isAbsent(reference.resource, reference.name))
        place.tell(`has ${name} both in absent and in ${option}`, "Leave it out of one of them");
    }
  }
}

function checkMembers(resource: AnyResource, changes: VersionChanges, place: Place): void {
  const { fields } = resource.definition;
  if (!isObject(fields)) return;
  const seen = new Seen();
  for (const [name, field] of Object.entries(fields)) {
    if (!isField(field) || changes.isAbsent(resource.name, name)) continue;
    const wire = changes.wireName(resource.name, name) ?? keyOf(name, field);
    const other = seen.add(wire, name);
    if (other !== null)
      place.tell(
        `calls ${resource.name}.${other} and ${resource.name}.${name} both ${wire}`,
        "Choose another older name for one of them",
      );
  }
}

/** `User.email` */
export function fieldName({ resource, name }: FieldReference): string {
  return `${resource}.${name}`;
}
