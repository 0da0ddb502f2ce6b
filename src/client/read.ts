import type { AnyResource } from "../define/definition.ts";
import type { Field, Fields } from "../schema/field.ts";
import { keyOf } from "../schema/key-of.ts";
import type { ResourceName } from "../schema/shape.ts";
import { isRecord } from "./record.ts";

/** A value of a field's type as handlers have it, from JSON as the server writes it. */
export function readValue(field: Field, value: unknown): unknown {
  const { shape } = field;
  if (shape.kind === "row" || shape.kind === "object")
    return isRecord(value) ? readMembers(fieldsOf(field), value) : value;
  if (shape.kind === "list")
    return Array.isArray(value) ? value.map((each) => readValue(shape.element, each)) : value;
  if (typeof value !== "string") return value;
  switch (shape.kind) {
    case "timestamp":
      return new Date(value);
    case "int64":
      return BigInt(value);
    case "bytes":
      return Uint8Array.from(atob(value), (each) => each.charCodeAt(0));
    default:
      return value;
  }
}

function readMembers(fields: Fields, values: Readonly<Record<string, unknown>>): unknown {
  const read: Record<string, unknown> = { ...values };
  for (const [name, field] of Object.entries(fields)) {
    const key = keyOf(name, field);
    if (key in read) read[key] = readValue(field, read[key]);
  }
  return read;
}

function fieldsOf({ shape }: Field): Fields {
  if (shape.kind === "object") return shape.fields;
  if (shape.kind !== "row") return {};
  const target = shape.target();
  return isResource(target) ? target.definition.fields : {};
}

function isResource(target: ResourceName | AnyResource): target is AnyResource {
  return "definition" in target;
}
