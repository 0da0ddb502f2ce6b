import { create, createFileRegistry, type DescService } from "@bufbuild/protobuf";
import {
  DescriptorProtoSchema,
  EnumDescriptorProtoSchema,
  type FieldDescriptorProto,
  FieldDescriptorProto_Label,
  FieldDescriptorProto_Type,
  FieldDescriptorProtoSchema,
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
  MethodDescriptorProtoSchema,
  ServiceDescriptorProtoSchema,
} from "@bufbuild/protobuf/wkt";
import type { VersionModel } from "../../../../src/protocols/grpc/model/build.ts";
import {
  ProtoEnum,
  type ProtoField,
  type ProtoFile,
  ProtoMessage,
} from "../../../../src/protocols/grpc/model/proto-file.ts";

/** A service for @bufbuild/protobuf, but for methods with messages of Google's, such as timestamps. */
export function descriptorOf({ file }: VersionModel, service: string): DescService {
  const messages = file.messages.filter(isOwn);
  const types = new Set(messages.map(({ fullName }) => fullName));
  const all = file.services.find(({ fullName }) => fullName === `${file.package}.${service}`)?.methods ?? [];
  const methods = all.filter(({ input, output }) => [input, output].every((each) => types.has(nameOf(each))));
  const proto = create(FileDescriptorProtoSchema, {
    name: file.path,
    package: file.package,
    syntax: "proto3",
    enumType: file.enums.map(({ fullName, values }) =>
      create(EnumDescriptorProtoSchema, {
        name: brief(file, fullName),
        value: values.map(({ name, number }) => ({ name, number })),
      }),
    ),
    messageType: messages.map(({ fullName, fields }) =>
      create(DescriptorProtoSchema, { name: brief(file, fullName), ...membersOf(fields) }),
    ),
    service: [
      create(ServiceDescriptorProtoSchema, {
        name: service,
        method: methods.map(({ name, input, output, streamsInput, streamsOutput }) =>
          create(MethodDescriptorProtoSchema, {
            name,
            inputType: `.${nameOf(input)}`,
            outputType: `.${nameOf(output)}`,
            clientStreaming: streamsInput,
            serverStreaming: streamsOutput,
          }),
        ),
      }),
    ],
  });
  const registry = createFileRegistry(create(FileDescriptorSetSchema, { file: [proto] }));
  const found = registry.getService(`${file.package}.${service}`);
  if (found === undefined) throw new Error(`There is no ${service}`);
  return found;
}

function isOwn({ fields }: ProtoMessage): boolean {
  return fields.every(({ type }) => typeof type === "string" || type instanceof ProtoEnum);
}

function membersOf(
  fields: readonly ProtoField[],
): Pick<ReturnType<typeof emptyMessage>, "field" | "oneofDecl"> {
  const message = emptyMessage();
  for (const { name, jsonName, number, type, cardinality } of fields) {
    const isList = cardinality === "packed" || cardinality === "expanded";
    const field: FieldDescriptorProto = create(FieldDescriptorProtoSchema, {
      name,
      jsonName,
      number,
      label: isList ? FieldDescriptorProto_Label.REPEATED : FieldDescriptorProto_Label.OPTIONAL,
      type: typeof type === "string" ? scalarOf(type) : FieldDescriptorProto_Type.ENUM,
      ...(typeof type === "string" ? {} : { typeName: `.${nameOf(type)}` }),
    });
    if (cardinality === "explicit") {
      field.proto3Optional = true;
      field.oneofIndex = message.oneofDecl.length;
      message.oneofDecl.push({ $typeName: "google.protobuf.OneofDescriptorProto", name: `_${name}` });
    }
    message.field.push(field);
  }
  return { field: message.field, oneofDecl: message.oneofDecl };
}

function emptyMessage() {
  return create(DescriptorProtoSchema, {});
}

function scalarOf(type: string): FieldDescriptorProto_Type {
  const known: Readonly<Record<string, FieldDescriptorProto_Type>> = {
    bool: FieldDescriptorProto_Type.BOOL,
    int32: FieldDescriptorProto_Type.INT32,
    string: FieldDescriptorProto_Type.STRING,
  };
  const found = known[type];
  if (found === undefined) throw new Error(`There is no ${type} here`);
  return found;
}

function nameOf(type: ProtoField["type"]): string {
  if (typeof type === "string") return type;
  return type instanceof ProtoEnum || type instanceof ProtoMessage ? type.fullName : type.name;
}

function brief({ package: packageName }: ProtoFile, fullName: string): string {
  return fullName.slice(packageName.length + 1);
}
