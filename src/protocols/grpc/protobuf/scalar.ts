/** Types of single values (proto3, "Scalar Value Types"). Integers of 64 bits are bigints, `bytes` are Uint8Arrays. */
export type Scalar =
  | "double"
  | "float"
  | "int32"
  | "int64"
  | "uint32"
  | "uint64"
  | "sint32"
  | "sint64"
  | "fixed32"
  | "fixed64"
  | "sfixed32"
  | "sfixed64"
  | "bool"
  | "string"
  | "bytes";

/** What may be the key of a map. */
export type MapKey = Exclude<Scalar, "double" | "float" | "bytes">;
