import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Fields, t } from "fourfold";
import { Names } from "../../src/plan/codec/codec.ts";
import { compileCodec } from "../../src/plan/codec/compile.ts";
import { Member } from "../../src/plan/codec/member.ts";
import { type InputMode, ObjectReader } from "../../src/plan/codec/object-reader.ts";
import { objectExpression } from "../../src/plan/codec/object-writer.ts";
import { Violations } from "../../src/plan/codec/violations.ts";
import { valueWriter } from "../../src/plan/value-writer.ts";

function membersOf(fields: Fields): readonly Member[] {
  return Object.entries(fields).map(
    ([name, field]) =>
      new Member(
        name,
        `${name}_`,
        field,
        compileCodec(field, () => {
          throw new Error("no rows");
        }),
      ),
  );
}

const members = membersOf({
  required: t.string(),
  optional: t.string({ optional: true }),
  nullable: t.string({ nullable: true }),
  usual: t.string({ default: "usual" }),
  optionalUsual: t.string({ optional: true, default: "usual" }),
  nullableUsual: t.string({ nullable: true, default: "usual" }),
});

function read(mode: InputMode, source: unknown): { input: object; told: readonly string[] } {
  const violations = new Violations();
  const input = new ObjectReader(members, mode, ["ignored"]).read(source, "fromJson", "", violations);
  return { input, told: violations.list.map(({ path, rule }) => `${path} ${rule}`) };
}

const nothing = Object.fromEntries(members.map(({ wire }) => [wire, null]));

test("absent members", () => {
  assert.deepEqual(read("operation", {}), {
    input: { optional: undefined, usual: "usual", optionalUsual: "usual", nullableUsual: "usual" },
    told: ["required_ required", "nullable_ required"],
  });
  assert.deepEqual(read("row", {}), {
    input: { optional: null, usual: "usual", optionalUsual: "usual", nullableUsual: "usual" },
    told: ["required_ required", "nullable_ required"],
  });
  assert.deepEqual(read("patch", {}), { input: {}, told: [] });
});

test("null members: null is a value where it may be one, and as good as absent elsewhere", () => {
  assert.deepEqual(read("operation", nothing), {
    input: { optional: undefined, nullable: null, optionalUsual: "usual", nullableUsual: null },
    told: ["required_ required", "usual_ required"],
  });
  assert.deepEqual(read("row", nothing), {
    input: { optional: null, nullable: null, optionalUsual: "usual", nullableUsual: null },
    told: ["required_ required", "usual_ required"],
  });
  assert.deepEqual(read("patch", nothing), {
    input: { optional: null, nullable: null, optionalUsual: null, nullableUsual: null },
    told: ["required_ required", "usual_ required"],
  });
});

test("names that objects have of themselves are unknown, read-only ones ignored", () => {
  for (const name of ["__proto__", "constructor", "toString", "hasOwnProperty", "required"]) {
    const source = JSON.parse(
      `{"required_":"x","nullable_":null,"ignored":1,${JSON.stringify(name)}:{"polluted":1}}`,
    );
    const { input, told } = read("row", source);
    assert.deepEqual(told, [`${name} unknownField`]);
    assert.equal(Object.getPrototypeOf(input), Object.prototype);
    assert.ok(!Object.hasOwn(input, "ignored"));
  }
  const inherited = Object.create({ required_: "inherited", nullable_: "x" });
  assert.deepEqual(read("row", inherited).told, ["required_ required", "nullable_ required"]);
});

test("what is no object is told", () => {
  for (const source of [null, undefined, 1, "x", [], [{}], true])
    assert.deepEqual(read("row", source).told, [" type"]);
});

test("objects are written with every form of absence, and read back", () => {
  const field = {
    a: t.int32({ optional: true }),
    b: t.string({ optional: true, nullable: true }),
    c: t.boolean({ optional: true }),
  };
  for (const absentAs of ["omit", "null"] as const) {
    const names = new Names();
    const write = names.compile(
      ["row"],
      `return ${objectExpression(membersOf(field), "row", names, absentAs)}`,
    ) as (row: object) => string;
    const values = fc.record(
      { a: fc.integer(), b: fc.option(fc.string()), c: fc.boolean() },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(values, (row) => {
        const expected: Record<string, unknown> = {};
        for (const name of ["a", "b", "c"] as const) {
          if (row[name] !== undefined || absentAs === "null") expected[`${name}_`] = row[name] ?? null;
        }
        assert.deepEqual(JSON.parse(write(row)), expected);
      }),
    );
  }
});

test("names of members are data in the generated writer, whatever is in them", () => {
  const hostile = ['"', "\\", "`$" + "{x}`", "'", "\n", "</script>", "\u2028", "a.b", "]"];
  const odd = hostile.map(
    (name) =>
      new Member(
        name,
        name,
        t.int32(),
        compileCodec(t.int32(), () => {
          throw new Error();
        }),
      ),
  );
  const names = new Names();
  const write = names.compile(["row"], `return ${objectExpression(odd, "row", names, "null")}`) as (
    row: object,
  ) => string;
  const row = Object.fromEntries(hostile.map((name, index) => [name, index]));
  assert.deepEqual(JSON.parse(write(row)), row);
});

test("what a handler answers against its definition is told with its place", () => {
  const write = valueWriter(
    t.object({
      name: t.string(),
      sizes: t.list(t.object({ width: t.int32(), note: t.string({ optional: true }) })),
      grid: t.list(t.list(t.int32()), { optional: true }),
    }),
    () => {
      throw new Error("no rows");
    },
  );
  assert.equal(write({ name: "a", sizes: [{ width: 1 }] }), '{"name":"a","sizes":[{"width":1}]}');
  const cases: readonly (readonly [unknown, string])[] = [
    [null, "An output must be an object, and null was answered"],
    [{ sizes: [] }, "The output's name must be a string, and undefined was answered"],
    [{ name: "a", sizes: "" }, "The output's sizes must be a list, and a value of type string was answered"],
    [
      { name: "a", sizes: [{ width: 1 }, { width: 1.5 }] },
      "The output's sizes[1].width must be a whole number of 32 bits, and a value of type number was answered",
    ],
    [
      { name: "a", sizes: [{ width: 1, note: 5 }] },
      "The output's sizes[0].note must be a string, and a value of type number was answered",
    ],
    [
      { name: "a", sizes: [], grid: [[1], [1, null]] },
      "The output's grid[1][1] must be a whole number of 32 bits, and null was answered",
    ],
  ];
  for (const [value, message] of cases)
    assert.throws(() => write(value), { name: "OutputMismatch", message });
});
