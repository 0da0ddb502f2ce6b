import type { Field } from "../../schema/field.ts";
import { type ColumnModel, rowVersion, type StoredRow } from "../../schema/table.ts";
import type { RawValues } from "./connection.ts";
import { decode, decodeExpression, needsBigints } from "./values.ts";

/** Turns a row of SQLite into one as handlers see it. */
export type DecodeRow = (raw: RawValues) => StoredRow;

/** Whether statements that read columns must read integers as bigints. */
export function readsBigints(columns: readonly ColumnModel[]): boolean {
  return columns.some(needsBigints);
}

/**
 * Compiles the decoder of columns, in the order in which they are selected: one object literal, so that all of its rows share a
 * shape, and a conversion only where a column needs one.
 */
export function compileDecoder(columns: readonly ColumnModel[]): DecodeRow {
  const bigints = readsBigints(columns);
  const members = columns.map((column, index) => {
    const raw = `raw[${index}]`;
    return `${JSON.stringify(column.key)}: ${decodeExpression(column, raw, bigints) ?? raw}`;
  });
  // Its column is selected after all others.
  const last = `raw[${columns.length}]`;
  const version = `[version]: ${bigints ? `Number(${last})` : last}`;
  const fields: Readonly<Record<string, Field>> = Object.fromEntries(
    columns.map(({ key, field }) => [key, field]),
  );
  // Names come from the definition, and only as string literals.
  const make = new Function(
    "version",
    "decode",
    "fields",
    `"use strict"; return (raw) => ({ ${[...members, version].join(", ")} });`,
  );
  return make(rowVersion, decode, fields) as DecodeRow;
}
