import type { AnyResource } from "../../define/definition.ts";
import { keyOf } from "../../schema/key-of.ts";
import type { RefShape } from "../../schema/shape.ts";
import { isField, isObject } from "./form.ts";
import type { Known } from "./known.ts";
import { Seen } from "./names.ts";
import type { Place } from "./place.ts";
import { referenceTarget } from "./references.ts";

/** Checks the names under which resources list the rows that refer to them. */
export function checkRelations(known: Known, place: Place): void {
  const seen = new Map<AnyResource, Seen>();
  for (const owner of known.resources.values()) {
    if (!isObject(owner.definition.fields)) continue;
    for (const [name, field] of Object.entries(owner.definition.fields)) {
      if (!isField(field) || field.shape.kind !== "ref") continue;
      const { shape } = field;
      const at = place.other(`${owner.name}.${name}`);
      const target = targetOrNull(shape, known);
      if (target !== null) checkRelation({ owner, name, target, inverse: shape.inverse }, seen, at);
    }
  }
}

/** A target that cannot be read is told of where the reference is checked. */
function targetOrNull(shape: RefShape, known: Known): AnyResource | null {
  try {
    return referenceTarget(shape, { known });
  } catch {
    return null;
  }
}

interface Relation {
  readonly owner: AnyResource;
  readonly name: string;
  readonly target: AnyResource;
  readonly inverse: string | null;
}

function checkRelation(
  { owner, name, target, inverse }: Relation,
  seen: Map<AnyResource, Seen>,
  at: Place,
): void {
  if (owner.definition.stored && !target.definition.stored)
    at.tell(
      `refers to ${target.name}, whose rows no store keeps`,
      `Use t.uuid() for its id, or leave ${target.name} without handlers for some method`,
    );
  if (inverse === null) return;
  const names = seen.get(target) ?? new Seen();
  seen.set(target, names);
  const other = names.add(inverse, `${owner.name}.${name}`);
  if (other !== null) at.tell(`has the inverse ${inverse}, as ${other} has`, "Rename one of the two");
  if (isNameOf(inverse, target))
    at.tell(`has the inverse ${inverse}, which is a field of ${target.name}`, "Rename one of the two");
}

function isNameOf(inverse: string, { definition }: AnyResource): boolean {
  return (
    isObject(definition.fields) &&
    Object.entries(definition.fields).some(
      ([name, field]) => name === inverse || (isField(field) && keyOf(name, field) === inverse),
    )
  );
}
