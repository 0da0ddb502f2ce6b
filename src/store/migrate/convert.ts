import type { FieldShape } from "../../schema/field.ts";
import type { ColumnSnapshot } from "./snapshot.ts";
import { quoteName } from "./sql.ts";

type FieldKind = FieldShape["kind"];

/** How the values of a column become those of another type. */
export interface Conversion {
  /** An SQL expression over the old column. */
  readonly sql: string;
  /** Whether values may come out as less than they were. */
  readonly lossy: boolean;
}

/** Kinds that are kept as text which any of them can hold; rules of a field hold for what is written from now on. */
const words: readonly FieldKind[] = ["string", "text", "email", "url", "uuid", "id", "enum", "date", "ref"];
/** Kinds that are kept as JSON. */
const documents: readonly FieldKind[] = ["json", "list", "object"];
const numbers: readonly FieldKind[] = ["int32", "int64", "decimal", "float"];

/** How values are moved over; null where what they mean in the new type must be decided by someone. */
export function conversionOf(old: ColumnSnapshot, column: ColumnSnapshot): Conversion | null {
  const name = quoteName(old.name);
  if (old.kind === column.kind && old.scale === column.scale) return { sql: name, lossy: false };
  if (words.includes(column.kind)) return toWords(name, old, column.kind);
  if (column.kind === "json" && documents.includes(old.kind)) return { sql: name, lossy: false };
  if (numbers.includes(old.kind) && numbers.includes(column.kind)) return toNumber(name, old, column);
  if (old.kind === "boolean" && column.type === "INTEGER" && column.scale === null)
    return { sql: name, lossy: false };
  if (old.kind === "date" && column.kind === "timestamp")
    return { sql: `${name} || 'T00:00:00.000Z'`, lossy: false };
  return null;
}

function toWords(name: string, old: ColumnSnapshot, to: FieldKind): Conversion | null {
  if (words.includes(old.kind)) return { sql: name, lossy: false };
  if (old.kind === "timestamp" && to === "date") return { sql: `substr(${name}, 1, 10)`, lossy: true };
  if (to !== "string" && to !== "text") return null;
  if (old.kind === "timestamp" || documents.includes(old.kind)) return { sql: name, lossy: false };
  if (old.kind === "int32" || old.kind === "int64" || old.kind === "float")
    return { sql: `cast(${name} as text)`, lossy: false };
  if (old.kind === "boolean") return { sql: `iif(${name}, 'true', 'false')`, lossy: false };
  return null;
}

function toNumber(name: string, old: ColumnSnapshot, column: ColumnSnapshot): Conversion | null {
  // Whether each value fits cannot be said beforehand.
  if (column.kind === "int32") return null;
  if (column.kind === "float") {
    const divisor = old.scale === null ? "" : ` / 1${"0".repeat(old.scale)}.0`;
    return { sql: `cast(${name} as real)${divisor}`, lossy: old.kind !== "int32" };
  }
  if (old.kind === "float") {
    const factor = `1${"0".repeat(column.scale ?? 0)}`;
    return { sql: `cast(round(${name} * ${factor}) as integer)`, lossy: true };
  }
  const shift = (column.scale ?? 0) - (old.scale ?? 0);
  const factor = `1${"0".repeat(Math.abs(shift))}`;
  if (shift > 0) return { sql: `${name} * ${factor}`, lossy: false };
  return shift === 0 ? { sql: name, lossy: false } : { sql: `${name} / ${factor}`, lossy: true };
}
