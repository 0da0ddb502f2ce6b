import { toScaled } from "../../base/decimal.ts";
import { frameworkError } from "../../errors/codes.ts";
import type { Field } from "../../schema/field.ts";
import type { ColumnModel } from "../../schema/table.ts";
import { toJsonText } from "../json-values.ts";
import {
  type CompileDecoder,
  compileDecoder,
  type RowDecoder,
  type ValueDecoding,
} from "../sql/row-decoder.ts";
import { fromDateText, fromTimestampText, toDateText, toTimestampText } from "./times.ts";

/** A value as pg sends it: text, but for octets. */
export type SqlValue = string | number | Buffer | null;

/** How one column's values go in. Throws INVALID_INPUT for what PostgreSQL cannot keep. */
export type ToSql = (value: unknown) => string | Buffer | null;

/**
 * The type of a column, as PostgreSQL names it (`format_type`), with its collation. Text goes by its octets, as in SQLite, whatever
 * the database's own collation; timestamps have the milliseconds that a `Date` has, so that what is read is what is compared.
 */
export function sqlType({ shape }: Field): string {
  switch (shape.kind) {
    case "id":
    case "uuid":
    case "ref":
      return "uuid";
    case "int32":
      return "integer";
    case "int64":
      return "bigint";
    case "float":
      return "double precision";
    case "decimal":
      return `numeric(${shape.precision},${shape.scale})`;
    case "boolean":
      return "boolean";
    case "bytes":
      return "bytea";
    case "timestamp":
      return "timestamp(3) with time zone";
    case "date":
      return "date";
    case "json":
    case "list":
    case "object":
      return "jsonb";
    default:
      return 'text collate "C"';
  }
}

/** How a column's values go in. */
export function toSql(column: ColumnModel): ToSql {
  const encode = encoder(column);
  // Null is a JSON value as well; a column that may be null keeps it as none.
  if (column.field.shape.kind === "json" && !column.nullable) return (value) => encode(value ?? null);
  return (value) => (value === null || value === undefined ? null : encode(value));
}

function encoder({ key, field }: ColumnModel): ToSql {
  const { shape } = field;
  switch (shape.kind) {
    case "id":
    case "uuid":
    case "ref":
      return (value) => keptUuid(String(value), key);
    case "boolean":
      return (value) => (value === true ? "t" : "f");
    case "float":
      // SQLite has no negative zero; here it would be another value in JSON.
      return (value) => String(value === 0 ? 0 : value);
    case "timestamp":
      return (value) => toTimestampText(value as Date);
    case "date":
      return (value) => toDateText(String(value));
    case "decimal":
      return (value) => keptDigits(String(value), shape.scale);
    case "bytes":
      return (value) => toBuffer(value as Uint8Array);
    case "json":
    case "list":
    case "object":
      return (value) => keptJson(toJsonText(value, field), key);
    default:
      return (value) => keptText(String(value), key);
  }
}

/** Columns come as text. */
function decodeExpression({ shape }: Field, raw: string): string | null {
  switch (shape.kind) {
    case "boolean":
      return `${raw} === "t"`;
    case "int32":
    case "float":
      return `+${raw}`;
    case "int64":
      return `BigInt(${raw})`;
    case "timestamp":
    case "date":
    case "bytes":
      return `decode.${shape.kind}(${raw})`;
    default:
      return null;
  }
}

const decoding: ValueDecoding = {
  expression: decodeExpression,
  functions: {
    timestamp: fromTimestampText,
    date: fromDateText,
    bytes: (text: string): Uint8Array => new Uint8Array(Buffer.from(text.slice(2), "hex")),
  },
  needsBigints: () => false,
  isText: true,
};

/** Compiles the decoder of rows whose columns are text, as PostgreSQL writes it. */
export const compilePostgresDecoder: CompileDecoder = (columns, hasVersion) =>
  compileDecoder(columns, hasVersion, decoding);

/** The same for rows of the change log, whose members are texts of JSON. */
export function compileLogDecoder(columns: readonly ColumnModel[]): RowDecoder {
  return compileDecoder(columns, true, {
    ...decoding,
    expression: (field, raw) =>
      field.shape.kind === "boolean" ? `${raw} === "true"` : decodeExpression(field, raw),
  });
}

/** Values as one array: a literal of PostgreSQL's (8.15.2). */
export function toArray(values: readonly (string | Buffer | null)[]): string {
  return `{${values.map(toElement).join(",")}}`;
}

function toElement(value: string | Buffer | null): string {
  if (value === null) return "NULL";
  const text = typeof value === "string" ? value : `\\x${value.toString("hex")}`;
  return /^[\w:.+-]+$/.test(text) && !/^null$/i.test(text) ? text : `"${text.replace(/["\\]/g, "\\$&")}"`;
}

/** UUIDs as one array, null for what is none: as a UUID has no other form, none is looked at again. */
export function toUuidArray(values: readonly unknown[]): string {
  return `{${values.map((value) => (isUuid(value) ? value : "NULL")).join()}}`;
}

/** The form in which PostgreSQL gives a UUID; text of another form is none of a row's. */
export function isUuid(text: unknown): text is string {
  return typeof text === "string" && uuid.test(text);
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

function toBuffer(value: Uint8Array): Buffer {
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
}

/** Inputs are checked before; a handler that computes is told, since the digits would be gone. */
function keptDigits(text: string, scale: number): string {
  if (/[^0]/.test((text.split(".")[1] ?? "").slice(scale)))
    throw new RangeError(`A decimal has more than the ${scale} digits after its point that its field keeps`);
  // What is no number is told here, and not by the server.
  toScaled(text, scale);
  return text;
}

/** Ids that a handler chooses are UUIDs too. */
function keptUuid(text: string, key: string): string {
  if (uuid.test(text.toLowerCase())) return text;
  throw unkept(key, "must be a UUID", "Use one such as 0190b1c2-7b1e-7cc3-98c4-dc0c0c07398f");
}

/** Text, unless PostgreSQL cannot keep it. */
export function keptText(text: string, key: string): string {
  if (text.includes("\0")) throw unkept(key, ...noNul);
  return text;
}

/** `jsonb` has no NUL and no half of a surrogate pair either; `JSON.stringify` writes both as escapes. */
function keptJson(text: string, key: string): string {
  if (unkeptEscape.test(text)) throw unkept(key, ...noNul);
  return text;
}

const noNul = ["must be Unicode text without NUL", "Remove NUL characters and lone surrogates"] as const;
const unkeptEscape = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f])/;

function unkept(key: string, message: string, mend: string): Error {
  return frameworkError("INVALID_INPUT", `${key}: ${message}`, {
    violations: [{ path: key, rule: "format", message, mend }],
  });
}
