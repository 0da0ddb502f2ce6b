import type { JsonObject, JsonValue } from "../base/json.ts";
import type { Field, Fields, ListShape } from "./field.ts";
import { toJson } from "./json-form.ts";
import { keyOf } from "./key-of.ts";
import type { NumberShape, StringShape } from "./shape.ts";

/** Gives an example of a resource's row; `undefined` where there is none. */
export type RowExamples = (resource: string) => JsonValue | undefined;

/**
 * An example of a field's JSON form: its default, or a value that suits its name and meets its rules. `undefined` where
 * none can be made up, as for most patterns.
 */
export function exampleOf(name: string, field: Field, rows: RowExamples): JsonValue | undefined {
  if (field.default !== undefined) return toJson(field, field.default);
  const made = make(name, field, rows);
  return made === undefined && (field.nullable || field.optional) ? null : made;
}

/** Examples of an object's members; `undefined` where one that must be there has none. */
export function objectExample(fields: Fields, rows: RowExamples): JsonObject | undefined {
  const shown: Record<string, JsonValue> = {};
  for (const [name, field] of Object.entries(fields)) {
    const example = exampleOf(name, field, rows);
    if (example === undefined) return undefined;
    if (example !== null || !field.optional) shown[keyOf(name, field)] = example;
  }
  return shown;
}

/** A UUIDv7, as ids are. */
export const exampleId = "0190b1c2-7b1e-7cc3-98c4-dc0c0c07398f";

function make(name: string, field: Field, rows: RowExamples): JsonValue | undefined {
  const { shape } = field;
  switch (shape.kind) {
    case "string":
    case "text":
    case "email":
    case "url":
      return textExample(name, shape);
    case "id":
    case "uuid":
    case "ref":
      return exampleId;
    case "int32":
    case "float":
      return numberExample(shape);
    case "int64":
      return String(shape.minimum ?? (shape.maximum !== null && shape.maximum < 42n ? shape.maximum : 42n));
    case "decimal":
      return (
        shape.minimum ?? shape.maximum ?? (shape.scale === 0 ? "1" : `0.${"1".padEnd(shape.scale, "0")}`)
      );
    case "boolean":
      return true;
    case "bytes":
      return shape.maxLength === null || shape.maxLength >= 5 ? "aGVsbG8=" : "";
    case "timestamp":
      return "2026-01-31T12:00:00.000Z";
    case "date":
      return "2026-01-31";
    case "enum":
      return shape.values[0];
    case "json":
      return { any: "value" };
    case "list":
      return listExample(name, shape, rows);
    case "object":
      return objectExample(shape.fields, rows);
    case "row":
      return rows(shape.target().name);
  }
}

const texts: readonly (readonly [RegExp, string])[] = [
  [/e?mail/i, "ada@example.com"],
  [/^(display|full|user)?name$/i, "Ada Lovelace"],
  [/title|subject/i, "Notes on the Analytical Engine"],
  [/content|body|text|message|note|description|bio/i, "It weaves algebraic patterns."],
  [/city/i, "London"],
  [/country/i, "GB"],
  [/slug|tag/i, "history"],
  [/(url|link)$/i, "https://example.com/page"],
  [/password|secret/i, "correct horse battery"],
];

function textExample(name: string, shape: StringShape): string | undefined {
  const suited = texts.filter(([form]) => form.test(name)).map(([, text]) => text);
  const usual = { email: "ada@example.com", url: "https://example.com/page" };
  if (shape.kind === "email" || shape.kind === "url")
    return [usual[shape.kind]].find((text) => fits(text, shape));
  const filler = "abc".padEnd(shape.minLength ?? 0, "abc").slice(0, shape.maxLength ?? undefined);
  return [...suited, "text", filler, "ABC", "1"].find((text) => fits(text, shape));
}

function fits(text: string, { minLength, maxLength, pattern }: StringShape): boolean {
  if (text.length < (minLength ?? 0) || text.length > (maxLength ?? Infinity)) return false;
  return (
    pattern === null || new RegExp(`^(?:${pattern.source})$`, pattern.flags.replace(/[gy]/g, "")).test(text)
  );
}

function numberExample({ kind, minimum, maximum }: NumberShape): number {
  const usual = kind === "int32" ? 1 : 1.5;
  if (minimum !== null && usual < minimum) return kind === "int32" ? Math.ceil(minimum) : minimum;
  return maximum !== null && usual > maximum ? (kind === "int32" ? Math.floor(maximum) : maximum) : usual;
}

/** As many items as there must be, one at least; a list of different items is shown only where one is enough. */
function listExample(name: string, shape: ListShape, rows: RowExamples): JsonValue | undefined {
  if (shape.maxItems === 0) return [];
  const item = exampleOf(name.replace(/s$/, ""), shape.element, rows);
  const count = Math.max(1, shape.minItems ?? 0);
  return item === undefined || (shape.uniqueItems && count > 1) ? undefined : Array(count).fill(item);
}
