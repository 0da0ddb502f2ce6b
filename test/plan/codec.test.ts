import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Field, t } from "fourfold";
import { Names } from "../../src/plan/codec/codec.ts";
import { compileCodec } from "../../src/plan/codec/compile.ts";
import { Violations } from "../../src/plan/codec/violations.ts";

const noRows = (): never => {
  throw new Error("no rows here");
};

interface Both {
  readonly read: (json: unknown) => { readonly value: unknown; readonly violations: Violations };
  readonly readText: (text: string) => { readonly value: unknown; readonly violations: Violations };
  readonly check: (value: unknown) => Violations;
  readonly write: (value: unknown) => string;
}

function both(field: Field): Both {
  const codec = compileCodec(field, noRows);
  const names = new Names();
  const write = names.compile(["value"], `return ${codec.write("value", names)}`) as (
    value: unknown,
  ) => string;
  return {
    read: (json) => {
      const violations = new Violations();
      return { value: codec.fromJson(json, "at", violations), violations };
    },
    readText: (text) => {
      const violations = new Violations();
      return { value: codec.fromText(text, "at", violations), violations };
    },
    check: (value) => {
      const violations = new Violations();
      codec.check(value, "at", violations);
      return violations;
    },
    write,
  };
}

const digits = (most: number): fc.Arbitrary<string> => fc.stringMatching(new RegExp(`^\\d{1,${most}}$`));

/** Every kind, with JSON that it takes. */
const kinds: Readonly<Record<string, readonly [Field, fc.Arbitrary<unknown>]>> = {
  string: [
    t.string(),
    fc
      .string({ unit: "grapheme" })
      .filter((text) => !/[\u0000-\u001f\u007f]/.test(text) && text.isWellFormed()),
  ],
  text: [
    t.text(),
    fc
      .string({ unit: "binary" })
      .filter((text) => !/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/.test(text) && text.isWellFormed()),
  ],
  email: [
    t.email(),
    fc
      .tuple(fc.stringMatching(/^[a-z.!#]{1,10}$/), fc.stringMatching(/^[a-z0-9]{1,9}(\.[a-z]{2,5})?$/))
      .map((parts) => parts.join("@")),
  ],
  url: [t.url(), fc.webUrl({ withQueryParameters: true, withFragments: true })],
  id: [t.id(), fc.uuid()],
  uuid: [
    t.uuid(),
    fc.oneof(
      fc.uuid(),
      fc.uuid().map((uuid) => uuid.toUpperCase()),
    ),
  ],
  int32: [t.int32(), fc.integer()],
  int64: [t.int64(), fc.oneof(fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n).map(String), fc.maxSafeInteger())],
  float: [t.float(), fc.double({ noDefaultInfinity: true, noNaN: true })],
  decimal: [
    t.decimal({ precision: 12, scale: 3 }),
    fc
      .tuple(fc.constantFrom("", "-"), digits(9), fc.option(digits(3)))
      .map(([sign, whole, part]) => `${sign}${whole}${part === null ? "" : `.${part}`}`),
  ],
  whole: [
    t.decimal({ precision: 5, scale: 0 }),
    fc.oneof(fc.integer({ min: -99999, max: 99999 }), digits(5)),
  ],
  fraction: [t.decimal({ precision: 3, scale: 3 }), digits(3).map((part) => `0.${part}`)],
  boolean: [t.boolean(), fc.boolean()],
  bytes: [
    t.bytes(),
    fc.oneof(
      fc.base64String(),
      fc.uint8Array().map((octets) => Buffer.from(octets).toString("base64url")),
    ),
  ],
  timestamp: [
    t.timestamp(),
    fc
      .date({ noInvalidDate: true, min: new Date(-62167219200000), max: new Date(253402300799999) })
      .map((date) => date.toISOString()),
  ],
  date: [
    t.date(),
    fc
      .date({ noInvalidDate: true, min: new Date("0000-01-01"), max: new Date("9999-12-31") })
      .map((date) => date.toISOString().slice(0, 10)),
  ],
  enum: [t.enum(["a", "b", "long_word"]), fc.constantFrom("a", "b", "long_word")],
  // JSON text has no negative zero that `JSON.stringify` would write.
  json: [
    t.json(),
    fc.jsonValue({ maxDepth: 5 }).map((value) => JSON.parse(JSON.stringify(value)) as unknown),
  ],
  list: [t.list(t.int64({ nullable: true })), fc.array(fc.option(fc.bigInt(0n, 10n).map(String)))],
  object: [
    t.object({
      a: t.int32(),
      b: t.string({ optional: true }),
      c: t.timestamp({ nullable: true }),
      d: t.list(t.boolean(), { default: [true] }),
    }),
    fc.record(
      {
        a: fc.integer(),
        b: fc.constantFrom("x", "é", null),
        c: fc.constantFrom(null, "2020-01-01T00:00:00.000Z"),
        d: fc.array(fc.boolean()),
      },
      { requiredKeys: ["a", "c"] },
    ),
  ],
};

for (const [kind, [field, json]] of Object.entries(kinds)) {
  test(`${kind}: what is read is written, and reads as the same again`, () => {
    const codec = both(field);
    fc.assert(
      fc.property(json, (given) => {
        const first = codec.read(given);
        assert.deepEqual(first.violations.list, [], JSON.stringify(given));
        const written = codec.write(first.value);
        const again = codec.read(JSON.parse(written));
        assert.deepEqual(again.violations.list, []);
        assert.deepEqual(again.value, first.value);
        assert.equal(codec.write(again.value), written);
        assert.deepEqual(codec.check(first.value).list, [], "what handlers see passes their check");
      }),
      { numRuns: 200 },
    );
  });

  test(`${kind}: anything at all is taken or told, never thrown at, and what is taken can be written`, () => {
    const codec = both(field);
    const anything = fc.oneof(
      fc.anything({
        withBigInt: true,
        withDate: true,
        withNullPrototype: true,
        withTypedArray: true,
        withSparseArray: true,
        maxDepth: 3,
      }),
      fc.jsonValue(),
    );
    fc.assert(
      fc.property(anything, (given) => {
        if (given === null || given === undefined) return;
        const { value, violations } = codec.read(given);
        for (const { path, rule, message, mend } of violations.list) {
          assert.match(path, /^at/);
          assert.ok(rule !== "" && message !== "" && mend !== "");
        }
        if (!violations.any) JSON.parse(codec.write(value));
        const checked = codec.check(given);
        if (!checked.any) JSON.parse(codec.write(given));
      }),
      { numRuns: 300 },
    );
  });

  test(`${kind}: any text is taken or told`, () => {
    const codec = both(field);
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.constantFrom("1", "-0", "1e5", "0x10", "", " ", "null", "true", "[1]", "{}", "2020-01-01"),
        ),
        (text) => {
          const { value, violations } = codec.readText(text);
          if (!violations.any) JSON.parse(codec.write(value));
        },
      ),
      { numRuns: 200 },
    );
  });
}

