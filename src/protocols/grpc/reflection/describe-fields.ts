import { upperFirst } from "../../../base/casing.ts";
import { typeName } from "../model/field-plan.ts";
import { ProtoEnum, type ProtoField, type ProtoMessage } from "../model/proto-file.ts";
import type { Scalar } from "../protobuf/scalar.ts";

/** A message of descriptor.proto. */
export type Described = Readonly<Record<string, unknown>>;

/** FieldDescriptorProto.Label and .Type. */
const OPTIONAL = 1;
const REPEATED = 3;
const MESSAGE = 11;
const ENUM = 14;
const scalars: Readonly<Record<Scalar, number>> = {
  double: 1,
  float: 2,
  int64: 3,
  uint64: 4,
  int32: 5,
  fixed64: 6,
  fixed32: 7,
  bool: 8,
  string: 9,
  bytes: 12,
  uint32: 13,
  sfixed32: 15,
  sfixed64: 16,
  sint32: 17,
  sint64: 18,
};

/** What the fields of a message come to in its descriptor. */
export interface DescribedFields {
  readonly fields: readonly Described[];
  /** Those of the file, and then one for each field that says `optional`, as compilers have it. */
  readonly oneofs: readonly string[];
  /** Messages of maps' entries. */
  readonly entries: readonly Described[];
}

export function describeFields({ fields, fullName }: ProtoMessage): DescribedFields {
  const stated = [...new Set(fields.flatMap(({ oneof }) => (oneof === undefined ? [] : [oneof])))];
  const oneofs = [...stated, ...fields.filter(saysOptional).map(({ name }) => `_${name}`)];
  return {
    fields: fields.map((field) => describeField(field, fullName, oneofs)),
    oneofs,
    entries: fields.filter(({ cardinality }) => cardinality === "map").map(describeEntry),
  };
}

function describeField(field: ProtoField, owner: string, oneofs: readonly string[]): Described {
  const { name, number, jsonName, cardinality, isDeprecated } = field;
  const isOptional = saysOptional(field);
  const oneof = isOptional ? `_${name}` : field.oneof;
  return {
    name,
    number,
    label: cardinality === "implicit" || cardinality === "explicit" ? OPTIONAL : REPEATED,
    ...(cardinality === "map"
      ? { type: MESSAGE, typeName: `.${owner}.${entryName(name)}` }
      : describeType(field.type)),
    jsonName,
    ...(oneof === undefined ? {} : { oneofIndex: oneofs.indexOf(oneof) }),
    ...(isOptional ? { proto3Optional: true } : {}),
    ...optionsOf(field, isDeprecated),
  };
}

function optionsOf(field: ProtoField, deprecated: boolean): Described {
  const packed = isUnpacked(field) ? { packed: false } : {};
  if (!deprecated && !isUnpacked(field)) return {};
  return { options: { ...packed, ...(deprecated ? { deprecated } : {}) } };
}

/** `map<string, int32> sizes` is a list of messages that each have a key and a value. */
function describeEntry({ name, key = "string", type }: ProtoField): Described {
  return {
    name: entryName(name),
    field: [
      { name: "key", number: 1, label: OPTIONAL, type: scalars[key], jsonName: "key" },
      { name: "value", number: 2, label: OPTIONAL, ...describeType(type), jsonName: "value" },
    ],
    options: { mapEntry: true },
  };
}

function describeType(type: ProtoField["type"]): Described {
  if (typeof type === "string") return { type: scalars[type] };
  return { type: type instanceof ProtoEnum ? ENUM : MESSAGE, typeName: `.${typeName(type)}` };
}

function entryName(field: string): string {
  return `${field.split("_").map(upperFirst).join("")}Entry`;
}

/** Whether values are told from absent ones by the word `optional`. */
function saysOptional({ type, cardinality, oneof }: ProtoField): boolean {
  return (
    cardinality === "explicit" &&
    oneof === undefined &&
    (typeof type === "string" || type instanceof ProtoEnum)
  );
}

/** Numbers are packed where nothing else is said. */
function isUnpacked({ type, cardinality }: ProtoField): boolean {
  if (cardinality !== "expanded") return false;
  return typeof type === "string" ? type !== "string" && type !== "bytes" : type instanceof ProtoEnum;
}
