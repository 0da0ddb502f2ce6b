import type { JsonValue } from "../../../base/json.ts";
import { type Codec, jsonExpression, Names } from "../../../plan/codec/codec.ts";

/** What of a codec makes the values of answers. */
export type LeafCodec = Pick<Codec, "write" | "toJson">;

const leaves = new WeakMap<LeafCodec, (value: unknown) => JsonValue>();

/** A value that is not null, as the version's JSON has it. Throws for one that is not of the codec's type. */
export function leafValue(codec: LeafCodec, value: unknown): JsonValue {
  let toJson = leaves.get(codec);
  if (toJson === undefined) {
    const names = new Names();
    const body = `return ${jsonExpression(codec, "value", names)}`;
    toJson = names.compile(["value"], body) as (value: unknown) => JsonValue;
    leaves.set(codec, toJson);
  }
  return toJson(value);
}
