import type { Field } from "../../schema/field.ts";
import { checkDefault } from "./default.ts";
import { checkDeprecated, checkText, isErrorDefinition, isField, shown } from "./form.ts";
import type { Known } from "./known.ts";
import type { Place } from "./place.ts";
import { checkReference } from "./references.ts";
import { checkRow } from "./rows.ts";
import { checkShape } from "./shape.ts";
import { suggest } from "./suggestion.ts";

/** Where a field type stands. */
export interface FieldSite {
  readonly place: Place;
  readonly known: Known;
  /** What the whole belongs to. `message`: of a channel; `conversion`: a field as an older version has it. */
  readonly of: "resource" | "input" | "output" | "message" | "conversion";
  /** A member of the whole itself, of an object in it, an item of a list, or the whole. */
  readonly as: "member" | "nested" | "item" | "whole";
  /** How many objects and lists it stands in. */
  readonly depth: number;
}

/** Deeper ones would exhaust stacks when they are compiled; an endless one is cut off here. */
const deepest = 32;

/** Checks a field type, whatever stands there. */
export function checkField(field: unknown, site: FieldSite): void {
  const { place } = site;
  if (!isField(field)) {
    place.tell("is not a field type", "Make it with t, such as t.string()");
  } else if (site.depth > deepest) {
    place.tell(`stands in more than ${deepest} objects and lists`, "Flatten it, or use t.json()");
  } else if (place.isClean(() => checkShape(field, site))) {
    if (field.shape.kind === "ref") checkReference(field, field.shape, site);
    if (field.shape.kind === "row") checkRow(field.shape, site);
    checkOptions(field, site);
    checkDefault(field, place);
  }
}

function checkOptions(field: Field, site: FieldSite): void {
  const { place } = site;
  for (const name of field.unknownOptions) {
    place.tell(`has an unknown option "${name}"`, suggest(name, optionsOf(field)));
  }
  checkText(field.description, place, "description");
  checkDeprecated(field.deprecated, place);
  checkPresence(field, place);
  checkDirection(field, site);
  checkColumn(field, site);
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
