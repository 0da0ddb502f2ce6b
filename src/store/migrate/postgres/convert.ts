import { type ConversionWay, conversionOf } from "../conversion.ts";
import type { ConversionSql } from "../dialect.ts";
import type { ColumnSnapshot } from "../snapshot.ts";
import { quoteName } from "../sql.ts";

type Expression = (name: string, column: ColumnSnapshot) => string;

const isoTime = `'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'`;

const expressions: Readonly<Record<ConversionWay, Expression>> = {
  keep: (name, { type }) => `${name}::${bare(type)}`,
  timestampToDate: (name) => `(${name} at time zone 'UTC')::date`,
  timestampToWords: (name) => `to_char(${name} at time zone 'UTC', ${isoTime})`,
  documentToWords: (name) => `${name}::text`,
  numberToWords: (name) => `${name}::text`,
  booleanToWords: (name) => `${name}::text`,
  booleanToNumber: (name, { type }) => `${name}::integer::${type}`,
  dateToTimestamp: (name) => `${name}::timestamp at time zone 'UTC'`,
  toFloat: (name) => `${name}::double precision`,
  fromFloat: (name, { type }) => `${name}::numeric::${type}`,
  moreDigits: (name, { type }) => `${name}::${type}`,
  fewerDigits: (name, { type, scale }) => `trunc(${name}, ${scale ?? 0})::${type}`,
};

/**
 * How values are moved over; null where what they mean in the new type must be decided by someone. Text becomes a `uuid` or a
 * `date` where each value is one: else the statement fails, and changes nothing.
 */
export function convert(old: ColumnSnapshot, column: ColumnSnapshot): ConversionSql | null {
  const conversion = conversionOf(old, column);
  const name = quoteName(old.name);
  if (conversion === null) return null;
  if (conversion.way === "keep" && old.type === column.type) return { sql: name, lossy: false };
  if (conversion.way === "keep" && bothStrict(old.type, column.type)) return null;
  // A date has no text of its own: the session would choose one.
  if (old.kind === "date" && conversion.way === "keep")
    return { sql: `to_char(${name}, 'YYYY-MM-DD')`, lossy: false };
  return { sql: expressions[conversion.way](name, column), lossy: conversion.lossy };
}

/** No day is an identifier. */
function bothStrict(one: string, other: string): boolean {
  const types = [one, other];
  return types.includes("uuid") && types.includes("date");
}

function bare(type: string): string {
  return type.replace(/ collate .*$/, "");
}