/** What is refused, by rule. */
const refused: readonly (readonly [string, Field, readonly unknown[], string])[] = [
  ["string", t.string(), [1, true, {}, []], "type"],
  ["string", t.string(), ["a\nb", "\u0007", "\u007f"], "format"],
  ["string", t.string(), ["\ud800", "a\u0000"], "encoding"],
  ["string lengths", t.string({ minLength: 2, maxLength: 3 }), ["a", "🦖"], "minLength"],
  ["string lengths", t.string({ minLength: 2, maxLength: 3 }), ["abcd", "🦖🦖🦖🦖"], "maxLength"],
  ["pattern", t.string({ pattern: /a|b/ }), ["ab", "xa", "A"], "pattern"],
  [
    "email",
    t.email(),
    ["a", "@", "a@", "a@b@c", "a@-b", "a b@c", `${"a".repeat(251)}@b.c`, "a@b..c", "a@b\n"],
    "format",
  ],
  [
    "url",
    t.url(),
    ["x", "ftp://a", "//a", "http://", "javascript:alert(1)", "https://a b", "http://[", "mailto:a@b"],
    "format",
  ],
  ["uuid", t.uuid(), ["", "x", "0190b1c27b1e7cc398c4dc0c0c07398f", 1, {}], "format"],
  ["id", t.id(), ["", "x".repeat(201), "a\u0000"], "format"],
  [
    "int32",
    t.int32(),
    [1.5, 2 ** 31, -(2 ** 31) - 1, "1", Number.NaN, Number.POSITIVE_INFINITY, true, [1]],
    "type",
  ],
  ["int32 range", t.int32({ minimum: 2, maximum: 4 }), [1], "minimum"],
  ["int32 range", t.int32({ minimum: 2, maximum: 4 }), [5], "maximum"],
  [
    "int64",
    t.int64(),
    ["1.5", "9223372036854775808", "-9223372036854775809", "", "0x1", " 1", "1e3", 2 ** 60, 1.5, true],
    "type",
  ],
  ["float", t.float(), ["1", Number.NaN, Number.POSITIVE_INFINITY, true, {}], "type"],
  [
    "decimal",
    t.decimal({ precision: 4, scale: 2 }),
    ["1.234", "123", "", ".5", "1.", "1e1", "abc", "--1", 1e21, 0.001, true],
    "type",
  ],
  ["decimal range", t.decimal({ precision: 4, scale: 2, minimum: "0.10" }), ["0.09", "-1"], "minimum"],
  ["boolean", t.boolean(), [0, 1, "true", "", {}], "type"],
  ["bytes", t.bytes(), ["a", "====", "a b", "AQI=x", 1, {}], "format"],
  ["bytes length", t.bytes({ maxLength: 1 }), ["AQI="], "maxLength"],
  [
    "timestamp",
    t.timestamp(),
    [
      "2020-01-01",
      "2020-01-01T00:00:00",
      "2020-02-30T00:00:00Z",
      "2020-01-01T24:00:00Z",
      "2020-01-01T00:60:00Z",
      "2020-01-01T00:00:61Z",
      "20200101T000000Z",
      "2020-01-01 00:00:00Z",
      "+012020-01-01T00:00:00Z",
      "9999-12-31T23:59:59-01:00",
      "0000-01-01T00:00:00+01:00",
      0,
      "now",
    ],
    "format",
  ],
  [
    "date",
    t.date(),
    ["2020-02-30", "2021-02-29", "2020-13-01", "2020-00-10", "2020-1-1", "2020-01-01T00:00:00Z", 20200101],
    "format",
  ],
  ["enum", t.enum(["a"]), ["b", "A", "", "toString", "__proto__", 0, ["a"]], "enum"],
  ["json", t.json({ maxDepth: 2 }), [[[[1]]], { a: { b: { c: 1 } } }], "depth"],
  ["list", t.list(t.int32()), [{}, "x", 1, { length: 1, 0: 1 }], "type"],
  ["list size", t.list(t.int32(), { minItems: 2, maxItems: 3 }), [[1], []], "minItems"],
  ["list size", t.list(t.int32(), { minItems: 2, maxItems: 3 }), [[1, 2, 3, 4]], "maxItems"],
  ["list unique", t.list(t.int64(), { uniqueItems: true }), [["1", 1]], "uniqueItems"],
  [
    "list unique",
    t.list(t.uuid(), { uniqueItems: true }),
    [["0190b1c2-7b1e-7cc3-98c4-dc0c0c07398f", "0190B1C2-7B1E-7CC3-98C4-DC0C0C07398F"]],
    "uniqueItems",
  ],
  ["object", t.object({ a: t.int32() }), [[], 1, "x"], "type"],
];

