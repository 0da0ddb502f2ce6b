import type protobuf from "protobufjs";
import { ProtoEnum, type ProtoField, ProtoMessage, type Reserved } from "../model/proto-file.ts";
import { listValue, struct, value } from "../protobuf/json-value.ts";
import type { Cardinality, ValueShape } from "../protobuf/message-shape.ts";
import type { MapKey, Scalar } from "../protobuf/scalar.ts";
import { duration, empty, fieldMask, timestamp } from "../protobuf/well-known.ts";
import { wrappers } from "../protobuf/wrappers.ts";
import { parser } from "./parser.ts";

/** Google's messages that handlers know as values. */
const values: ReadonlyMap<string, ValueShape> = new Map(
  [timestamp, duration, fieldMask, empty, value, struct, listValue, ...wrappers].map((shape) => [
    shape.name,
    shape,
  ]),
);

/** The messages and enums of parsed files, each made once. */
export class ParsedTypes {
  readonly #messages: Map<protobuf.Type, ProtoMessage>;
  readonly #enums: Map<protobuf.Enum, ProtoEnum>;

  constructor() {
    this.#messages = new Map();
    this.#enums = new Map();
  }

  /** What a method takes or answers. */
  passed(type: protobuf.Type): ProtoMessage | ValueShape {
    return values.get(type.fullName.slice(1)) ?? this.message(type);
  }

  message(type: protobuf.Type): ProtoMessage {
    const known = this.#messages.get(type);
    if (known !== undefined) return known;
    const message = new ProtoMessage(type.fullName.slice(1), type.comment);
    this.#messages.set(type, message);
    message.reserved = reservedOf(type.reserved);
    message.fields = type.fieldsArray.map((field) => this.#field(field));
    return message;
  }

  enum(type: protobuf.Enum): ProtoEnum {
    const known = this.#enums.get(type);
    if (known !== undefined) return known;
    const named = Object.entries(type.values).map(([name, number]) => ({ name, number, value: null }));
    const made = new ProtoEnum(type.fullName.slice(1), named, reservedOf(type.reserved));
    this.#enums.set(type, made);
    return made;
  }

  #field(field: protobuf.Field): ProtoField {
    const { name, id, options, comment, partOf } = field;
    const oneof = partOf === null || partOf === undefined || partOf.isProto3Optional ? null : partOf.name;
    return {
      name,
      jsonName: field.jsonName ?? name,
      property: field.jsonName ?? name,
      number: id,
      type: this.#type(field),
      cardinality: cardinalityOf(field),
      ...(field instanceof parser.MapField ? { key: field.keyType as MapKey } : {}),
      ...(oneof === null ? {} : { oneof }),
      description: comment,
      isDeprecated: options?.["deprecated"] === true,
    };
  }

  #type({ resolvedType, type }: protobuf.Field): ProtoField["type"] {
    if (resolvedType === null) return type as Scalar;
    return resolvedType instanceof parser.Enum ? this.enum(resolvedType) : this.passed(resolvedType);
  }
}

function cardinalityOf(field: protobuf.Field): Cardinality {
  if (field.map) return "map";
  if (field.repeated) return field.packed && isPackable(field) ? "packed" : "expanded";
  return field.partOf != null || field.resolvedType instanceof parser.Type ? "explicit" : "implicit";
}

function isPackable({ resolvedType, type }: protobuf.Field): boolean {
  return resolvedType === null ? type !== "string" && type !== "bytes" : resolvedType instanceof parser.Enum;
}

function reservedOf(reserved: readonly (number[] | string)[] | undefined): Reserved {
  const all = reserved ?? [];
  return {
    numbers: [],
    ranges: all.flatMap((each) => (typeof each === "string" ? [] : [[each[0] ?? 0, each[1] ?? 0] as const])),
    names: all.filter((each) => typeof each === "string"),
  };
}
