import fc from "fast-check";
import type { Field } from "../../src/schema/field.ts";
import { t } from "../../src/schema/t.ts";
import type { RowValues, TableModel } from "../../src/schema/table.ts";
import { idOf, tableOf } from "./tables.ts";

const decimal = { precision: 9, scale: 2 } as const;

/** Fields of one name, before and after any change; each takes null, or has a value that every rule allows. */
const anyField: fc.Arbitrary<Field> = fc.constantFrom<Field>(
  t.string({ default: "d" }),
  t.string({ optional: true, unique: true }),
  t.email({ optional: true }),
  t.text({ optional: true, indexed: true }),
  t.int32({ default: 1 }),
  t.int64({ optional: true }),
  t.float({ default: 0.5, indexed: true }),
  t.decimal({ ...decimal, default: "1.25" }),
  t.decimal({ precision: 12, scale: 4, optional: true }),
  t.boolean({ default: true }),
  t.timestamp({ optional: true }),
  t.bytes({ optional: true }),
  t.json({ optional: true }),
  t.list(t.string(), { default: ["x"] }),
  t.date({ optional: true, indexed: true }),
  t.uuid({ optional: true, unique: true }),
  t.string({ default: "d", formerly: "b" }),
  t.int32({ optional: true, formerly: "a" }),
);

const anyReference: fc.Arbitrary<Field> = fc.constantFrom<Field>(
  t.ref("ones", { optional: true }),
  t.ref("ones", { optional: true, onDelete: "cascade" }),
  t.ref("twos", { optional: true, onDelete: "setNull" }),
);

const anyTable = (name: string): fc.Arbitrary<TableModel> =>
  fc
    .tuple(
      fc.dictionary(fc.constantFrom("a", "b", "c"), anyField, { maxKeys: 3, noNullPrototype: true }),
      fc.dictionary(fc.constantFrom("xId", "yId"), anyReference, { maxKeys: 2, noNullPrototype: true }),
    )
    .map(([fields, references]) => tableOf(name, { ...fields, ...references }));

/** Two tables that may refer to each other, and to themselves. */
export const anyDefinition: fc.Arbitrary<readonly TableModel[]> = fc.tuple(
  anyTable("ones"),
  anyTable("twos"),
);

/** A row that every rule allows. */
export function rowOf({ columns }: TableModel, index: number): RowValues {
  const values = columns.map(({ key, field }) => [key, field.default ?? null]);
  return { ...Object.fromEntries(values), id: idOf(index) };
}
