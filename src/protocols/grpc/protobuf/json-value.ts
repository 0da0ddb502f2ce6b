import { OutputMismatch } from "../../../plan/codec/codec.ts";
import { listValueJson, structJson, valueJson } from "./json-plain.ts";
import type { ValueShape } from "./message-shape.ts";
import { ProtoError } from "./proto-error.ts";
import type { ProtoReader } from "./proto-reader.ts";
import type { ProtoWriter } from "./proto-writer.ts";
import { MAX_DEPTH } from "./wire-types.ts";

/** Tags of `google.protobuf.Value` (google/protobuf/struct.proto). */
const NULL = 8;
const NUMBER = 17;
const TEXT = 26;
const BOOLEAN = 32;
const STRUCT = 42;
const LIST = 50;
/** Of the one field of Struct and of ListValue, and of an entry of a Struct. */
const MEMBERS = 10;
const ENTRY_KEY = 10;
const ENTRY_VALUE = 18;

/** `google.protobuf.Value` as a JSON value. */
export const value: ValueShape = {
  name: "google.protobuf.Value",
  write: (writer, given) => writeValue(writer, given, 0),
  read: readValue,
  json: () => valueJson,
};

/** `google.protobuf.Struct` as an object. */
export const struct: ValueShape = {
  name: "google.protobuf.Struct",
  write(writer, given) {
    if (typeof given !== "object" || given === null || Array.isArray(given))
      throw new OutputMismatch("an object of JSON values", given);
    writeStruct(writer, given, 0);
  },
  read: readStruct,
  json: () => structJson,
};

/** `google.protobuf.ListValue` as a list. */
export const listValue: ValueShape = {
  name: "google.protobuf.ListValue",
  write(writer, given) {
    if (!Array.isArray(given)) throw new OutputMismatch("a list of JSON values", given);
    writeList(writer, given, 0);
  },
  read: readList,
  json: () => listValueJson,
};

function writeValue(writer: ProtoWriter, given: unknown, depth: number): void {
  if (depth > MAX_DEPTH) throw new OutputMismatch("a JSON value that is not nested too deeply", given);
  if (given === null) {
    writer.varint(NULL);
    writer.varint(0);
  } else if (typeof given === "number" && Number.isFinite(given)) {
    writer.varint(NUMBER);
    writer.double(given);
  } else if (typeof given === "string") {
    writer.varint(TEXT);
    writer.string(given);
  } else if (typeof given === "boolean") {
    writer.varint(BOOLEAN);
    writer.bool(given);
  } else if (typeof given === "object") writeNested(writer, given, depth);
  else throw new OutputMismatch("a JSON value", given);
}

function writeNested(writer: ProtoWriter, given: object, depth: number): void {
  writer.varint(Array.isArray(given) ? LIST : STRUCT);
  const start = writer.begin();
  if (Array.isArray(given)) writeList(writer, given, depth + 1);
  else writeStruct(writer, given, depth + 1);
  writer.end(start);
}

function writeStruct(writer: ProtoWriter, given: object, depth: number): void {
  for (const [key, member] of Object.entries(given)) {
    writer.varint(MEMBERS);
    const start = writer.begin();
    writer.varint(ENTRY_KEY);
    writer.string(key);
    writer.varint(ENTRY_VALUE);
    const inner = writer.begin();
    writeValue(writer, member, depth + 1);
    writer.end(inner);
    writer.end(start);
  }
}

function writeList(writer: ProtoWriter, given: readonly unknown[], depth: number): void {
  for (const member of given) {
    writer.varint(MEMBERS);
    const start = writer.begin();
    writeValue(writer, member, depth + 1);
    writer.end(start);
  }
}

function readValue(reader: ProtoReader): unknown {
  let read: unknown;
  while (reader.at < reader.end) {
    const tag = reader.tag();
    if (tag === NULL) {
      reader.int32();
      read = null;
    } else if (tag === NUMBER) read = finite(reader.double());
    else if (tag === TEXT) read = reader.string();
    else if (tag === BOOLEAN) read = reader.bool();
    else if (tag === STRUCT) read = within(reader, readStruct);
    else if (tag === LIST) read = within(reader, readList);
    else reader.skip(tag);
  }
  if (read === undefined) throw new ProtoError("a google.protobuf.Value is of no kind");
  return read;
}

function readStruct(reader: ProtoReader): Record<string, unknown> {
  const members: [string, unknown][] = [];
  while (reader.at < reader.end) {
    const tag = reader.tag();
    if (tag === MEMBERS) members.push(within(reader, readEntry));
    else reader.skip(tag);
  }
  // Of keys that come twice the last one counts; `__proto__` is a key like others.
  return Object.fromEntries(members);
}

function readEntry(reader: ProtoReader): [string, unknown] {
  let key = "";
  let member: unknown = null;
  while (reader.at < reader.end) {
    const tag = reader.tag();
    if (tag === ENTRY_KEY) key = reader.string();
    else if (tag === ENTRY_VALUE) member = within(reader, readValue);
    else reader.skip(tag);
  }
  return [key, member];
}

function readList(reader: ProtoReader): unknown[] {
  const members: unknown[] = [];
  while (reader.at < reader.end) {
    const tag = reader.tag();
    if (tag === MEMBERS) members.push(within(reader, readValue));
    else reader.skip(tag);
  }
  return members;
}

function within<T>(reader: ProtoReader, read: (reader: ProtoReader) => T): T {
  const outer = reader.enter();
  const found = read(reader);
  reader.leave(outer);
  return found;
}

function finite(number: number): number {
  if (!Number.isFinite(number)) throw new ProtoError("a number of a google.protobuf.Value is not finite");
  return number;
}
