import { toSnakeCase } from "../../base/casing.ts";
import { keyOf } from "../codec/member.ts";
import { checkField, type FieldSite } from "./field.ts";
import { isField, isObject } from "./form.ts";
import { checkName, Seen } from "./names.ts";

/** Checks names to fields: of a resource, an input or an object. */
export function checkFields(fields: unknown, site: FieldSite): void {
  const { place } = site;
  if (!isObject(fields) || isField(fields)) {
    place.tell("has no fields", "Write an object of names and field types: { title: t.string() }");
    return;
  }
  checkPrototype(fields, site);
  const keys = new Seen();
  for (const [name, field] of Object.entries(fields)) {
    const at = place.in(name);
    checkName(name, "name", "member", at);
    checkReserved(name, site, at);
    checkField(field, { ...site, place: at });
    const key = isField(field) ? keyOf(name, field) : name;
    const other = keys.add(toSnakeCase(key), key);
    if (other !== null) at.tell(`is ${key} in rows, and ${other} is there already`, "Rename one of the two");
  }
  if (site.as === "nested" && Object.keys(fields).length === 0)
    place.tell("is an object without fields", "Give it fields, or use t.json()");
}

/** `{ __proto__: t.string() }` sets the prototype, and no field. */
function checkPrototype(fields: object, { place }: FieldSite): void {
  const prototype: unknown = Object.getPrototypeOf(fields);
  if (prototype === Object.prototype || prototype === null) return;
  place
    .in("__proto__")
    .tell('has the name "__proto__", which every JavaScript object has already', "Choose another name");
}

/** Names that inputs have already, on every protocol. */
function checkReserved(name: string, { of, as }: FieldSite, place: FieldSite["place"]): void {
  if (name === "ifVersion" && as !== "nested" && (of === "input" || of === "resource"))
    place.tell(
      "has the name ifVersion, which states the version that a row must have",
      "Choose another name",
    );
}
