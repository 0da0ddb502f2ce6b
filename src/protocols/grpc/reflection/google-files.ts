import { toSnakeCase } from "../../../base/casing.ts";
import { declaredIn, ParsedFile } from "../binding/parsed-file.ts";
import { ParsedTypes } from "../binding/parsed-types.ts";
import { parser } from "../binding/parser.ts";
import { type ProtoFile, ProtoMessage } from "../model/proto-file.ts";

/** A file of Google's that others import: `google/protobuf/timestamp.proto`. Null for one that is not known. */
export function googleFile(path: string): ProtoFile | null {
  const known = parser.common.get(path)?.nested;
  if (known === undefined) return null;
  const root = new parser.Root().addJSON(known);
  root.resolveAll();
  const parsed = new ParsedFile(path, "google.protobuf", [], declaredIn(root)).toProtoFile(
    new ParsedTypes(),
    new Map(),
  );
  return { ...parsed, messages: parsed.messages.map(withOwnNames) };
}

/** They are kept under their names in JavaScript. */
function withOwnNames({ fullName, fields }: ProtoMessage): ProtoMessage {
  const message = new ProtoMessage(fullName);
  message.fields = fields.map((field) => ({ ...field, name: toSnakeCase(field.name) }));
  return message;
}
