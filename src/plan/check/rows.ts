import type { RowShape } from "../../schema/shape.ts";
import { isResource } from "./form.ts";
import { hasResource } from "./known.ts";
import type { FieldSite } from "./site.ts";

/** Whole rows go out, never in, and are of resources that the API has. */
export function checkRow(shape: RowShape, { place, of, known }: FieldSite): void {
  if (of !== "output") {
    place.tell("is a whole row, which only outputs can have", "Use t.ref(...) for the row's id");
    return;
  }
  const target: unknown = shape.target();
  if (!isResource(target)) {
    place.tell("is a row of something that is not a resource", "Give t.row a resource");
  } else if (!hasResource(known, target)) {
    place.tell(`is a row of ${target.name}, which the API does not have`, `Add ${target.name} to resources`);
  }
}
