import type { Field, Fields } from "../../schema/field.ts";
import { keyOf } from "../../schema/key-of.ts";
import { type Codec, OutputMismatch } from "./codec.ts";
import { Member } from "./member.ts";
import { ObjectReader } from "./object-reader.ts";
import { compileObjectWriter } from "./write-object.ts";

/** Objects of named fields, nested in an input or an output. */
export function objectCodec(fields: Fields, compile: (field: Field) => Codec): Codec {
  const members = Object.entries(fields).map(([name, field]) => {
    const key = keyOf(name, field);
    return new Member(key, key, field, compile(field));
  });
  const reader = new ObjectReader(members, "operation");
  return {
    fromJson: (value, path, violations) => reader.read(value, "fromJson", path, violations),
    fromText: (value, path, violations) => reader.read(parse(value), "fromJson", path, violations),
    check: (value, path, violations) => reader.read(value, "check", path, violations),
    fromTyped: (value, path, violations) => reader.read(value, "fromTyped", path, violations),
    write: (value, names) => `${names.bind("object", writeObject(members))}(${value})`,
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function writeObject(members: readonly Member[]): (value: unknown) => string {
  const write = compileObjectWriter(members, "omit");
  return (value) => {
    if (typeof value !== "object" || value === null) throw new OutputMismatch("an object", value);
    return write(value);
  };
}
