import { typeName } from "./field-plan.ts";
import { type ProtoField, type ProtoFile, ProtoMessage } from "./proto-file.ts";

/** The files that define Google's types, which every compiler has. */
const homes: Readonly<Record<string, string>> = {
  Any: "any",
  BoolValue: "wrappers",
  BytesValue: "wrappers",
  DoubleValue: "wrappers",
  Duration: "duration",
  Empty: "empty",
  FieldMask: "field_mask",
  FloatValue: "wrappers",
  Int32Value: "wrappers",
  Int64Value: "wrappers",
  ListValue: "struct",
  StringValue: "wrappers",
  Struct: "struct",
  Timestamp: "timestamp",
  UInt32Value: "wrappers",
  UInt64Value: "wrappers",
  Value: "struct",
};

/** The files that a file imports, in order. */
export function importsOf({ messages, services, imports }: ProtoFile): readonly string[] {
  if (imports !== undefined) return imports;
  const fields = messages.flatMap((message) => message.fields.map(({ type }) => type));
  const methods = services.flatMap((service) =>
    service.methods.flatMap(({ input, output }) => [input, output]),
  );
  return [...new Set([...fields, ...methods].flatMap(homeOf))].sort();
}

function homeOf(type: ProtoField["type"]): readonly string[] {
  const [, name = null] = /^google\.protobuf\.(\w+)$/.exec(typeName(type)) ?? [];
  if (name === null || type instanceof ProtoMessage) return [];
  const home = Object.hasOwn(homes, name) ? homes[name] : undefined;
  if (home === undefined) throw new TypeError(`google.protobuf.${name} is in no file that is known`);
  return [`google/protobuf/${home}.proto`];
}