for (const [what, field, values, rule] of refused) {
  test(`${what} refuses by "${rule}"`, () => {
    const codec = both(field);
    for (const value of values) {
      const { violations } = codec.read(value);
      assert.ok(
        violations.list.some((each) => each.rule === rule && each.path === "at"),
        `${JSON.stringify(value)}: ${JSON.stringify(violations.list)}`,
      );
    }
  });
}

test("paths lead to what is wrong", () => {
  const codec = both(t.object({ list: t.list(t.object({ a: t.int32(), b: t.list(t.string()) })) }));
  const { violations } = codec.read({
    list: [{ a: 1, b: [] }, { a: "x", b: ["ok", 1], c: 2 }, null],
    more: 1,
  });
  assert.deepEqual(
    violations.list.map(({ path, rule }) => `${path} ${rule}`),
    [
      "at.list[1].a type",
      "at.list[1].b[1] type",
      "at.list[1].c unknownField",
      "at.list[2] required",
      "at.more unknownField",
    ],
  );
});

test("a list in this process may hold what JSON cannot", () => {
  const codec = both(t.list(t.int64(), { uniqueItems: true }));
  assert.deepEqual(codec.check([1n, 2n]).list, []);
  assert.equal(codec.check([1n, 1n]).list[0]?.rule, "uniqueItems");
});

test("nesting without end is refused without a stack", () => {
  let deep: unknown = [];
  for (let depth = 0; depth < 200_000; depth++) deep = [deep];
  for (const field of [
    t.json(),
    t.list(t.string(), { uniqueItems: true }),
    t.list(t.json(), { uniqueItems: true }),
    t.object({ a: t.json() }),
    t.string(),
  ]) {
    const { violations } = both(field).read(field.shape.kind === "object" ? { a: deep } : deep);
    assert.ok(violations.any);
  }
});

test("a value that a handler must not answer is never written", () => {
  const cases: readonly (readonly [Field, readonly unknown[]])[] = [
    [t.string(), [1, null, undefined, {}]],
    [t.int32(), [1.5, "1", Number.NaN, 2 ** 31]],
    [t.float(), [Number.NaN, Number.POSITIVE_INFINITY, "1"]],
    [t.int64(), [1, "1"]],
    [t.decimal({ precision: 3, scale: 1 }), ["x", 1, '"', '1.0"']],
    [t.boolean(), ["true", 1]],
    [t.bytes(), ["AQI=", [1]]],
    [t.timestamp(), ["2020-01-01T00:00:00Z", new Date(Number.NaN), 0]],
    [t.json(), [undefined, () => 1]],
    [t.list(t.int32()), [{}, "x", [null], ["1"]]],
    [t.object({ a: t.int32() }), [1, { a: "x" }, {}]],
  ];
  for (const [field, values] of cases)
    for (const value of values)
      assert.throws(() => both(field).write(value), `${field.shape.kind} ${String(value)}`);
});

test("text is written as JSON has it, whatever is in it", () => {
  const { write } = both(t.text());
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 100 }), (text) => {
      assert.equal(JSON.parse(write(text)), text);
    }),
    { numRuns: 1000 },
  );
});
