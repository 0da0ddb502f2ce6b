import { type ConversionWay, conversionOf } from "../conversion.ts";
import type { ConversionSql } from "../dialect.ts";
import type { ColumnSnapshot } from "../snapshot.ts";
import { quoteName } from "../sql.ts";

type Expression = (name: string, old: ColumnSnapshot, column: ColumnSnapshot) => string;

const expressions: Readonly<Record<ConversionWay, Expression>> = {
  keep: (name) => name,
  timestampToDate: (name) => `substr(${name}, 1, 10)`,
  timestampToWords: (name) => name,
  documentToWords: (name) => name,
  numberToWords: (name) => `cast(${name} as text)`,
  booleanToWords: (name) => `iif(${name}, 'true', 'false')`,
  booleanToNumber: (name) => name,
  dateToTimestamp: (name) => `${name} || 'T00:00:00.000Z'`,
  toFloat: (name, { scale }) => `cast(${name} as real)${scale === null ? "" : ` / ${power(scale)}.0`}`,
  fromFloat: (name, _old, { scale }) => `cast(round(${name} * ${power(scale ?? 0)}) as integer)`,
  moreDigits: (name, old, column) => `${name} * ${power(digitsBetween(old, column))}`,
  fewerDigits: (name, old, column) => `${name} / ${power(digitsBetween(old, column))}`,
};

/** How values are moved over; null where what they mean in the new type must be decided by someone. */
export function convert(old: ColumnSnapshot, column: ColumnSnapshot): ConversionSql | null {
  const conversion = conversionOf(old, column);
  if (conversion === null) return null;
  const sql = expressions[conversion.way](quoteName(old.name), old, column);
  return { sql, lossy: conversion.lossy };
}

function digitsBetween(old: ColumnSnapshot, column: ColumnSnapshot): number {
  return Math.abs((column.scale ?? 0) - (old.scale ?? 0));
}

function power(digits: number): string {
  return `1${"0".repeat(digits)}`;
}
