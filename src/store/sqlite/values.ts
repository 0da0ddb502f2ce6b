import type { SQLInputValue } from "node:sqlite";
import { fromScaled, toScaled } from "../../base/decimal.ts";
import type { Field } from "../../schema/field.ts";
import type { ColumnModel } from "../../schema/table.ts";
import { toJsonText } from "../json-values.ts";
import { type CompileDecoder, compileDecoder, type ValueDecoding } from "../sql/row-decoder.ts";

/** A value as SQLite takes it. */
export type ToSql = (value: unknown) => SQLInputValue;

/** SQLite's own types, as STRICT tables name them. */
export type SqlType = "TEXT" | "INTEGER" | "REAL" | "BLOB";

/**
 * The type of a column. Timestamps are text of fixed width in UTC: it sorts by time, and people can read it. Decimals are
 * whole numbers of their last digit: exact, and in order.
 */
export function sqlType({ shape }: Field): SqlType {
  switch (shape.kind) {
    case "int32":
    case "int64":
    case "decimal":
    case "boolean":
      return "INTEGER";
    case "float":
      return "REAL";
    case "bytes":
      return "BLOB";
    default:
      return "TEXT";
  }
}

/** How a column's values go in. */
export function toSql({ field, nullable }: ColumnModel): ToSql {
  const encode = encoder(field);
  // Null is a JSON value as well; a column that may be null keeps it as none.
  if (field.shape.kind === "json" && !nullable) return (value) => encode(value ?? null);
  return (value) => (value === null || value === undefined ? null : encode(value));
}

function encoder(field: Field): ToSql {
  const { shape } = field;
  switch (shape.kind) {
    case "boolean":
      return (value) => (value === true ? 1 : 0);
    case "timestamp":
      return (value) => (value as Date).toISOString();
    case "decimal":
      return (value) => keptDigits(String(value), shape.scale);
    case "json":
    case "list":
    case "object":
      return (value) => toJsonText(value, field);
    default:
      return (value) => value as SQLInputValue;
  }
}

function decodeExpression({ shape }: Field, raw: string, bigints: boolean): string | null {
  switch (shape.kind) {
    case "boolean":
      return `${raw} == 1`;
    case "int32":
      return bigints ? `Number(${raw})` : null;
    case "timestamp":
      return `new Date(${raw})`;
    case "decimal":
      return `decode.decimal(${raw}, ${shape.scale})`;
    default:
      return null;
  }
}

const decoding: ValueDecoding = {
  expression: decodeExpression,
  functions: {
    decimal: (value: bigint, scale: number): string => fromScaled(value, scale),
  },
  needsBigints: ({ field }) => field.shape.kind === "int64" || field.shape.kind === "decimal",
  isText: false,
};

/** Compiles the decoder of rows as SQLite gives them. */
export const compileSqliteDecoder: CompileDecoder = (columns, hasVersion) =>
  compileDecoder(columns, hasVersion, decoding);

/** Values of a column as one JSON list, without nulls; octets in hexadecimal, since JSON has none. */
export function toJsonList(column: ColumnModel, values: readonly unknown[]): string {
  const encode = toSql(column);
  const texts = values
    .filter((value) => value !== null && value !== undefined)
    .map((value) => {
      const encoded = encode(value);
      // JSON's grammar has integers of any size; only `JSON.stringify` has none for bigints.
      if (typeof encoded === "bigint") return encoded.toString();
      return JSON.stringify(
        encoded instanceof Uint8Array ? Buffer.from(encoded).toString("hex").toUpperCase() : encoded,
      );
    });
  return `[${texts.join(",")}]`;
}

/** Inputs are checked before; a handler that computes is told, since the digits would be gone. */
function keptDigits(text: string, scale: number): bigint {
  if (/[^0]/.test((text.split(".")[1] ?? "").slice(scale)))
    throw new RangeError(`A decimal has more than the ${scale} digits after its point that its field keeps`);
  return toScaled(text, scale);
}
