import fc from "fast-check";
import type { Condition, OrderTerm } from "../../src/schema/condition.ts";
import { t } from "../../src/schema/t.ts";
import type { RowValues, TableModel } from "../../src/schema/table.ts";
import { tableOf } from "./tables.ts";

/** A table for conditions and orders: few values, so that many rows share them. */
export const things: TableModel = tableOf("things", {
  name: t.string(),
  label: t.string({ optional: true }),
  size: t.int32({ optional: true, indexed: true }),
  total: t.int64({ optional: true }),
  weight: t.float({ optional: true }),
  live: t.boolean({ optional: true }),
  madeAt: t.timestamp({ optional: true }),
});

// Wildcards of LIKE and GLOB, quotes, both cases, and characters outside of the basic plane.
const word = fc.string({
  unit: fc.constantFrom("a", "A", "%", "_", "*", "?", "\\", "'", "é", "😀", "\uffee"),
  maxLength: 3,
});

const values: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  name: word,
  label: fc.option(word),
  size: fc.option(fc.integer({ min: -2, max: 2 })),
  total: fc.option(fc.constantFrom(-(2n ** 63n), -1n, 0n, 9007199254740993n, 2n ** 63n - 1n)),
  weight: fc.option(fc.constantFrom(-1.5, 0, 0.1, 1e300)),
  live: fc.option(fc.boolean()),
  madeAt: fc.option(fc.constantFrom("2020-01-01", "2020-01-02", "2031-05-05").map((day) => new Date(day))),
};
const keys = Object.keys(values);

/** Values of a row, without an id. */
export const anyThing: fc.Arbitrary<RowValues> = fc.record(values, { noNullPrototype: true });

/** Any condition over the table. */
export const anyCondition: fc.Arbitrary<Condition> = fc.letrec<{ condition: Condition }>((tie) => ({
  condition: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    compare(),
    isIn(),
    like(),
    fc.record({
      kind: fc.constantFrom("all" as const, "any" as const),
      of: fc.array(tie("condition"), { maxLength: 3 }),
    }),
    fc.record({ kind: fc.constant("not" as const), of: tie("condition") }),
  ),
})).condition;

/** Any order: mixed directions, the id at any place or none. */
export const anyOrder: fc.Arbitrary<readonly OrderTerm[]> = fc
  .uniqueArray(fc.constantFrom(...keys, "id"), { maxLength: 3 })
  .chain((chosen) =>
    fc.tuple(...chosen.map((key) => fc.boolean().map((descending) => ({ key, descending })))),
  );

function compare(): fc.Arbitrary<Condition> {
  const comparator = fc.constantFrom(
    "=" as const,
    "!=" as const,
    "<" as const,
    "<=" as const,
    ">" as const,
    ">=" as const,
  );
  return keyed((key, value) => fc.record({ kind: fc.constant("compare" as const), key, comparator, value }));
}

function isIn(): fc.Arbitrary<Condition> {
  return keyed((key, value) =>
    fc.record({ kind: fc.constant("in" as const), key, values: fc.array(value, { maxLength: 4 }) }),
  );
}

function like(): fc.Arbitrary<Condition> {
  const match = fc.constantFrom("prefix" as const, "suffix" as const, "contains" as const);
  const key = fc.constantFrom("name", "label");
  return fc.record({ kind: fc.constant("like" as const), key, match, text: word });
}

function keyed(
  make: (key: fc.Arbitrary<string>, value: fc.Arbitrary<unknown>) => fc.Arbitrary<Condition>,
): fc.Arbitrary<Condition> {
  return fc.constantFrom(...keys).chain((key) => make(fc.constant(key), values[key] ?? fc.constant(null)));
}
