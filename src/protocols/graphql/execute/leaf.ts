import type { JsonValue } from "../../../base/json.ts";
import { type Codec, Names } from "../../../plan/codec/codec.ts";

type LeafCodec = Pick<Codec, "write">;

const writers = new WeakMap<LeafCodec, (value: unknown) => string>();

/** The JSON text of a value that is not null, as the version's writers have it. Throws for one that is not of the codec's type. */
export function leafText(codec: LeafCodec, value: unknown): string {
  let write = writers.get(codec);
  if (write === undefined) {
    const names = new Names();
    write = names.compile(["value"], `return ${codec.write("value", names)}`) as (value: unknown) => string;
    writers.set(codec, write);
  }
  return write(value);
}

/** The same as a JSON value. */
export function leafValue(codec: LeafCodec, value: unknown): JsonValue {
  return JSON.parse(leafText(codec, value));
}
