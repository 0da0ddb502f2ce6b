import type { Field } from "../../schema/field.ts";
import { checkDeprecated, checkText, isErrorDefinition, shown } from "./form.ts";
import type { Place } from "./place.ts";
import type { FieldSite } from "./site.ts";
import { suggest } from "./suggestion.ts";

/** Checks the options that every field type takes: that they go together, and suit where the field stands. */
export function checkFieldOptions(field: Field, site: FieldSite): void {
  const { place } = site;
  for (const name of field.unknownOptions) {
    place.tell(`has an unknown option "${name}"`, suggest(name, optionsOf(field)));
  }
  checkText(field.description, place, "description");
  checkDeprecated(field.deprecated, place);
  checkDirection(field, site);
  if (field.shape.kind === "id") {
    checkIdOptions(field, place);
  } else {
    checkPresence(field, place);
    checkColumn(field, site);
  }
}

/** A field holds each of its options, and its shape each of its rules. */
function optionsOf({ shape, ...options }: Field): readonly string[] {
  if (shape.kind === "id") return ["description"];
  const inner = new Set(["kind", "element", "fields", "values", "target", "unknownOptions"]);
  return [...Object.keys(options), ...Object.keys(shape)].filter((name) => !inner.has(name));
}

function checkPresence(field: Field, place: Place): void {
  if (field.optional && field.default !== undefined)
    place.tell("is optional and has a default", "Leave out optional: a default allows leaving the field out");
  if (field.readOnly && field.writeOnly)
    place.tell("is read-only and write-only: nobody could use it", "Leave out one of the two");
}

const idOptions = ["optional", "nullable", "default", "writeOnly", "unique", "indexed", "formerly"] as const;

/** The server makes ids, each its own, and a row has its id for good. */
function checkIdOptions(field: Field, place: Place): void {
  for (const name of idOptions) {
    const stated = field[name];
    if (stated !== false && stated !== undefined && stated !== null)
      place.tell(`has the option ${name}, and an id takes only description`, `Leave out ${name}`);
  }
}

/** Which way values go is told of the resource's fields: an operation's input and output say it already. */
function checkDirection(field: Field, { place, of, as }: FieldSite): void {
  const { kind } = field.shape;
  if (kind !== "id" && field.readOnly && !(of === "resource" && as === "member"))
    place.tell("is read-only, which only fields of a resource can be", "Leave out readOnly");
  if (field.writeOnly && (as === "item" || of === "output" || of === "message"))
    place.tell("is write-only where nothing is written", "Leave out writeOnly");
  if (kind === "id" && !(of === "resource" && as === "member"))
    place.tell("is an id, which only the field id of a resource can be", "Use t.uuid(), or t.ref(...)");
  if (as === "item" && field.default !== undefined)
    place.tell("is an item of a list and has a default", "Give the default to the list");
}

/** Options that speak of a column need one. */
function checkColumn(field: Field, { place, of, as }: FieldSite): void {
  const hasColumn = of === "resource" && as === "member";
  const { unique, indexed, formerly, shape } = field;
  if (typeof unique !== "boolean" && !isErrorDefinition(unique))
    place.tell("has a unique that is neither true nor an error", "Write true, or an error made by error()");
  for (const [name, stated] of Object.entries({ unique, indexed, formerly })) {
    if (stated === false || stated === null) continue;
    if (!hasColumn) {
      place.tell(`has the option ${name}, which only fields of a resource have`, `Leave out ${name}`);
    } else if (name !== "formerly" && !isComparable(field)) {
      const mend =
        shape.kind === "text"
          ? "Use t.string(), or give it a maxLength"
          : `Leave out ${name}, or use a scalar`;
      place.tell(`is ${name}, and ${shape.kind} has no useful index`, mend);
    }
  }
  if (formerly !== null && typeof formerly !== "string")
    place.tell(`has the former name ${shown(formerly)}`, "Write the name that the field had");
}

function isComparable({ shape }: Field): boolean {
  if (shape.kind === "text") return shape.maxLength !== null;
  return shape.kind !== "list" && shape.kind !== "json" && shape.kind !== "object";
}
