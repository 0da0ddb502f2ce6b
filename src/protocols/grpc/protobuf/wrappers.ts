import { jsonScalars } from "./json-scalars.ts";
import type { ValueShape } from "./message-shape.ts";
import type { Scalar } from "./scalar.ts";
import { wireTypeOf } from "./wire-types.ts";

/** `google.protobuf.StringValue` and the like (google/protobuf/wrappers.proto): the value, which its message may be without. */
export function wrapper(scalar: Scalar, name: string, usual: unknown): ValueShape {
  const tag = (1 << 3) | wireTypeOf(scalar);
  return {
    name: `google.protobuf.${name}`,
    write(writer, value) {
      writer.varint(tag);
      writer[scalar](value);
    },
    read(reader) {
      let value = usual;
      while (reader.at < reader.end) {
        const found = reader.tag();
        if (found === tag) value = reader[scalar]();
        else reader.skip(found);
      }
      return value;
    },
    json: () => jsonScalars[scalar],
  };
}

export const wrappers: readonly ValueShape[] = [
  wrapper("double", "DoubleValue", 0),
  wrapper("float", "FloatValue", 0),
  wrapper("int64", "Int64Value", 0n),
  wrapper("uint64", "UInt64Value", 0n),
  wrapper("int32", "Int32Value", 0),
  wrapper("uint32", "UInt32Value", 0),
  wrapper("bool", "BoolValue", false),
  wrapper("string", "StringValue", ""),
  wrapper("bytes", "BytesValue", new Uint8Array(0)),
];
