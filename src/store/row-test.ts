import { toScaled } from "../base/decimal.ts";
import type { Comparison, Condition } from "../schema/condition.ts";
import type { ColumnModel, StoredRow, TableModel } from "../schema/table.ts";
import { toJsonText } from "./json-values.ts";

/** Whether a condition holds for a row as handlers see it. */
export type StoredRowTest = (row: StoredRow) => boolean;

/**
 * Compiles a condition for rows that are not in the database any more, to hold exactly when its SQL does. What SQL leaves unknown
 * (null) does not hold, and its opposite does, as `Conditions` has it.
 */
export function compileTest(condition: Condition, model: TableModel): StoredRowTest {
  switch (condition.kind) {
    case "all": {
      const tests = condition.of.map((each) => compileTest(each, model));
      return (row) => tests.every((test) => test(row));
    }
    case "any": {
      const tests = condition.of.map((each) => compileTest(each, model));
      return (row) => tests.some((test) => test(row));
    }
    case "not": {
      const test = compileTest(condition.of, model);
      return (row) => !test(row);
    }
    case "compare":
      return compare(condition, model);
    case "in": {
      const { own, operand, equals } = columnAt(condition.key, model);
      const listed = condition.values.map(operand);
      return (row) => {
        const value = own(row);
        return listed.some((each) => equals(value, each));
      };
    }
    case "like":
      return like(condition, model);
  }
}

function compare({ key, comparator, value }: Comparison, model: TableModel): StoredRowTest {
  const { own, operand, equals, order } = columnAt(key, model);
  const other = operand(value);
  if (comparator === "=") return (row) => equals(own(row), other);
  if (comparator === "!=") return (row) => !equals(own(row), other);
  if (other === null) return () => false;
  const holds = orders[comparator];
  return (row) => {
    const mine = own(row);
    return mine !== null && holds(order(mine, other));
  };
}

const orders = {
  "<": (order: number) => order < 0,
  "<=": (order: number) => order <= 0,
  ">": (order: number) => order > 0,
  ">=": (order: number) => order >= 0,
};

function like({ key, match, text }: Extract<Condition, { kind: "like" }>, model: TableModel): StoredRowTest {
  const { own } = columnAt(key, model);
  const toText = (value: unknown): string =>
    value instanceof Uint8Array ? Buffer.from(value).toString() : String(value);
  const found = {
    contains: (mine: string) => mine.includes(text),
    prefix: (mine: string) => mine.startsWith(text),
    suffix: (mine: string) => mine.endsWith(text),
  }[match];
  return (row) => {
    const mine = own(row);
    return mine !== null && found(toText(mine));
  };
}

/** How one column's values are compared. */
interface ComparedColumn {
  /** A row's value, as it is compared. */
  readonly own: (row: StoredRow) => unknown;
  /** A condition's value, as it is compared. */
  readonly operand: (value: unknown) => unknown;
  readonly equals: (own: unknown, other: unknown) => boolean;
  /** Less than 0 where `own` comes first. Neither is null. */
  readonly order: (own: unknown, other: unknown) => number;
}

function columnAt(key: string, model: TableModel): ComparedColumn {
  const column = model.columns.find((each) => each.key === key);
  if (column === undefined) throw new Error(`There is no column for "${key}"`);
  const order = orderOf(column);
  const convert = comparableOf(column);
  const operand = (value: unknown): unknown =>
    value === null || value === undefined ? null : convert(value);
  return {
    own: (row) => operand(row[key]),
    operand,
    order,
    equals: (own, other) => (own === null || other === null ? own === other : order(own, other) === 0),
  };
}

/** What a value is compared as: what sorts as it does, and is the same where it is. */
function comparableOf({ field }: ColumnModel): (value: unknown) => unknown {
  const { shape } = field;
  switch (shape.kind) {
    case "boolean":
      return (value) => (value === true ? 1 : 0);
    case "timestamp":
      return (value) => (value instanceof Date ? value.toISOString() : value);
    case "decimal":
      return (value) => toScaled(String(value), shape.scale);
    case "json":
    case "list":
    case "object":
      return (value) => toJsonText(value, field);
    default:
      return (value) => value;
  }
}

function orderOf({ field }: ColumnModel): ComparedColumn["order"] {
  switch (field.shape.kind) {
    case "int32":
    case "int64":
    case "decimal":
    case "boolean":
    case "float":
      return (own, other) => orderNumbers(own, toNumeric(other));
    case "bytes":
      return (own, other) =>
        own instanceof Uint8Array && other instanceof Uint8Array ? Buffer.compare(own, other) : 1;
    case "email":
      // Letters of ASCII are compared without regard to case.
      return (own, other) => orderTexts(lower(String(own)), lower(String(other)));
    default:
      return (own, other) => orderTexts(String(own), String(other));
  }
}

/** A text in the place of a number is one where it reads as one (https://www.sqlite.org/datatype3.html#type_conversions_prior_to_comparison). */
function toNumeric(value: unknown): unknown {
  if (typeof value !== "string" || value.trim() === "") return value;
  return Number.isNaN(Number(value)) ? value : Number(value);
}

/** Numbers come before all else. Bigints and numbers compare as what they are. */
function orderNumbers(own: unknown, other: unknown): number {
  if (!isNumber(own) || !isNumber(other)) return -1;
  return own < other ? -1 : own > other ? 1 : 0;
}

function isNumber(value: unknown): value is number | bigint {
  return typeof value === "number" || typeof value === "bigint";
}

/** By octets of UTF-8. UTF-16 has the same order but for surrogates, which stand before U+E000. */
function orderTexts(own: string, other: string): number {
  if (own === other) return 0;
  if (surrogate.test(own) || surrogate.test(other))
    return Buffer.compare(Buffer.from(own), Buffer.from(other));
  return own < other ? -1 : 1;
}

const surrogate = /[\ud800-\udfff]/;

function lower(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
