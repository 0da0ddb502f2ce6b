import type { AnyOperation, AnyResource } from "../../define/definition.ts";
import type { Version } from "../../define/version.ts";
import type { Field } from "../../schema/field.ts";
import { VersionChanges } from "../version-changes.ts";
import { isField, isObject, isResource } from "./form.ts";
import type { Known } from "./known.ts";
import type { Place } from "./place.ts";

/** Checks that what a version leaves of an API still works. */
export function checkVersionRest(version: Version, place: Place, known: Known): void {
  const changes = new VersionChanges(version);
  for (const resource of known.resources.values()) {
    if (changes.hasResource(resource)) checkCreation(resource, changes, place);
  }
  for (const operation of known.operations) {
    if (changes.hasOperation(operation)) checkRows(operation, changes, place, known);
  }
}

const creating = ["create", "replace", "batchCreate"] as const;

/** Callers of a version cannot send what it does not have. */
function checkCreation({ name, definition }: AnyResource, changes: VersionChanges, place: Place): void {
  const { fields, operations } = definition;
  const method = creating.find((each) => {
    const operation = operations[each];
    return operation !== null && changes.hasOperation(operation);
  });
  if (method === undefined || !isObject(fields)) return;
  for (const [field, type] of Object.entries(fields)) {
    if (changes.isAbsent(name, field) && isField(type) && isRequired(type))
      place.tell(
        `lacks ${name}.${field}, which ${method} needs`,
        `Give ${name}.${field} a default or make it optional, or make ${creating.join(", ")} absent too`,
      );
  }
}

function isRequired(field: Field): boolean {
  return !field.optional && !field.readOnly && field.default === undefined;
}

/** An answer may have rows only of resources that the version has. */
function checkRows(
  { name, on, output }: AnyOperation,
  changes: VersionChanges,
  place: Place,
  known: Known,
): void {
  for (const row of output === null ? [] : rowsIn(output, 0)) {
    const resource = known.resources.get(row);
    if (resource === undefined || changes.hasResource(resource)) continue;
    const operation = on === null ? name : `${on.plural}.${name}`;
    place.tell(`lacks ${row}, whose rows ${operation} answers`, `Make ${operation} absent too`);
  }
}

function rowsIn({ shape }: Field, depth: number): readonly string[] {
  if (depth > 32) return [];
  if (shape.kind === "list") return isField(shape.element) ? rowsIn(shape.element, depth + 1) : [];
  if (shape.kind === "object")
    return Object.values(shape.fields).flatMap((each) => (isField(each) ? rowsIn(each, depth + 1) : []));
  if (shape.kind !== "row") return [];
  const target: unknown = shape.target();
  return isResource(target) ? [target.name] : [];
}
