import type { Field } from "../schema/field.ts";
import { Names } from "./codec/codec.ts";
import { compileCodec, type RowCodecs } from "./codec/compile.ts";

/** Compiles what writes values of a field type as JSON text. It throws an OutputMismatch for any other value. */
export function valueWriter(field: Field, rows: RowCodecs): (value: unknown) => string {
  const names = new Names();
  const written = compileCodec(field, rows).write("value", names);
  const nullable = field.nullable || field.optional;
  const body = nullable
    ? `return value === null || value === undefined ? "null" : ${written}`
    : `return ${written}`;
  return names.compile(["value"], body) as (value: unknown) => string;
}
