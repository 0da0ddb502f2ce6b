import type { JsonValue } from "../base/json.ts";
import type { Typed, TypeOf } from "../base/typed.ts";
import { Field, type FieldOptions, type FieldShape, type Fields, type FlagsOf } from "./field.ts";
import type { RefShape, ResourceName, StringShape } from "./shape.ts";
import type { ItemOf, ObjectInput } from "./types.ts";

/** Options that take a default of the field's own type; null, where the field is nullable. */
export interface OptionsOf<T> extends FieldOptions {
  readonly default?: T | null;
}
/** Lengths are counted in Unicode code points. `pattern` must match the whole text. */
export interface StringOptions extends OptionsOf<string> {
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: RegExp;
}
export interface NumberOptions extends OptionsOf<number> {
  readonly minimum?: number;
  readonly maximum?: number;
}
export interface Int64Options extends OptionsOf<bigint> {
  readonly minimum?: bigint;
  readonly maximum?: bigint;
}
export interface DecimalOptions extends OptionsOf<string> {
  /** Digits in all, 1 to 18. */
  readonly precision: number;
  /** Digits after the point, 0 to `precision`. */
  readonly scale: number;
  readonly minimum?: string;
  readonly maximum?: string;
}
/** `maxLength` in bytes. */
export interface BytesOptions extends OptionsOf<Uint8Array> {
  readonly maxLength?: number;
}
export interface JsonOptions extends OptionsOf<JsonValue> {
  readonly maxDepth?: number;
}
export interface ListOptions extends OptionsOf<readonly unknown[]> {
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
}
export interface RefOptions extends FieldOptions {
  readonly inverse?: string;
  /** What deleting the row referred to does: refuse (the default), delete this row too, or clear the reference. */
  readonly onDelete?: "restrict" | "cascade" | "setNull";
}
/**
 * A function. A type with a call signature would have TypeScript infer what the function answers before the definition
 * that it stands in: resources could not refer to each other, and an editor would infer all those that one refers to,
 * over any number of references (150 ms with 50 of them). What it answers is checked when the definition is compiled.
 */
export interface Later {
  readonly apply: unknown;
}
/** An id has no options but these: the server makes it. */
export interface IdOptions {
  readonly description?: string;
}

/** Refuses option names that are not among `Allowed`, in the editor. */
export type Only<O, Allowed> = O & { readonly [K in Exclude<keyof O, keyof Allowed>]: never };

const common: readonly (keyof FieldOptions)[] = [
  "optional",
  "nullable",
  "default",
  "readOnly",
  "writeOnly",
  "sensitive",
  "unique",
  "indexed",
  "deprecated",
  "description",
  "formerly",
];

/** The field types. Each takes its rules and the options of {@link FieldOptions}. */
export interface FieldTypes {
  /** Text on one line: no control characters. */
  string<const O extends StringOptions = Record<never, never>>(
    options?: Only<O, StringOptions>,
  ): Field<string, NoInfer<FlagsOf<O>>>;
  /** Text of any length and lines. */
  text<const O extends StringOptions = Record<never, never>>(
    options?: Only<O, StringOptions>,
  ): Field<string, NoInfer<FlagsOf<O>>>;
  /** An e-mail address as HTML's `input type=email` takes it, at most 254 octets (RFC 5321). Unique without regard to case. */
  email<const O extends StringOptions = Record<never, never>>(
    options?: Only<O, StringOptions>,
  ): Field<string, NoInfer<FlagsOf<O>>>;
  /** An absolute http or https URL. */
  url<const O extends StringOptions = Record<never, never>>(
    options?: Only<O, StringOptions>,
  ): Field<string, NoInfer<FlagsOf<O>>>;
  /** The id of a resource: a UUIDv7 (RFC 9562) made by the server. */
  id(options?: IdOptions): Field<string, "id" | "readOnly">;
  /** Any UUID (RFC 9562), in lower case. */
  uuid<const O extends OptionsOf<string> = Record<never, never>>(
    options?: Only<O, OptionsOf<string>>,
  ): Field<string, NoInfer<FlagsOf<O>>>;
  /** A whole number of 32 bits, signed. */
  int32<const O extends NumberOptions = Record<never, never>>(
    options?: Only<O, NumberOptions>,
  ): Field<number, NoInfer<FlagsOf<O>>>;
  /** A whole number of 64 bits, signed: a `bigint` here, a string in JSON. */
  int64<const O extends Int64Options = Record<never, never>>(
    options?: Only<O, Int64Options>,
  ): Field<bigint, NoInfer<FlagsOf<O>>>;
  /** A finite double. */
  float<const O extends NumberOptions = Record<never, never>>(
    options?: Only<O, NumberOptions>,
  ): Field<number, NoInfer<FlagsOf<O>>>;
  /** An exact decimal number, as a string. */
  decimal<const O extends DecimalOptions>(
    options: Only<O, DecimalOptions>,
  ): Field<string, NoInfer<FlagsOf<O>>>;
  boolean<const O extends OptionsOf<boolean> = Record<never, never>>(
    options?: Only<O, OptionsOf<boolean>>,
  ): Field<boolean, NoInfer<FlagsOf<O>>>;
  /** Octets: base64 in JSON. */
  bytes<const O extends BytesOptions = Record<never, never>>(
    options?: Only<O, BytesOptions>,
  ): Field<Uint8Array, NoInfer<FlagsOf<O>>>;
  /** An instant, to the millisecond: a `Date` here, RFC 3339 in JSON. */
  timestamp<const O extends OptionsOf<Date> = Record<never, never>>(
    options?: Only<O, OptionsOf<Date>>,
  ): Field<Date, NoInfer<FlagsOf<O>>>;
  /** A calendar day: `YYYY-MM-DD`. */
  date<const O extends OptionsOf<string> = Record<never, never>>(
    options?: Only<O, OptionsOf<string>>,
  ): Field<string, NoInfer<FlagsOf<O>>>;
  /** One of the given words. */
  enum<
    const V extends readonly [string, ...string[]],
    const O extends OptionsOf<V[number]> = Record<never, never>,
  >(values: V, options?: Only<O, OptionsOf<V[number]>>): Field<V[number], NoInfer<FlagsOf<O>>>;
  /** Any JSON value. */
  json<const O extends JsonOptions = Record<never, never>>(
    options?: Only<O, JsonOptions>,
  ): Field<JsonValue, NoInfer<FlagsOf<O>>>;
  list<E extends Field, const O extends ListOptions = Record<never, never>>(
    element: E,
    options?: Only<O, ListOptions>,
  ): Field<readonly ItemOf<E>[], NoInfer<FlagsOf<O>>>;
  object<S extends Fields, const O extends FieldOptions = Record<never, never>>(
    fields: S,
    options?: Only<O, FieldOptions>,
  ): Field<ObjectInput<S>, NoInfer<FlagsOf<O>>>;
  /**
   * A reference to a row of a resource, given by a function since it may be defined later, or by its name. The field
   * `author` is `authorId` in rows, inputs and outputs.
   */
  ref<const O extends RefOptions = Record<never, never>>(
    target: string | Later,
    options?: Only<O, RefOptions>,
  ): Field<string, "ref" | NoInfer<FlagsOf<O>>>;
  /** A whole row of a resource, for the outputs of operations. */
  row<R extends ResourceName & Typed<unknown>, const O extends FieldOptions = Record<never, never>>(
    resource: R,
    options?: Only<O, FieldOptions>,
  ): Field<TypeOf<R>, NoInfer<FlagsOf<O>>>;
}

