import type { JsonValue } from "../base/json.ts";
import type { Field } from "../schema/field.ts";
import { keyOf } from "../schema/key-of.ts";

/** A value within a list or an object, as JSON keeps it; {@link fromJsonValue} gives it back as it was. */
export function toJsonValue(value: unknown, field: Field): JsonValue {
  if (value === null || value === undefined) return null;
  const { shape } = field;
  switch (shape.kind) {
    case "int64":
      return String(value);
    case "timestamp":
      return (value as Date).toISOString();
    case "bytes":
      return Buffer.from(value as Uint8Array).toString("base64");
    case "list":
      return (value as readonly unknown[]).map((item) => toJsonValue(item, shape.element));
    case "object":
      return mapMembers(value as Members, shape.fields, toJsonValue) as JsonValue;
    default:
      return value as JsonValue;
  }
}

/** A column's value as text of JSON, where that is how it is kept. */
export function toJsonText(value: unknown, field: Field): string {
  return JSON.stringify(field.shape.kind === "json" ? value : toJsonValue(value, field));
}

/** A value as {@link toJsonValue} was given it. */
export function fromJsonValue(value: JsonValue, field: Field): unknown {
  if (value === null) return null;
  const { shape } = field;
  switch (shape.kind) {
    case "int64":
      return BigInt(value as string);
    case "timestamp":
      return new Date(value as string);
    case "bytes":
      return new Uint8Array(Buffer.from(value as string, "base64"));
    case "list":
      return (value as readonly JsonValue[]).map((item) => fromJsonValue(item, shape.element));
    case "object":
      return mapMembers(value as Members, shape.fields, (member, of) =>
        fromJsonValue(member as JsonValue, of),
      );
    default:
      return value;
  }
}

type Members = Readonly<Record<string, unknown>>;

/** What an object leaves out stays out; a reference stands under its name and `Id`. */
function mapMembers(
  value: Members,
  fields: Readonly<Record<string, Field>>,
  map: (value: unknown, field: Field) => unknown,
): Members {
  const mapped: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(fields)) {
    const key = keyOf(name, field);
    if (value[key] !== undefined) mapped[key] = map(value[key], field);
  }
  return mapped;
}
