import { toUpperSnakeCase } from "../../../base/casing.ts";
import type { FieldKind } from "../../../schema/field.ts";
import { ProtoEnum, type ProtoField } from "../model/proto-file.ts";
import { value as jsonValue } from "../protobuf/json-value.ts";
import type { Scalar } from "../protobuf/scalar.ts";
import { timestamp } from "../protobuf/well-known.ts";
import { wrappers } from "../protobuf/wrappers.ts";

/** Types of a .proto whose values are those of a field's sort, as they are. The first one is what is asked for. */
const scalars: Readonly<Partial<Record<FieldKind, readonly Scalar[]>>> = {
  string: ["string"],
  text: ["string"],
  email: ["string"],
  url: ["string"],
  id: ["string"],
  uuid: ["string"],
  ref: ["string"],
  decimal: ["string"],
  date: ["string"],
  enum: ["string"],
  int32: ["int32", "sint32", "sfixed32"],
  int64: ["int64", "sint64", "sfixed64"],
  float: ["double", "float"],
  boolean: ["bool"],
  bytes: ["bytes"],
};

/** By the messages that values stand in where they may be absent. */
const wrapped: Readonly<Record<string, Scalar>> = {
  "google.protobuf.DoubleValue": "double",
  "google.protobuf.FloatValue": "float",
  "google.protobuf.Int64Value": "int64",
  "google.protobuf.Int32Value": "int32",
  "google.protobuf.BoolValue": "bool",
  "google.protobuf.StringValue": "string",
  "google.protobuf.BytesValue": "bytes",
};

/** Whether values of a field's sort are those of a type, without messages and enums of the file's own. */
export function isValueType(type: ProtoField["type"], kind: FieldKind): boolean {
  if (type === timestamp) return kind === "timestamp";
  if (type === jsonValue) return kind === "json";
  const scalar = typeof type === "string" ? type : unwrapped(type);
  return scalar !== null && (scalars[kind]?.includes(scalar) ?? false);
}

function unwrapped(type: ProtoField["type"]): Scalar | null {
  const name = wrappers.find((wrapper) => wrapper === type)?.name;
  return name === undefined ? null : (wrapped[name] ?? null);
}

/** What a .proto may call a field's sort. */
export function typeNames(kind: FieldKind): string {
  switch (kind) {
    case "timestamp":
      return timestamp.name;
    case "json":
      return jsonValue.name;
    case "object":
    case "row":
      return "a message";
    case "list":
      return "repeated";
    case "enum":
      return "an enum or string";
    default:
      return (scalars[kind] ?? []).join(" or ");
  }
}

/** The word that a value of an enum stands for by its name: `STATUS_LIVE` and `LIVE` for `live`, in an enum Status. */
export function wordOf(owner: ProtoEnum, name: string, words: readonly string[]): string | null {
  const prefix = `${toUpperSnakeCase(owner.fullName.slice(owner.fullName.lastIndexOf(".") + 1))}_`;
  const names = [name, name.startsWith(prefix) ? name.slice(prefix.length) : name];
  return words.find((word) => names.includes(word) || names.includes(toUpperSnakeCase(word))) ?? null;
}

/** What a field of implicit presence has where nothing was sent. */
export function isDefaultOf(type: ProtoField["type"]): (value: unknown) => boolean {
  if (type instanceof ProtoEnum) {
    const first = type.values.find(({ number }) => number === 0)?.value ?? 0;
    return (value) => value === first;
  }
  switch (type) {
    case "string":
      return (value) => value === "";
    case "bytes":
      return (value) => value instanceof Uint8Array && value.length === 0;
    case "bool":
      return (value) => value === false;
    case "int64":
    case "sint64":
    case "sfixed64":
      return (value) => value === 0n;
    default:
      return (value) => value === 0;
  }
}