export const t: FieldTypes = {
  string: (options?: StringOptions) => text("string", options),
  text: (options?: StringOptions) => text("text", options),
  email: (options?: StringOptions) => text("email", options),
  url: (options?: StringOptions) => text("url", options),
  id: (options?: IdOptions) => make({ kind: "id" }, options, []),
  uuid: (options?: FieldOptions) => make({ kind: "uuid" }, options, []),
  int32: (options?: NumberOptions) => number("int32", options),
  float: (options?: NumberOptions) => number("float", options),
  int64: (options?: Int64Options) =>
    make({ kind: "int64", minimum: options?.minimum ?? null, maximum: options?.maximum ?? null }, options, [
      "minimum",
      "maximum",
    ]),
  decimal: (options: DecimalOptions) =>
    make(
      {
        kind: "decimal",
        precision: options.precision,
        scale: options.scale,
        minimum: options.minimum ?? null,
        maximum: options.maximum ?? null,
      },
      options,
      ["precision", "scale", "minimum", "maximum"],
    ),
  boolean: (options?: FieldOptions) => make({ kind: "boolean" }, options, []),
  bytes: (options?: BytesOptions) =>
    make({ kind: "bytes", maxLength: options?.maxLength ?? null }, options, ["maxLength"]),
  timestamp: (options?: FieldOptions) => make({ kind: "timestamp" }, options, []),
  date: (options?: FieldOptions) => make({ kind: "date" }, options, []),
  enum: (values: readonly string[], options?: FieldOptions) => make({ kind: "enum", values }, options, []),
  json: (options?: JsonOptions) =>
    make({ kind: "json", maxDepth: options?.maxDepth ?? 32 }, options, ["maxDepth"]),
  list: (element: Field, options?: ListOptions) =>
    make(
      {
        kind: "list",
        element,
        minItems: options?.minItems ?? null,
        maxItems: options?.maxItems ?? null,
        uniqueItems: options?.uniqueItems ?? false,
      },
      options,
      ["minItems", "maxItems", "uniqueItems"],
    ),
  object: (fields: Fields, options?: FieldOptions) => make({ kind: "object", fields }, options, []),
  ref: (target: RefShape["target"], options?: RefOptions) =>
    make(
      { kind: "ref", target, inverse: options?.inverse ?? null, onDelete: options?.onDelete ?? "restrict" },
      options,
      ["inverse", "onDelete"],
    ),
  row: (resource: ResourceName, options?: FieldOptions) =>
    make({ kind: "row", target: () => resource }, options, []),
};

function text(kind: StringShape["kind"], options: StringOptions | undefined): Field<never, never> {
  const { minLength = null, maxLength = null, pattern = null } = options ?? {};
  return make({ kind, minLength, maxLength, pattern }, options, ["minLength", "maxLength", "pattern"]);
}

function number(kind: "int32" | "float", options: NumberOptions | undefined): Field<never, never> {
  return make({ kind, minimum: options?.minimum ?? null, maximum: options?.maximum ?? null }, options, [
    "minimum",
    "maximum",
  ]);
}

// `Field<never, never>` fits every field type above: T and F exist for the type checker only.
function make(
  shape: FieldShape,
  options: FieldOptions | undefined,
  own: readonly string[],
): Field<never, never> {
  const known = new Set<string>([...common, ...own]);
  return new Field<never, never>(
    shape,
    options ?? {},
    Object.keys(options ?? {}).filter((name) => !known.has(name)),
  );
}
