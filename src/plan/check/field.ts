import type { Field, Fields } from "../../schema/field.ts";
import { checkDefault } from "./default.ts";
import { checkFieldOptions } from "./field-options.ts";
import { isField, isObject } from "./form.ts";
import { checkMemberNames } from "./member-names.ts";
import { checkReference } from "./references.ts";
import { checkRow } from "./rows.ts";
import { checkShape } from "./shape.ts";
import type { FieldSite } from "./site.ts";

/** Deeper ones would exhaust stacks when they are compiled; an endless one is cut off here. */
const deepest = 32;

/** Checks a field type, whatever stands there. */
export function checkField(field: unknown, site: FieldSite): void {
  const { place } = site;
  if (!isField(field)) {
    place.tell("is not a field type", "Make it with t, such as t.string()");
  } else if (site.depth > deepest) {
    place.tell(`stands in more than ${deepest} objects and lists`, "Flatten it, or use t.json()");
  } else {
    checkSort(field, site);
  }
}

/** Checks names to fields: of a resource, an input or an object. */
export function checkFields(fields: unknown, site: FieldSite): void {
  if (!areFields(fields)) {
    site.place.tell("has no fields", "Write an object of names and field types: { title: t.string() }");
    return;
  }
  checkMemberNames(fields, site);
  for (const [name, field] of Object.entries(fields))
    checkField(field, { ...site, place: site.place.in(name) });
}

/** Each of them is looked at later. */
function areFields(fields: unknown): fields is Fields {
  return isObject(fields) && !isField(fields);
}

function checkSort(field: Field, site: FieldSite): void {
  const { shape } = field;
  const { place } = site;
  const hasForm = place.isClean(() => {
    checkShape(shape, place);
    checkInner(field, site);
  });
  if (shape.kind === "ref") checkReference(field, shape, site);
  if (shape.kind === "row") checkRow(shape, site);
  checkFieldOptions(field, site);
  // Only what has the form of a field can be compiled.
  if (hasForm) checkDefault(field, place);
}

/** The fields that a list or an object holds. */
function checkInner({ shape }: Field, site: FieldSite): void {
  const { place } = site;
  const depth = site.depth + 1;
  if (shape.kind === "list") checkField(shape.element, { ...site, place: place.item(), as: "item", depth });
  if (shape.kind !== "object") return;
  checkFields(shape.fields, { ...site, as: "nested", depth });
  if (isObject(shape.fields) && Object.keys(shape.fields).length === 0)
    place.tell("is an object without fields", "Give it fields, or use t.json()");
}
