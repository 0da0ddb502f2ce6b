import { create, createFileRegistry, type DescMessage, type Message } from "@bufbuild/protobuf";
import {
  type DescriptorProto,
  DescriptorProtoSchema,
  type FieldDescriptorProto,
  FieldDescriptorProto_Label,
  FieldDescriptorProto_Type,
  FieldDescriptorProtoSchema,
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
} from "@bufbuild/protobuf/wkt";
import { EnumShape } from "../../../../src/protocols/grpc/protobuf/enum-shape.ts";
import type { MessageValue } from "../../../../src/protocols/grpc/protobuf/message-codec.ts";
import { type FieldShape, MessageShape } from "../../../../src/protocols/grpc/protobuf/message-shape.ts";
import type { Scalar } from "../../../../src/protocols/grpc/protobuf/scalar.ts";
import { color } from "./shapes.ts";

// The same messages for @bufbuild/protobuf: a shape becomes a descriptor, a value becomes its message.

const { REPEATED, OPTIONAL } = FieldDescriptorProto_Label;

export function toReference(shape: MessageShape): DescMessage {
  const messages = new Map<string, DescriptorProto>();
  addMessage(shape, messages);
  const file = create(FileDescriptorProtoSchema, {
    name: "t.proto",
    package: "t",
    syntax: "proto3",
    messageType: [...messages.values()],
    enumType: [{ name: "Color", value: [...color.numbers].map(([name, number]) => ({ name, number })) }],
  });
  const registry = createFileRegistry(create(FileDescriptorSetSchema, { file: [file] }));
  const message = registry.getMessage(shape.name);
  if (message === undefined) throw new Error(`There is no ${shape.name}`);
  return message;
}

function addMessage(shape: MessageShape, messages: Map<string, DescriptorProto>): void {
  if (messages.has(shape.name)) return;
  const message = create(DescriptorProtoSchema, { name: shape.name.slice(2) });
  messages.set(shape.name, message);
  if (shape.fields.some(({ oneof }) => oneof !== undefined))
    message.oneofDecl.push({ $typeName: "google.protobuf.OneofDescriptorProto", name: "choice" });
  for (const field of shape.fields) {
    if (field.type instanceof MessageShape) addMessage(field.type, messages);
    if (field.cardinality === "map") addMap(message, shape, field);
    else addField(message, field);
  }
}

function addField(message: DescriptorProto, field: FieldShape): void {
  const { name, number, type, cardinality } = field;
  const isList = cardinality === "packed" || cardinality === "expanded";
  const descriptor = create(FieldDescriptorProtoSchema, {
    name,
    number,
    jsonName: name,
    ...typeOf(type),
    label: isList ? REPEATED : OPTIONAL,
  });
  if (
    (isList && typeof type === "string" && type !== "string" && type !== "bytes") ||
    (isList && type instanceof EnumShape)
  )
    descriptor.options = {
      $typeName: "google.protobuf.FieldOptions",
      packed: cardinality === "packed",
    } as NonNullable<FieldDescriptorProto["options"]>;
  if (field.oneof !== undefined) descriptor.oneofIndex = 0;
  else if (cardinality === "explicit" && !(type instanceof MessageShape)) {
    descriptor.proto3Optional = true;
    descriptor.oneofIndex = message.oneofDecl.length;
    message.oneofDecl.push({ $typeName: "google.protobuf.OneofDescriptorProto", name: `_${name}` });
  }
  message.field.push(descriptor);
}

function addMap(
  message: DescriptorProto,
  shape: MessageShape,
  { name, number, type, key = "string" }: FieldShape,
): void {
  const entry = `F${number}Entry`;
  message.nestedType.push(
    create(DescriptorProtoSchema, {
      name: entry,
      options: { mapEntry: true },
      field: [
        { name: "key", number: 1, label: OPTIONAL, jsonName: "key", ...typeOf(key) },
        { name: "value", number: 2, label: OPTIONAL, jsonName: "value", ...typeOf(type) },
      ],
    }),
  );
  const typeName = `.${shape.name}.${entry}`;
  message.field.push(
    create(FieldDescriptorProtoSchema, {
      name,
      number,
      jsonName: name,
      label: REPEATED,
      type: FieldDescriptorProto_Type.MESSAGE,
      typeName,
    }),
  );
}

function typeOf(type: FieldShape["type"]): { type: FieldDescriptorProto_Type; typeName?: string } {
  if (type instanceof MessageShape)
    return { type: FieldDescriptorProto_Type.MESSAGE, typeName: `.${type.name}` };
  if (type instanceof EnumShape) return { type: FieldDescriptorProto_Type.ENUM, typeName: `.${type.name}` };
  if (typeof type !== "string") throw new Error(`${type.name} is not among the random types`);
  return { type: FieldDescriptorProto_Type[type.toUpperCase() as Uppercase<Scalar>] };
}

/** The message that `value` stands for. */
export function toMessage(shape: MessageShape, reference: DescMessage, value: MessageValue): Message {
  return create(reference, toInit(shape, value));
}

function toInit(shape: MessageShape, value: MessageValue): Record<string, unknown> {
  const init: Record<string, unknown> = {};
  for (const field of shape.fields) {
    const given = value[field.name];
    if (given === undefined) continue;
    const converted = convert(field, given);
    if (field.oneof === undefined) init[field.name] = converted;
    else init[field.oneof] = { case: field.name, value: converted };
  }
  return init;
}

function convert({ type, cardinality }: FieldShape, given: unknown): unknown {
  if (given instanceof Map)
    return Object.fromEntries([...given].map(([key, member]) => [String(key), convertOne(type, member)]));
  if (cardinality === "packed" || cardinality === "expanded")
    return (given as unknown[]).map((member) => convertOne(type, member));
  return convertOne(type, given);
}

function convertOne(type: FieldShape["type"], given: unknown): unknown {
  if (type instanceof MessageShape) return toInit(type, given as MessageValue);
  if (type instanceof EnumShape) return typeof given === "string" ? type.numbers.get(given) : given;
  return given;
}
