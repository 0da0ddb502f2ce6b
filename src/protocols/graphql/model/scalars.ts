import type { FieldKind } from "../../../schema/field.ts";
import type { ScalarModel } from "./schema-types.ts";

/** The scalars by name: GraphQL's, and ours. */
export type ScalarName =
  | "Boolean"
  | "Float"
  | "ID"
  | "Int"
  | "String"
  | "BigInt"
  | "Bytes"
  | "Date"
  | "DateTime"
  | "Decimal"
  | "JSON";

export const scalars: Readonly<Record<ScalarName, ScalarModel>> = {
  Boolean: builtIn("Boolean"),
  Float: builtIn("Float"),
  ID: builtIn("ID"),
  Int: builtIn("Int"),
  String: builtIn("String"),
  BigInt: own(
    "BigInt",
    'A whole number of 64 bits, as a string: `"9007199254740993"`. Safe integers are taken as numbers too.',
    "https://www.w3.org/TR/xmlschema11-2/#long",
  ),
  Bytes: own(
    "Bytes",
    "Octets in base64. The alphabet of URLs is taken too.",
    "https://www.rfc-editor.org/rfc/rfc4648#section-4",
  ),
  Date: own("Date", "A day: `2026-01-31`.", "https://www.rfc-editor.org/rfc/rfc3339#section-5.6"),
  DateTime: own(
    "DateTime",
    "An instant, to the millisecond: `2026-01-31T12:00:00.000Z`.",
    "https://www.rfc-editor.org/rfc/rfc3339#section-5.6",
  ),
  Decimal: own(
    "Decimal",
    'An exact decimal number, as a string: `"12.50"`. Numbers are taken too.',
    "https://www.w3.org/TR/xmlschema11-2/#decimal",
  ),
  JSON: own("JSON", "Any JSON value.", "https://www.rfc-editor.org/rfc/rfc8259"),
};

/** The scalar of each sort of field that is one. */
export const scalarOf: Readonly<Record<Exclude<FieldKind, "list" | "object" | "row" | "enum">, ScalarModel>> =
  {
    string: scalars.String,
    text: scalars.String,
    email: scalars.String,
    url: scalars.String,
    id: scalars.ID,
    uuid: scalars.ID,
    ref: scalars.ID,
    int32: scalars.Int,
    int64: scalars.BigInt,
    float: scalars.Float,
    decimal: scalars.Decimal,
    boolean: scalars.Boolean,
    bytes: scalars.Bytes,
    timestamp: scalars.DateTime,
    date: scalars.Date,
    json: scalars.JSON,
  };

function builtIn(name: string): ScalarModel {
  return { kind: "scalar", name, isBuiltIn: true, description: null, specification: null };
}

function own(name: string, description: string, specification: string): ScalarModel {
  return { kind: "scalar", name, isBuiltIn: false, description, specification };
}
