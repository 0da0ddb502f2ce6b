import type { Comparison, Condition } from "../../../schema/condition.ts";
import type { ColumnModel, TableModel } from "../../../schema/table.ts";
import { toSql } from "../values.ts";

/** Whether a condition holds for a row's values as SQLite has them, in the order of the columns. */
export type ValuesTest = (values: readonly unknown[]) => boolean;

/**
 * Compiles a condition for rows that are not in the database any more, to hold exactly when its SQL does. What SQL leaves unknown
 * (null) does not hold, and its opposite does, as `Conditions` has it.
 */
export function compileTest(condition: Condition, model: TableModel): ValuesTest {
  switch (condition.kind) {
    case "all": {
      const tests = condition.of.map((each) => compileTest(each, model));
      return (values) => tests.every((test) => test(values));
    }
    case "any": {
      const tests = condition.of.map((each) => compileTest(each, model));
      return (values) => tests.some((test) => test(values));
    }
    case "not": {
      const test = compileTest(condition.of, model);
      return (values) => !test(values);
    }
    case "compare":
      return compare(condition, model);
    case "in": {
      const { index, operand, equals } = columnAt(condition.key, model);
      const listed = condition.values.map(operand);
      return (values) => listed.some((value) => equals(values[index], value));
    }
    case "like":
      return like(condition, model);
  }
}

function compare({ key, comparator, value }: Comparison, model: TableModel): ValuesTest {
  const { index, operand, equals, order } = columnAt(key, model);
  const other = operand(value);
  if (comparator === "=") return (values) => equals(values[index], other);
  if (comparator === "!=") return (values) => !equals(values[index], other);
  if (other === null) return () => false;
  const holds = orders[comparator];
  return (values) => {
    const own = values[index];
    return own !== null && holds(order(own, other));
  };
}

const orders = {
  "<": (order: number) => order < 0,
  "<=": (order: number) => order <= 0,
  ">": (order: number) => order > 0,
  ">=": (order: number) => order >= 0,
};

function like({ key, match, text }: Extract<Condition, { kind: "like" }>, model: TableModel): ValuesTest {
  const { index } = columnAt(key, model);
  const toText = (value: unknown): string =>
    value instanceof Uint8Array ? Buffer.from(value).toString() : String(value);
  const found = {
    contains: (own: string) => own.includes(text),
    prefix: (own: string) => own.startsWith(text),
    suffix: (own: string) => own.endsWith(text),
  }[match];
  return (values) => values[index] !== null && found(toText(values[index]));
}

/** How one column's values are compared. */
interface ComparedColumn {
  readonly index: number;
  /** What a value of a condition is in the column. */
  readonly operand: (value: unknown) => unknown;
  readonly equals: (own: unknown, other: unknown) => boolean;
  /** Less than 0 where `own` comes first. Neither is null. */
  readonly order: (own: unknown, other: unknown) => number;
}

function columnAt(key: string, model: TableModel): ComparedColumn {
  const index = model.columns.findIndex((column) => column.key === key);
  const column = model.columns[index];
  if (column === undefined) throw new Error(`There is no column for "${key}"`);
  const order = orderOf(column);
  const encode = toSql(column);
  return {
    index,
    operand: (value) => encode(value) ?? null,
    order,
    equals: (own, other) => (own === null || other === null ? own === other : order(own, other) === 0),
  };
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
      // The column's collation, `nocase`, folds the letters of ASCII.
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
