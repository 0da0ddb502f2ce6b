import { OutputMismatch } from "../../../plan/codec/codec.ts";
import type { JsonCodec } from "./json-codec.ts";

/** `google.protobuf.FieldMask`: one text, with commas between the paths, whose names are in lower camel case. */
export const fieldMaskJson: JsonCodec = {
  toJson(value) {
    if (!Array.isArray(value)) throw new OutputMismatch("a list of paths", value);
    return JSON.stringify(value.map(toCamelPath).join(","));
  },
  fromJson(json, place) {
    if (typeof json !== "string" || /[^A-Za-z0-9.,*]/.test(json))
      throw place.expected("paths of fields in lower camel case, with commas between them");
    return json === "" ? [] : json.split(",").map(toSnakePath);
  },
};

function toCamelPath(path: unknown): string {
  if (typeof path !== "string") throw new OutputMismatch("a list of paths", path);
  const camel = path.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
  // What would be read back as another path has no JSON: fieldmask.proto, "JSON Encoding of Field Masks".
  if (toSnakePath(camel) !== path || /[_,]/.test(camel))
    throw new OutputMismatch("a list of paths in snake case", path);
  return camel;
}

function toSnakePath(path: string): string {
  return path.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
