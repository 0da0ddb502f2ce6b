import { toSnakeCase } from "../../base/casing.ts";
import type { Fields } from "../../schema/field.ts";
import { keyOf } from "../../schema/key-of.ts";
import { isField } from "./form.ts";
import { checkName, Seen } from "./names.ts";
import type { FieldSite } from "./site.ts";

/** Checks the names of fields: their form, and that they stay different where references and columns change them. */
export function checkMemberNames(fields: Fields, site: FieldSite): void {
  const { place } = site;
  checkPrototype(fields, site);
  const keys = new Seen();
  for (const [name, field] of Object.entries(fields)) {
    const at = place.in(name);
    checkName(name, "name", "member", at);
    checkReserved(name, site, at);
    const key = isField(field) ? keyOf(name, field) : name;
    const other = keys.add(toSnakeCase(key), key);
    if (other !== null) at.tell(`is ${key} in rows, and ${other} is there already`, "Rename one of the two");
  }
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
