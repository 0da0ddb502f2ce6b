import type { Scalar } from "./scalar.ts";

/** Wire types (protobuf.dev, "Encoding"). Groups are skipped, and not written. */
export const VARINT = 0;
export const FIXED64 = 1;
export const LENGTH = 2;
export const GROUP_START = 3;
export const GROUP_END = 4;
export const FIXED32 = 5;

/** Messages within messages; more is refused, as other implementations do. */
export const MAX_DEPTH = 100;

export function wireTypeOf(scalar: Scalar): number {
  switch (scalar) {
    case "double":
    case "fixed64":
    case "sfixed64":
      return FIXED64;
    case "float":
    case "fixed32":
    case "sfixed32":
      return FIXED32;
    case "string":
    case "bytes":
      return LENGTH;
    default:
      return VARINT;
  }
}
