import type { Field } from "../../schema/field.ts";
import { type ColumnModel, rowVersion, type StoredRow } from "../../schema/table.ts";
import { fromJsonValue } from "../json-values.ts";

/** A row as a database gives it, in the order of the statement's columns: made and read in half the time of one by name. */
export type RawValues = readonly unknown[];

/** Turns a row of the database into one as handlers see it. */
export type DecodeRow = (raw: RawValues) => StoredRow;

/** Compiles the decoder of columns, in the order in which they are selected, with the version's after them or without. */
export type CompileDecoder = (columns: readonly ColumnModel[], hasVersion: boolean) => RowDecoder;

/** How rows of some columns are read. */
export interface RowDecoder {
  readonly decode: DecodeRow;
  /** Whether all integers of a row, its version's too, are read as bigints. */
  readonly bigints: boolean;
}

/** How a database's values become those that handlers see. */
export interface ValueDecoding {
  /**
   * Source of an expression that turns `raw`, a value of the database that is not null, into that of a handler; null where the two are the
   * same. JSON is looked after elsewhere.
   */
  expression(field: Field, raw: string, bigints: boolean): string | null;
  /** What expressions refer to as `decode`. */
  readonly functions: object;
  /** Whether a column's integers may be too large for a number, and are read as bigints. */
  needsBigints(column: ColumnModel): boolean;
  /** Whether integers come as text. */
  readonly isText: boolean;
}

/**
 * One object literal, so that all rows of a decoder share a shape, and a conversion only where a column needs one. The version's column is
 * selected after all others, if it is.
 */
export function compileDecoder(
  columns: readonly ColumnModel[],
  hasVersion: boolean,
  decoding: ValueDecoding,
): RowDecoder {
  const bigints = columns.some((column) => decoding.needsBigints(column));
  const members = columns.map((column, index) => {
    const raw = `raw[${index}]`;
    return `${JSON.stringify(column.key)}: ${memberExpression(column, raw, bigints, decoding)}`;
  });
  const last = `raw[${columns.length}]`;
  if (hasVersion) members.push(`[version]: ${bigints || decoding.isText ? `Number(${last})` : last}`);
  const fields: Readonly<Record<string, Field>> = Object.fromEntries(
    columns.map(({ key, field }) => [key, field]),
  );
  // Names come from the definition, and only as string literals.
  const make = new Function(
    "version",
    "decode",
    "json",
    "fields",
    `"use strict"; return (raw) => ({ ${members.join(", ")} });`,
  );
  return { decode: make(rowVersion, decoding.functions, fromJsonText, fields) as DecodeRow, bigints };
}

function memberExpression(
  column: ColumnModel,
  raw: string,
  bigints: boolean,
  decoding: ValueDecoding,
): string {
  const converted = jsonExpression(column, raw) ?? decoding.expression(column.field, raw, bigints);
  if (converted === null) return raw;
  return column.nullable ? `(${raw} === null ? null : ${converted})` : `(${converted})`;
}

/** Null where a column's values are no JSON. */
function jsonExpression({ key, field }: ColumnModel, raw: string): string | null {
  const { kind } = field.shape;
  if (kind === "json") return `JSON.parse(${raw})`;
  return kind === "list" || kind === "object" ? `json(${raw}, fields[${JSON.stringify(key)}])` : null;
}

function fromJsonText(text: string, field: Field): unknown {
  return fromJsonValue(JSON.parse(text), field);
}
