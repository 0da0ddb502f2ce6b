import type { Field } from "../../schema/field.ts";
import { rowVersion, type StoredRow, type TableModel } from "../../schema/table.ts";
import type { RawValues } from "./connection.ts";
import { decode, decodeExpression, needsBigints } from "./values.ts";

/** The column of a row's version. It cannot be a field's: those begin with a letter. */
export const versionColumn = "_version";

/** Turns a row of SQLite into one as handlers see it. */
export type DecodeRow = (raw: RawValues) => StoredRow;

/** Whether a table's statements must read integers as bigints. */
export function readsBigints(model: TableModel): boolean {
  return model.columns.some(needsBigints);
}

/**
 * Compiles the decoder of a table: one object literal, so that all of its rows share a shape, and a conversion only where a
 * column needs one.
 */
export function compileDecoder(model: TableModel): DecodeRow {
  const bigints = readsBigints(model);
  const members = model.columns.map((column, index) => {
    const raw = `raw[${index}]`;
    return `${JSON.stringify(column.key)}: ${decodeExpression(column, raw, bigints) ?? raw}`;
  });
  // Its column is selected after all others.
  const last = `raw[${model.columns.length}]`;
  const version = `[version]: ${bigints ? `Number(${last})` : last}`;
  const fields: Readonly<Record<string, Field>> = Object.fromEntries(
    model.columns.map(({ key, field }) => [key, field]),
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
