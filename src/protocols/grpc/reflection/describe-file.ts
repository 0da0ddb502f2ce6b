import { typeName } from "../model/field-plan.ts";
import type {
  ProtoEnum,
  ProtoFile,
  ProtoMessage,
  ProtoMethod,
  ProtoService,
  Reserved,
} from "../model/proto-file.ts";
import { importsOf } from "../model/proto-imports.ts";
import { MessageCompiler } from "../protobuf/message-codec.ts";
import { type Described, describeFields } from "./describe-fields.ts";
import { fileDescriptor } from "./descriptor-shapes.ts";

/** MethodOptions.IdempotencyLevel. */
const NO_SIDE_EFFECTS = 1;

const compiler = new MessageCompiler();

/** A file as compilers describe it: an encoded google.protobuf.FileDescriptorProto. Without comments, and options that only compilers read. */
export function describeFile(file: ProtoFile): Uint8Array {
  const messages = Map.groupBy(file.messages, ({ fullName }) => scopeOf(fullName));
  const enums = Map.groupBy(file.enums, ({ fullName }) => scopeOf(fullName));
  const within = (scope: string): Scope => ({
    messages: (messages.get(scope) ?? []).map((message) =>
      describeMessage(message, within(message.fullName)),
    ),
    enums: (enums.get(scope) ?? []).map(describeEnum),
  });
  const top = within(file.package);
  return compiler.codec(fileDescriptor).encode({
    name: file.path,
    ...(file.package === "" ? {} : { package: file.package }),
    dependency: importsOf(file),
    messageType: top.messages,
    enumType: top.enums,
    service: file.services.map(describeService),
    syntax: "proto3",
  });
}

/** Types that stand in a message or a file. */
interface Scope {
  readonly messages: readonly Described[];
  readonly enums: readonly Described[];
}

function describeMessage(message: ProtoMessage, { messages, enums }: Scope): Described {
  const { fields, oneofs, entries } = describeFields(message);
  return {
    name: lastPart(message.fullName),
    field: fields,
    nestedType: [...messages, ...entries],
    enumType: enums,
    oneofDecl: oneofs.map((name) => ({ name })),
    // Ends of messages' ranges are exclusive, those of enums' are not.
    ...describeReserved(message.reserved, 1),
  };
}

function describeEnum({ fullName, values, reserved }: ProtoEnum): Described {
  const hasAlias = new Set(values.map(({ number }) => number)).size < values.length;
  return {
    name: lastPart(fullName),
    value: values.map(({ name, number }) => ({ name, number })),
    ...(hasAlias ? { options: { allowAlias: true } } : {}),
    ...describeReserved(reserved, 0),
  };
}

function describeReserved({ numbers, ranges = [], names }: Reserved, beyond: 0 | 1): Described {
  const all = [...ranges, ...numbers.map((number) => [number, number] as const)];
  return {
    reservedRange: all.map(([start, end]) => ({ start, end: end + beyond })),
    reservedName: names,
  };
}

function describeService({ fullName, methods }: ProtoService): Described {
  return { name: lastPart(fullName), method: methods.map(describeMethod) };
}

function describeMethod(method: ProtoMethod): Described {
  const { name, input, output, streamsInput, streamsOutput, isSafe, isDeprecated } = method;
  const options = {
    ...(isDeprecated ? { deprecated: true } : {}),
    ...(isSafe ? { idempotencyLevel: NO_SIDE_EFFECTS } : {}),
  };
  return {
    name,
    inputType: `.${typeName(input)}`,
    outputType: `.${typeName(output)}`,
    ...(isSafe || isDeprecated ? { options } : {}),
    ...(streamsInput ? { clientStreaming: true } : {}),
    ...(streamsOutput ? { serverStreaming: true } : {}),
  };
}

/** What a full name stands in. */
export function scopeOf(fullName: string): string {
  return fullName.slice(0, Math.max(0, fullName.lastIndexOf(".")));
}

function lastPart(fullName: string): string {
  return fullName.slice(fullName.lastIndexOf(".") + 1);
}
