import type { JsonObject, JsonValue } from "../base/json.ts";
import type { Field, Fields } from "./field.ts";
import { keyOf } from "./key-of.ts";

/**
 * A value as handlers see it, in the field's JSON form: what contracts state as default. `undefined` for a value that is
 * not of the field's type.
 */
export function toJson(field: Field, value: unknown): JsonValue | undefined {
  if (value === null) return null;
  const { shape } = field;
  switch (shape.kind) {
    case "int64":
      return typeof value === "bigint" ? value.toString() : undefined;
    case "bytes":
      return value instanceof Uint8Array ? btoa(String.fromCharCode(...value)) : undefined;
    case "timestamp":
      return value instanceof Date ? value.toISOString() : undefined;
    case "list":
      return Array.isArray(value) ? listToJson(shape.element, value) : undefined;
    case "object":
      return typeof value === "object" ? objectToJson(shape.fields, { ...value }) : undefined;
    case "boolean":
      return typeof value === "boolean" ? value : undefined;
    case "int32":
    case "float":
      return typeof value === "number" && Number.isFinite(value) ? value : undefined;
    case "json":
      return jsonToJson(value);
    case "row":
      return undefined;
    default:
      return typeof value === "string" ? value : undefined;
  }
}

function listToJson(element: Field, values: readonly unknown[]): JsonValue | undefined {
  const items = values.map((value) => toJson(element, value)).filter((item) => item !== undefined);
  return items.length === values.length ? items : undefined;
}

function objectToJson(fields: Fields, values: Readonly<Record<string, unknown>>): JsonObject {
  const entries = Object.entries(fields).flatMap(([name, field]) => {
    const key = keyOf(name, field);
    const item = values[key] === undefined ? undefined : toJson(field, values[key]);
    return item === undefined ? [] : [[key, item] as const];
  });
  return Object.fromEntries(entries);
}

/** Any JSON value, checked by what JSON makes of it. */
function jsonToJson(value: unknown): JsonValue | undefined {
  if (typeof value === "string" || typeof value === "boolean" || value === null) return value;
  if (typeof value === "number") return Number.isFinite(value) ? value : undefined;
  if (Array.isArray(value)) {
    const items = value.map(jsonToJson).filter((item) => item !== undefined);
    return items.length === value.length ? items : undefined;
  }
  if (typeof value !== "object") return undefined;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, item]) => {
      const json = jsonToJson(item);
      return json === undefined ? [] : [[name, json] as const];
    }),
  );
}
