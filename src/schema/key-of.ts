import type { Field } from "./field.ts";

/** The key of a field in rows, inputs and outputs: a reference `author` is `authorId`. */
export function keyOf(name: string, field: Field): string {
  return field.shape.kind === "ref" ? `${name}Id` : name;
}
