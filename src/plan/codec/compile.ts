import type { Field } from "../../schema/field.ts";
import type { Codec } from "./codec.ts";
import { listCodec } from "./list.ts";
import { decimalCodec, int64Codec, numberCodec } from "./number.ts";
import { objectCodec } from "./object.ts";
import { booleanCodec, bytesCodec, jsonCodec } from "./plain.ts";
import { enumCodec, idCodec, textCodec, uuidCodec } from "./text.ts";
import { dateCodec, timestampCodec } from "./time.ts";

/** Gives the codec of whole rows of a resource, as the version at hand has them. */
export type RowCodecs = (resource: string) => Codec;

/** Compiles a field type. Null and absence are the business of whoever holds the value: an object or a list. */
export function compileCodec(field: Field, rows: RowCodecs): Codec {
  const { shape } = field;
  switch (shape.kind) {
    case "string":
    case "text":
    case "email":
    case "url":
      return textCodec(shape);
    case "id":
      return idCodec();
    case "uuid":
    case "ref":
      return uuidCodec();
    case "int32":
    case "float":
      return numberCodec(shape);
    case "int64":
      return int64Codec(shape);
    case "decimal":
      return decimalCodec(shape);
    case "boolean":
      return booleanCodec();
    case "bytes":
      return bytesCodec(shape);
    case "timestamp":
      return timestampCodec();
    case "date":
      return dateCodec();
    case "enum":
      return enumCodec(shape);
    case "json":
      return jsonCodec(shape);
    case "list":
      return listCodec(shape, compileCodec(shape.element, rows));
    case "object":
      return objectCodec(shape.fields, (child) => compileCodec(child, rows));
    case "row":
      return rows(shape.target().name);
  }
}
