import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { ApiError, type Fields, t } from "fourfold";
import { compileCodec } from "../../src/plan/codec/compile.ts";
import { Member } from "../../src/plan/codec/member.ts";
import { parseOrder } from "../../src/plan/filter/order.ts";
import { parseFilter } from "../../src/plan/filter/parse.ts";
import { translateFilter, translateOrder } from "../../src/plan/filter/translate.ts";

const fields: Fields = {
  title: t.string({ maxLength: 5 }),
  legs: t.int32({ minimum: 0 }),
  big: t.int64(),
  price: t.decimal({ precision: 5, scale: 2 }),
  tame: t.boolean(),
  at: t.timestamp(),
  day: t.date(),
  kind: t.enum(["a", "b"]),
  owner: t.uuid(),
};
const today = new Map(
  Object.entries(fields).map(([name, field]) => [
    name,
    new Member(
      name,
      name,
      field,
      compileCodec(field, () => {
        throw new Error("no rows");
      }),
    ),
  ]),
);
/** Every name has another one in the older version; some of them are others' names of today. */
const older = new Map(
  [...today.values()].map((member, index, all) => {
    const wire = index === 0 ? "legs" : index === 1 ? "title" : `old_${all[index]?.key}`;
    return [wire, new Member(member.key, wire, member.field, member.codec)];
  }),
);

const word = fc.oneof(
  fc.constantFrom(
    ...today.keys(),
    "AND",
    "OR",
    "NOT",
    "null",
    "true",
    "=",
    "!=",
    "<",
    "<=",
    ">",
    ">=",
    ":",
    "(",
    ")",
    "-",
    "*",
    '"',
    "'",
    "\\",
    ",",
    "1",
    "-1.5",
    "2020-01-01",
    '"x"',
    "'y*'",
    '"2020-01-01T00:00:00Z"',
  ),
  fc.string({ maxLength: 6 }),
);
const noise = fc.oneof(
  fc.string({ unit: "binary", maxLength: 60 }),
  fc.array(word, { maxLength: 30 }).map((words) => words.join(" ")),
  fc.array(word, { maxLength: 20 }).map((words) => words.join("")),
);

test("any text is a filter, or an INVALID_FILTER that says what to do", () => {
  fc.assert(
    fc.property(noise, (filter) => {
      try {
        parseFilter(filter, today);
      } catch (thrown) {
        assert.ok(thrown instanceof ApiError, String(thrown));
        assert.equal(thrown.code, "INVALID_FILTER");
        assert.ok(thrown.violations?.[0]?.mend);
      }
    }),
    { numRuns: 5000 },
  );
});

test("any text is an order, or an INVALID_INPUT", () => {
  fc.assert(
    fc.property(noise, (order) => {
      try {
        parseOrder(order, today);
      } catch (thrown) {
        assert.ok(thrown instanceof ApiError && thrown.code === "INVALID_INPUT", String(thrown));
      }
    }),
    { numRuns: 2000 },
  );
});

const quoted = fc
  .string({ maxLength: 8 })
  .map((text) => `"${text.replaceAll("*", "").replace(/["\\]/g, "\\$&")}"`);
const values: Readonly<Record<string, fc.Arbitrary<string>>> = {
  title: quoted,
  legs: fc.integer().map(String),
  big: fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n).map((value) => `"${value}"`),
  price: fc.constantFrom("1.5", '"-2.25"', "0"),
  tame: fc.constantFrom("true", "false"),
  at: fc.constant('"2020-01-01T00:00:00Z"'),
  day: fc.constantFrom("2020-01-01", '"2020-02-29"'),
  kind: fc.constantFrom("a", '"b"'),
  owner: fc.uuid().map((uuid) => `"${uuid}"`),
};

/** A comparison, under the names of a version. */
function comparison(names: ReadonlyMap<string, Member>): fc.Arbitrary<string> {
  return fc.constantFrom(...names.entries()).chain(([wire, { key }]) => {
    const ordered = key !== "tame" && key !== "kind";
    const comparators = ordered ? ["=", "!=", "<", "<=", ">", ">=", ":"] : ["=", "!=", ":"];
    return fc
      .tuple(
        fc.constantFrom("", "-"),
        fc.constantFrom(...comparators),
        values[key] ?? fc.constant("1"),
        fc.constantFrom(" ", "", "\t"),
      )
      .map(([sign, comparator, value, space]) => `${sign}${wire}${space}${comparator}${space}${value}`);
  });
}

function filters(names: ReadonlyMap<string, Member>): fc.Arbitrary<string> {
  const { tree } = fc.letrec<{ tree: string }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      comparison(names),
      fc.tuple(tie("tree"), fc.constantFrom(" AND ", " OR "), tie("tree")).map((parts) => parts.join("")),
      tie("tree").map((inner) => `(${inner})`),
      tie("tree").map((inner) => `NOT (${inner})`),
    ),
  }));
  return tree;
}

test("what the grammar makes is read, in an older version's names as in today's", () => {
  fc.assert(
    fc.property(filters(older), (filter) => {
      const here = parseFilter(filter, older);
      assert.deepEqual(
        parseFilter(translateFilter(filter, older), today),
        here,
        `${filter} became ${translateFilter(filter, older)}`,
      );
    }),
    { numRuns: 1000 },
  );
});

test("names that two versions swap are not mixed up", () => {
  assert.equal(
    translateFilter('title = "legs" AND legs = "title = 1"', older),
    'legs = "legs" AND title = "title = 1"',
  );
  assert.equal(translateFilter("-title = 1", older), "-legs = 1");
  assert.equal(translateOrder("title desc,legs", older), "legs desc, title");
});

test("rules on rows are none on what they are compared with", () => {
  assert.deepEqual(parseFilter('title = "longer than five" AND legs > -5', today), {
    kind: "all",
    of: [
      { kind: "compare", key: "title", comparator: "=", value: "longer than five" },
      { kind: "compare", key: "legs", comparator: ">", value: -5 },
    ],
  });
});

test("filters are read in linear time", () => {
  const began = performance.now();
  for (const filter of [
    "(".repeat(4096),
    "-".repeat(4096),
    `"${"\\\\".repeat(2000)}`,
    "a".repeat(4096),
    "NOT ".repeat(1024),
    '"'.repeat(4095),
    " ".repeat(4096),
  ]) {
    assert.doesNotThrow(() => {
      try {
        parseFilter(filter, today);
      } catch (thrown) {
        if (!(thrown instanceof ApiError)) throw thrown;
      }
    });
  }
  assert.ok(performance.now() - began < 500);
});
