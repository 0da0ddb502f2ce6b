import type { FieldReference } from "../../define/definition.ts";
import type { Conversion, Version } from "../../define/version.ts";
import { checkField } from "./field.ts";
import { checkText, isFieldReference, isObject, isOperation, isResource, listOf, shown } from "./form.ts";
import { hasResource, type Known } from "./known.ts";
import { checkName } from "./names.ts";
import type { Place } from "./place.ts";
import { suggest } from "./suggestion.ts";
import { checkVersionDates } from "./version-dates.ts";
import { checkVersionNames, fieldName } from "./version-names.ts";
import { checkVersionRest } from "./version-rest.ts";

const optionNames = ["renamed", "absent", "converted", "deprecated", "sunset", "link", "description"];

/** Checks how a version differs from today's definition, and that what it leaves makes a contract. */
export function checkVersion(version: Version, place: Place, known: Known): void {
  const { options } = version;
  checkVersionName(version.name, place);
  for (const name of Object.keys(options)) {
    if (!optionNames.includes(name))
      place.tell(`has an unknown option "${name}"`, suggest(name, optionNames));
  }
  checkText(options.description, place, "description");
  checkVersionDates(options, place);
  const areOfForm = place.isClean(() => {
    checkRenamed(options.renamed, place, known);
    checkConverted(options.converted, place, known);
    checkAbsent(options.absent, place, known);
  });
  if (!areOfForm) return;
  checkVersionNames(version, place, known);
  checkVersionRest(version, place, known);
}

function checkVersionName(name: unknown, place: Place): void {
  if (typeof name !== "string" || !/^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$/.test(name)) {
    place.tell(
      `has the name ${shown(name)}`,
      'Write up to 32 letters, digits, dots and hyphens, such as "1"',
    );
  } else if (/^v\d/.test(name)) {
    place.tell(`has the name "${name}", and paths say /api/v${name} then`, `Name it "${name.slice(1)}"`);
  }
}

function checkRenamed(renamed: unknown, place: Place, known: Known): void {
  const mend = 'Write [[User.fields.displayName, "name"]]';
  for (const [reference, name] of pairsOf(renamed, "renamed", place, mend)) {
    const field = toField(reference, "renamed", place, known);
    if (field === null) continue;
    checkName(name, `older name of ${fieldName(field)}`, "member", place);
    if (field.name === "id") place.tell("renames an id, which is id in all versions", "Leave it out");
    if (field.name === name) place.tell(`renames ${fieldName(field)} to its own name`, "Leave it out");
  }
}

function checkConverted(converted: unknown, place: Place, known: Known): void {
  const mend = "Write [[User.fields.age, { type: t.string(), toVersion, fromVersion }]]";
  for (const [reference, conversion] of pairsOf(converted, "converted", place, mend)) {
    const field = toField(reference, "converted", place, known);
    if (field === null) continue;
    if (isConversion(conversion)) checkConversion(field, conversion, place, known);
    else place.tell(`converts ${fieldName(field)} without type, toVersion and fromVersion`, mend);
  }
}

function isConversion(value: unknown): value is Conversion {
  return (
    isObject(value) && typeof value["toVersion"] === "function" && typeof value["fromVersion"] === "function"
  );
}

function checkConversion(field: FieldReference, { type }: Conversion, place: Place, known: Known): void {
  const at = place.other(`${place.name}, ${fieldName(field)}`);
  checkField(type, { place: at, known, of: "conversion", as: "whole", depth: 0 });
  const { kind } = field.field.shape;
  if (kind === "id" || kind === "ref")
    at.tell(`is of the type ${kind}, which has no other form in older versions`, "Leave it out of converted");
}

function checkAbsent(absent: unknown, place: Place, known: Known): void {
  for (const each of listOf(absent, place, "Write absent: [Post.fields.publishedAt]")) {
    if (isFieldReference(each)) {
      if (toField(each, "absent", place, known)?.name === "id")
        place.tell(
          `lacks ${fieldName(each)}, without which no row can be told from another`,
          "Leave it out of absent",
        );
    } else if (isResource(each)) {
      if (!hasResource(known, each))
        place.tell(`lacks ${each.name}, which the API does not have`, "Leave it out of absent");
    } else if (isOperation(each)) {
      if (!known.operations.has(each))
        place.tell(
          `lacks the operation ${shown(each.name)}, which the API does not have`,
          "Leave it out of absent",
        );
    } else {
      place.tell(
        "lacks something that is no field, operation or resource",
        "Name it as in Post.fields.publishedAt",
      );
    }
  }
}

function pairsOf(
  value: unknown,
  option: string,
  place: Place,
  mend: string,
): readonly (readonly unknown[])[] {
  return listOf(value, place.other(`${place.name}, ${option}`), mend).filter(
    (pair): pair is readonly unknown[] => {
      if (Array.isArray(pair) && pair.length === 2) return true;
      place.tell(`has something in ${option} that is not a pair`, mend);
      return false;
    },
  );
}

/** The field that a reference names; null, and told, where the API does not have it. */
function toField(reference: unknown, option: string, place: Place, known: Known): FieldReference | null {
  if (!isFieldReference(reference)) {
    place.tell(
      `names something in ${option} that is no field of a resource`,
      "Name it as in User.fields.email",
    );
    return null;
  }
  const fields = known.resources.get(reference.resource)?.definition.fields;
  if (fields?.[reference.name] === reference.field) return reference;
  place.tell(
    `names ${fieldName(reference)} in ${option}, which the API does not have`,
    `Add ${reference.resource} to resources`,
  );
  return null;
}
