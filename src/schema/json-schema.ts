import type { JsonObject, JsonValue } from "../base/json.ts";
import type { Field, Fields, ListShape } from "./field.ts";
import { toJson } from "./json-form.ts";
import { plainSchema } from "./json-schema-plain.ts";
import { keyOf } from "./key-of.ts";

/** How a schema is to be written. */
export interface JsonSchemaOptions {
  /** `input`: what callers send. `output`: what they get. */
  readonly use: "input" | "output";
  /** Where the schema of a resource's rows is: `#/components/schemas/User`. */
  readonly rowReference: (resource: string) => string;
}

/** A field under the name that it has on the wire. */
export interface NamedField {
  readonly wire: string;
  readonly field: Field;
  /** Null also stands for what a rule hides. */
  readonly hidesAsNull?: boolean;
}

/** The schema of an object, whose members can be added to. */
export interface ObjectSchema extends JsonObject {
  readonly type: "object";
  readonly properties: JsonObject;
}

/** The JSON Schema (2020-12) of a field's JSON form, null included where it may be null. */
export function toJsonSchema(field: Field, options: JsonSchemaOptions): JsonObject {
  return annotated(field, allowNull(shapeSchema(field, options), field.nullable || field.optional));
}

/**
 * What an input must be: an object of just these members. What is optional or has a default may be left out; in a
 * `patch` anything may, since absent leaves a member as it is (RFC 7396). Read-only members of `row` and `patch` are
 * taken and ignored.
 */
export function inputSchema(
  members: readonly NamedField[],
  mode: "operation" | "row" | "patch",
  options: JsonSchemaOptions,
): ObjectSchema {
  const ofRow = mode !== "operation";
  const isRequired = ({ field }: NamedField): boolean =>
    mode !== "patch" && !field.optional && field.default === undefined && !(ofRow && field.readOnly);
  const properties = members.map((member): readonly [string, JsonObject] => {
    const { default: usual, ...schema } = toJsonSchema(member.field, options);
    // In a patch, what is left out stays as it is.
    const shown = usual === undefined || mode === "patch" ? schema : { ...schema, default: usual };
    return [member.wire, ofRow && member.field.readOnly ? { ...shown, readOnly: true } : shown];
  });
  return { ...objectSchema(properties, members.filter(isRequired)), additionalProperties: false };
}

/** What a row is in answers: every member is there, with null for what an optional one leaves out. */
export function rowSchema(members: readonly NamedField[], options: JsonSchemaOptions): ObjectSchema {
  const shown = members.filter(({ field }) => !field.writeOnly);
  const properties = shown.map((member): readonly [string, JsonObject] => {
    const { default: _, ...schema } = toJsonSchema(member.field, options);
    const nullable = member.hidesAsNull === true ? allowNull(schema, true) : schema;
    return [member.wire, member.field.readOnly ? { ...nullable, readOnly: true } : nullable];
  });
  return objectSchema(properties, shown);
}

function shapeSchema(field: Field, options: JsonSchemaOptions): JsonObject {
  const { shape } = field;
  switch (shape.kind) {
    case "list":
      return listSchema(shape, options);
    case "object":
      return nestedSchema(shape.fields, options);
    case "row":
      return { $ref: options.rowReference(shape.target().name) };
    default:
      return plainSchema(shape, field, options.use);
  }
}

function listSchema(shape: ListShape, options: JsonSchemaOptions): JsonObject {
  return {
    type: "array",
    items: toJsonSchema(shape.element, options),
    ...(shape.minItems === null ? {} : { minItems: shape.minItems }),
    ...(shape.maxItems === null ? {} : { maxItems: shape.maxItems }),
    ...(shape.uniqueItems ? { uniqueItems: true } : {}),
  };
}

/** Within other values, what is optional and has no value is left out of answers too. */
function nestedSchema(fields: Fields, options: JsonSchemaOptions): JsonObject {
  const members = Object.entries(fields).map(([name, field]) => ({ wire: keyOf(name, field), field }));
  if (options.use === "input") return inputSchema(members, "operation", options);
  const shown = members.filter(({ field }) => !field.writeOnly);
  const properties = shown.map(({ wire, field }): readonly [string, JsonObject] => {
    const { default: _, ...schema } = toJsonSchema(field, options);
    return [wire, schema];
  });
  return objectSchema(
    properties,
    shown.filter(({ field }) => !field.optional),
  );
}

function objectSchema(
  properties: readonly (readonly [string, JsonObject])[],
  required: readonly NamedField[],
): ObjectSchema {
  return {
    type: "object",
    properties: Object.fromEntries(properties),
    ...(required.length === 0 ? {} : { required: required.map(({ wire }) => wire) }),
  };
}

/** The same values and null: by the list of types, or where there is none, by a choice. */
function allowNull(schema: JsonObject, nullable: boolean): JsonObject {
  const { type, enum: words, ...rest } = schema;
  if (!nullable || isNullable(type)) return schema;
  if (type === undefined) return { anyOf: [schema, { type: "null" }] };
  const types = typeof type === "string" ? [type, "null"] : [...listOf(type), "null"];
  return { type: types, ...(words === undefined ? {} : { enum: [...listOf(words), null] }), ...rest };
}

function isNullable(type: JsonValue | undefined): boolean {
  return Array.isArray(type) && type.includes("null");
}

function listOf(value: JsonValue): readonly JsonValue[] {
  return Array.isArray(value) ? value : [value];
}

function annotated(field: Field, schema: JsonObject): JsonObject {
  const description = describe(field, schema["description"]);
  const usual = field.default === undefined ? undefined : toJson(field, field.default);
  return {
    ...schema,
    ...(description === "" ? {} : { description }),
    ...(usual === undefined ? {} : { default: usual }),
    ...(field.deprecated === false ? {} : { deprecated: true }),
    ...(field.writeOnly ? { writeOnly: true } : {}),
  };
}

/** What the application says, then what the schema cannot say otherwise, then why it is deprecated. */
function describe(field: Field, note: JsonValue | undefined): string {
  const reason = typeof field.deprecated === "string" ? `Deprecated: ${field.deprecated}` : null;
  return [field.description, note, reason].filter((part) => typeof part === "string").join("\n\n");
}
