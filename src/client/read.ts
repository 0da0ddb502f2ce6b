import type { AnyResource } from "../define/definition.ts";
import type { Field, Fields } from "../schema/field.ts";
import { keyOf } from "../schema/key-of.ts";
import type { ResourceName } from "../schema/shape.ts";
import { isRecord } from "./record.ts";

/** A value of a field's type as handlers have it, from JSON as the server writes it. */
export function readValue({ shape }: Field, value: unknown): unknown {
  const { kind } = shape;
  if (kind === "list" && Array.isArray(value)) return value.map((each) => readValue(shape.element, each));
  if (kind === "object") return readMembers(shape.fields, value);
  if (kind === "row") return readMembers(fieldsOf(shape.target()), value);
  if (typeof value !== "string") return value;
  if (kind === "timestamp") return new Date(value);
  if (kind === "int64") return BigInt(value);
  if (kind === "bytes") return Uint8Array.from(atob(value), (each) => each.charCodeAt(0));
  return value;
}

function readMembers(fields: Fields, values: unknown): unknown {
  if (!isRecord(values)) return values;
  const read: Record<string, unknown> = { ...values };
  for (const [name, field] of Object.entries(fields)) {
    const key = keyOf(name, field);
    if (key in read) read[key] = readValue(field, read[key]);
  }
  return read;
}

/** References to resources know as much of them as fields need; what they refer to is the whole resource. */
function fieldsOf(target: ResourceName | AnyResource): Fields {
  return "definition" in target ? target.definition.fields : {};
}
