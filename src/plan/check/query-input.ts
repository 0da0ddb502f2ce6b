import type { AnyOperation } from "../../define/definition.ts";
import type { Field } from "../../schema/field.ts";
import { isField } from "./form.ts";
import type { Place } from "./place.ts";
import { inputMembers, isScalar, readRest } from "./rest.ts";

/** Query parameters that shape the answer where it is a row. */
const shaping = new Set(["fields", "include"]);

/** Checks inputs that stand in the query of a URL: of queries, and where `rest` says GET or DELETE. */
export function checkQueryInput(operation: AnyOperation, place: Place): void {
  const rest = operation.rest === null ? null : readRest(operation.rest);
  const method = rest?.method ?? (operation.sort === "query" ? "GET" : "POST");
  if (method !== "GET" && method !== "DELETE") return;
  const answersRow = operation.output?.shape.kind === "row";
  for (const [name, field] of inputMembers(operation)) {
    const at = place.in("input").in(name);
    if (!fitsQuery(field))
      at.tell(
        `is of the type ${sort(field)}, which cannot stand in a URL`,
        'Take scalars, or make it POST: rest: "POST /path"',
      );
    if (answersRow && shaping.has(name))
      at.tell(`has the name ${name}, which chooses what of a row is answered`, "Choose another name");
  }
}

/** Scalars do, and lists of them as repeated parameters; any JSON is sent as its text. */
export function fitsQuery(field: Field): boolean {
  const { shape } = field;
  if (shape.kind === "list") return isField(shape.element) && isScalar(shape.element);
  return isScalar(field) || shape.kind === "json";
}

function sort({ shape }: Field): string {
  return shape.kind === "list" && isField(shape.element) ? `list of ${shape.element.shape.kind}` : shape.kind;
}
