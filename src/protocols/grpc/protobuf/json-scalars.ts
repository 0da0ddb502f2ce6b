import { OutputMismatch } from "../../../plan/codec/codec.ts";
import type { JsonCodec } from "./json-codec.ts";
import { double, float, integer32, integer64 } from "./json-numbers.ts";
import type { Scalar } from "./scalar.ts";

const signed32 = integer32(-(2 ** 31), 2 ** 31 - 1);
const unsigned32 = integer32(0, 2 ** 32 - 1);
const signed64 = integer64(-(2n ** 63n), 2n ** 63n - 1n);
const unsigned64 = integer64(0n, 2n ** 64n - 1n);

const bool: JsonCodec = {
  toJson(value) {
    if (typeof value !== "boolean") throw new OutputMismatch("a boolean", value);
    return String(value);
  },
  fromJson(json, place) {
    if (typeof json !== "boolean") throw place.expected("true or false");
    return json;
  },
};

const string: JsonCodec = {
  toJson(value) {
    if (typeof value !== "string") throw new OutputMismatch("a text", value);
    // As the UTF-8 of the binary format has it; as JSON's escape half of a pair could be sent, and no peer takes it.
    return JSON.stringify(value.toWellFormed());
  },
  fromJson(json, place) {
    if (typeof json !== "string" || !json.isWellFormed()) throw place.expected("a text");
    return json;
  },
};

const bytes: JsonCodec = {
  toJson(value) {
    if (!(value instanceof Uint8Array)) throw new OutputMismatch("bytes", value);
    return `"${Buffer.from(value.buffer, value.byteOffset, value.length).toString("base64")}"`;
  },
  // Either alphabet, with or without padding.
  fromJson(json, place) {
    if (typeof json !== "string") throw place.expected("base64");
    const end = json.endsWith("==") ? json.length - 2 : json.length - (json.endsWith("=") ? 1 : 0);
    const isPadded = end === json.length || json.length % 4 === 0;
    if (!isPadded || end % 4 === 1 || !/^[A-Za-z0-9+/_-]*={0,2}$/.test(json)) throw place.expected("base64");
    return new Uint8Array(Buffer.from(json, "base64"));
  },
};

/** ProtoJSON of the types of single values. */
export const jsonScalars: Readonly<Record<Scalar, JsonCodec>> = {
  double,
  float,
  int32: signed32,
  sint32: signed32,
  sfixed32: signed32,
  uint32: unsigned32,
  fixed32: unsigned32,
  int64: signed64,
  sint64: signed64,
  sfixed64: signed64,
  uint64: unsigned64,
  fixed64: unsigned64,
  bool,
  string,
  bytes,
};
