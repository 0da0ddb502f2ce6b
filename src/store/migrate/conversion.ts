import type { FieldShape } from "../../schema/field.ts";
import type { ColumnSnapshot } from "./snapshot.ts";

type FieldKind = FieldShape["kind"];

/** A way from one kind of values to another; each dialect has its SQL. */
export type ConversionWay =
  /** The values mean the same. */
  | "keep"
  | "timestampToDate"
  | "timestampToWords"
  | "documentToWords"
  | "numberToWords"
  | "booleanToWords"
  | "booleanToNumber"
  | "dateToTimestamp"
  /** To or from a float. */
  | "toFloat"
  | "fromFloat"
  /** More or fewer digits after the point. */
  | "moreDigits"
  | "fewerDigits";

/** How the values of a column become those of another type. */
export interface Conversion {
  readonly way: ConversionWay;
  /** Whether values may come out as less than they were. */
  readonly lossy: boolean;
}

/** Kinds that text can hold, whichever of them it is; rules of a field hold for what is written from now on. */
const words: readonly FieldKind[] = ["string", "text", "email", "url", "uuid", "id", "enum", "date", "ref"];
/** Kinds that are kept as JSON. */
const documents: readonly FieldKind[] = ["json", "list", "object"];
const numbers: readonly FieldKind[] = ["int32", "int64", "decimal", "float"];
const wholeNumbers: readonly FieldKind[] = ["int32", "int64"];

const keep: Conversion = { way: "keep", lossy: false };

/** How values are moved over; null where what they mean in the new type must be decided by someone. */
export function conversionOf(old: ColumnSnapshot, column: ColumnSnapshot): Conversion | null {
  if (old.kind === column.kind && old.scale === column.scale) return keep;
  if (words.includes(column.kind)) return toWords(old, column.kind);
  if (column.kind === "json" && documents.includes(old.kind)) return keep;
  if (numbers.includes(old.kind) && numbers.includes(column.kind)) return toNumber(old, column);
  if (old.kind === "boolean" && wholeNumbers.includes(column.kind))
    return { way: "booleanToNumber", lossy: false };
  if (old.kind === "date" && column.kind === "timestamp") return { way: "dateToTimestamp", lossy: false };
  return null;
}

function toWords(old: ColumnSnapshot, to: FieldKind): Conversion | null {
  if (words.includes(old.kind)) return keep;
  if (old.kind === "timestamp" && to === "date") return { way: "timestampToDate", lossy: true };
  if (to !== "string" && to !== "text") return null;
  if (old.kind === "timestamp") return { way: "timestampToWords", lossy: false };
  if (documents.includes(old.kind)) return { way: "documentToWords", lossy: false };
  if (wholeNumbers.includes(old.kind) || old.kind === "float") return { way: "numberToWords", lossy: false };
  return old.kind === "boolean" ? { way: "booleanToWords", lossy: false } : null;
}

function toNumber(old: ColumnSnapshot, column: ColumnSnapshot): Conversion | null {
  // Whether each value fits cannot be said beforehand.
  if (column.kind === "int32") return null;
  if (column.kind === "float") return { way: "toFloat", lossy: old.kind !== "int32" };
  if (old.kind === "float") return { way: "fromFloat", lossy: true };
  const shift = (column.scale ?? 0) - (old.scale ?? 0);
  if (shift === 0) return keep;
  return shift > 0 ? { way: "moreDigits", lossy: false } : { way: "fewerDigits", lossy: true };
}
