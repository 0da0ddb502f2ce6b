import { type FieldShape, MessageShape } from "../protobuf/message-shape.ts";

// Messages of google/protobuf/descriptor.proto, as far as proto3 files need them. It is proto2: what is set is written, 0 too.

const range = shape("DescriptorProto.ReservedRange", [one("start", 1, "int32"), one("end", 2, "int32")]);
const oneof = shape("OneofDescriptorProto", [one("name", 1, "string")]);

const field = shape("FieldDescriptorProto", [
  one("name", 1, "string"),
  one("number", 3, "int32"),
  one("label", 4, "int32"),
  one("type", 5, "int32"),
  one("typeName", 6, "string"),
  one("options", 8, shape("FieldOptions", [one("packed", 2, "bool"), one("deprecated", 3, "bool")])),
  one("oneofIndex", 9, "int32"),
  one("jsonName", 10, "string"),
  one("proto3Optional", 17, "bool"),
]);

const enumeration = shape("EnumDescriptorProto", [
  one("name", 1, "string"),
  many("value", 2, shape("EnumValueDescriptorProto", [one("name", 1, "string"), one("number", 2, "int32")])),
  one("options", 3, shape("EnumOptions", [one("allowAlias", 2, "bool")])),
  many("reservedRange", 4, range),
  many("reservedName", 5, "string"),
]);

const message = new MessageShape("google.protobuf.DescriptorProto");
message.fields = [
  one("name", 1, "string"),
  many("field", 2, field),
  many("nestedType", 3, message),
  many("enumType", 4, enumeration),
  one("options", 7, shape("MessageOptions", [one("mapEntry", 7, "bool")])),
  many("oneofDecl", 8, oneof),
  many("reservedRange", 9, range),
  many("reservedName", 10, "string"),
];

const method = shape("MethodDescriptorProto", [
  one("name", 1, "string"),
  one("inputType", 2, "string"),
  one("outputType", 3, "string"),
  one(
    "options",
    4,
    shape("MethodOptions", [one("deprecated", 33, "bool"), one("idempotencyLevel", 34, "int32")]),
  ),
  one("clientStreaming", 5, "bool"),
  one("serverStreaming", 6, "bool"),
]);

/** `google.protobuf.FileDescriptorProto`. */
export const fileDescriptor: MessageShape = shape("FileDescriptorProto", [
  one("name", 1, "string"),
  one("package", 2, "string"),
  many("dependency", 3, "string"),
  many("messageType", 4, message),
  many("enumType", 5, enumeration),
  many("service", 6, shape("ServiceDescriptorProto", [one("name", 1, "string"), many("method", 2, method)])),
  one("syntax", 12, "string"),
]);

function shape(name: string, fields: readonly FieldShape[]): MessageShape {
  return new MessageShape(`google.protobuf.${name}`, fields);
}

function one(name: string, number: number, type: FieldShape["type"]): FieldShape {
  return { name, number, type, cardinality: "explicit" };
}

function many(name: string, number: number, type: FieldShape["type"]): FieldShape {
  return { name, number, type, cardinality: "expanded" };
}
