import { OutputMismatch } from "../../../plan/codec/codec.ts";
import type { JsonCodec, JsonPlace } from "./json-codec.ts";

/** The grammar of JSON's numbers, of which texts may be too. */
const NUMBER = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$/;
const INTEGER = /^-?(?:0|[1-9][0-9]*)$/;
/** Of 64 bits: no longer text is made a bigint, which takes the longer the longer it is. */
const MAX_DIGITS = 20;
const MAX_FLOAT = 3.4028234663852886e38;
const UNUSUAL: ReadonlyMap<string, number> = new Map([
  ["NaN", Number.NaN],
  ["Infinity", Number.POSITIVE_INFINITY],
  ["-Infinity", Number.NEGATIVE_INFINITY],
]);

export const double: JsonCodec = {
  toJson: writeNumber,
  fromJson: (json, place) => readNumber(json, place, "a number"),
};

export const float: JsonCodec = {
  toJson: writeNumber,
  fromJson(json, place) {
    const number = readNumber(json, place, "a number of 32 bits");
    if (Math.abs(number) <= MAX_FLOAT || !Number.isFinite(number)) return Math.fround(number);
    throw place.expected("a number of 32 bits");
  },
};

/** Integers of 32 bits are numbers, of JavaScript and of JSON. */
export function integer32(min: number, max: number): JsonCodec {
  const what = `an integer from ${min} to ${max}`;
  const isOne = (value: unknown): value is number =>
    typeof value === "number" && Number.isInteger(value) && value >= min && value <= max;
  return {
    toJson(value) {
      if (!isOne(value)) throw new OutputMismatch(what, value);
      return String(value);
    },
    fromJson(json, place) {
      const number = typeof json === "string" && NUMBER.test(json) ? Number(json) : json;
      if (!isOne(number)) throw place.expected(what);
      // -0 is 0.
      return number + 0;
    },
  };
}

/** Integers of 64 bits are bigints of JavaScript and texts of JSON, where numbers are taken as far as they are exact. */
export function integer64(min: bigint, max: bigint): JsonCodec {
  const what = `an integer from ${min} to ${max}, as a text`;
  return {
    toJson(value) {
      if (typeof value !== "bigint" || value < min || value > max) throw new OutputMismatch(what, value);
      return `"${value}"`;
    },
    fromJson(json, place) {
      const integer = toInteger(json);
      if (integer === null || integer < min || integer > max) throw place.expected(what);
      return integer;
    },
  };
}

/** Null for what is no integer, or not surely the one that was meant: JSON.parse rounds numbers over 2^53. */
function toInteger(json: unknown): bigint | null {
  if (typeof json === "string" && INTEGER.test(json))
    return json.length > MAX_DIGITS + 1 ? null : BigInt(json);
  const number = typeof json === "string" && NUMBER.test(json) ? Number(json) : json;
  return typeof number === "number" && Number.isSafeInteger(number) ? BigInt(number) : null;
}

function writeNumber(value: unknown): string {
  if (typeof value !== "number") throw new OutputMismatch("a number", value);
  if (!Number.isFinite(value)) return `"${value}"`;
  return Object.is(value, -0) ? "-0" : String(value);
}

function readNumber(json: unknown, place: JsonPlace, what: string): number {
  if (typeof json === "string") {
    const unusual = UNUSUAL.get(json);
    if (unusual !== undefined) return unusual;
  }
  const number = typeof json === "string" && NUMBER.test(json) ? Number(json) : json;
  // 1e999 is a number of JSON, and none of 64 bits.
  if (typeof number !== "number" || !Number.isFinite(number)) throw place.expected(what);
  return number;
}
