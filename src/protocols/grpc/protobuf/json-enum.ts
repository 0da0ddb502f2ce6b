import { OutputMismatch } from "../../../plan/codec/codec.ts";
import type { EnumShape } from "./enum-shape.ts";
import type { JsonCodec } from "./json-codec.ts";

const MIN_INT32 = -(2 ** 31);
const MAX_INT32 = 2 ** 31 - 1;

/**
 * ProtoJSON of an enum: the names of the .proto. Numbers are read too, those that have no name among them. A name that is not
 * known is refused: a value would be lost if it were passed over, and of no other value it could be taken for.
 */
export function jsonEnum(shape: EnumShape): JsonCodec {
  const { name, numbers, jsonNames } = shape;
  const texts = new Map<number, string>();
  for (const [text, number] of jsonNames) if (!texts.has(number)) texts.set(number, JSON.stringify(text));
  return {
    toJson(value) {
      const number = typeof value === "string" ? numbers.get(value) : value;
      if (!isInt32(number)) throw new OutputMismatch(`a value of ${name}`, value);
      return texts.get(number) ?? String(number);
    },
    fromJson(json, place) {
      const number = typeof json === "string" ? jsonNames.get(json) : json;
      if (!isInt32(number)) throw place.expected(`a value of ${name}`);
      return shape.toValue(number);
    },
  };
}

function isInt32(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= MIN_INT32 && value <= MAX_INT32;
}
