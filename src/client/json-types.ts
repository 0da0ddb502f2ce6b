import type { JsonValue } from "../base/json.ts";

/** Values that JSON states as text. */
type Stated = Date | bigint | Uint8Array;

/** A value as JSON has it: what references, which know no definition, answer. Timestamps, 64-bit integers and octets are text. */
export type JsonOf<T> = [T] extends [JsonValue | undefined | void]
  ? T
  : T extends Stated
    ? string
    : T extends AsyncIterable<infer I>
      ? AsyncIterable<JsonOf<I>>
      : T extends readonly (infer I)[]
        ? readonly JsonOf<I>[]
        : T extends object
          ? { [K in keyof T]: JsonOf<T[K]> }
          : T;

/** An input that may be stated as JSON has it as well. */
export type JsonInputOf<T> = [T] extends [JsonValue | undefined | void]
  ? T
  : T extends Stated
    ? T | string
    : T extends readonly (infer I)[]
      ? readonly JsonInputOf<I>[]
      : T extends object
        ? { [K in keyof T]: JsonInputOf<T[K]> }
        : T;
