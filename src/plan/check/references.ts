import type { AnyResource } from "../../define/definition.ts";
import type { Field } from "../../schema/field.ts";
import type { RefShape } from "../../schema/shape.ts";
import { isResource, shown } from "./form.ts";
import { hasResource } from "./known.ts";
import { checkName } from "./names.ts";
import type { FieldSite } from "./site.ts";
import { suggest } from "./suggestion.ts";

/** Checks a reference: that its target is there, and that its options suit it. */
export function checkReference(field: Field, shape: RefShape, site: FieldSite): void {
  const { place, of, as } = site;
  const { onDelete, inverse } = shape;
  place.guard(() => checkTarget(shape, site));
  if (onDelete !== "restrict" && onDelete !== "cascade" && onDelete !== "setNull")
    place.tell(`has the onDelete ${shown(onDelete)}`, suggest(String(onDelete), actions));
  if (onDelete === "setNull" && !field.optional && !field.nullable)
    place.tell(
      "is set to null on delete, and may not be null",
      "Add optional: true, or use cascade or restrict",
    );
  if (inverse !== null) checkName(inverse, "inverse", "member", place);
  if (of === "resource" && as === "member") return;
  if (inverse !== null)
    place.tell("has an inverse, which only fields of a resource have", "Leave out inverse");
  if (onDelete !== "restrict")
    place.tell("has an onDelete, which only fields of a resource have", "Leave out onDelete");
}

const actions: readonly string[] = ["restrict", "cascade", "setNull"];

/** What a reference points to; null where that is not known. */
export function referenceTarget(
  { target }: RefShape,
  { known }: Pick<FieldSite, "known">,
): AnyResource | null {
  if (typeof target === "string") return known.resources.get(target) ?? null;
  if (typeof target !== "function") return null;
  const found: unknown = target();
  return isResource(found) ? found : null;
}

function checkTarget(shape: RefShape, site: FieldSite): void {
  const { place, known } = site;
  const target = referenceTarget(shape, site);
  if (target !== null && hasResource(known, target)) return;
  if (typeof shape.target === "string") {
    place.tell(
      `refers to ${shown(shape.target)}, which the API does not have`,
      suggest(shape.target, known.resources.keys()),
    );
  } else if (target === null) {
    place.tell("refers to something that is not a resource", "Write t.ref(() => User), or a resource's name");
  } else {
    place.tell(`refers to ${target.name}, which the API does not have`, `Add ${target.name} to resources`);
  }
}
