import type { AnyResource } from "../define/definition.ts";
import type { Field } from "../schema/field.ts";
import type { ResourceName } from "../schema/shape.ts";

/** The resources whose rows may stand in values of a field type. */
export function rowsIn({ shape }: Field): readonly AnyResource[] {
  if (shape.kind === "list") return rowsIn(shape.element);
  if (shape.kind === "object") return Object.values(shape.fields).flatMap(rowsIn);
  if (shape.kind !== "row") return [];
  const target = shape.target();
  return isResource(target) ? [target] : [];
}

/** Field types know resources by their names only; what they were given is the resource. */
export function isResource(target: ResourceName): target is AnyResource {
  return "kind" in target && target.kind === "resource";
}
