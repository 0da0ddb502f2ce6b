import assert from "node:assert/strict";
import { test } from "node:test";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import fc from "fast-check";
import type { JsonValue } from "../../src/base/json.ts";
import { compileCodec } from "../../src/plan/codec/compile.ts";
import { Member } from "../../src/plan/codec/member.ts";
import { type InputMode, ObjectReader } from "../../src/plan/codec/object-reader.ts";
import { Violations } from "../../src/plan/codec/violations.ts";
import { RowWriter } from "../../src/plan/row-writer.ts";
import type { Field, Fields } from "../../src/schema/field.ts";
import { exampleOf } from "../../src/schema/json-example.ts";
import {
  inputSchema,
  type JsonSchemaOptions,
  type ObjectSchema,
  rowSchema,
  toJsonSchema,
} from "../../src/schema/json-schema.ts";
import { t } from "../../src/schema/t.ts";

const options: JsonSchemaOptions = { use: "input", rowReference: (name) => `#/components/schemas/${name}` };
const output: JsonSchemaOptions = { ...options, use: "output" };
const ajv = new Ajv2020({ strict: false, logger: false });
addFormats.default(ajv);

/** Each field with values near the edge of what it takes. Null is the business of whoever holds the value. */
const fields: Readonly<Record<string, readonly [Field, fc.Arbitrary<JsonValue>]>> = {
  string: [t.string({ minLength: 2, maxLength: 4 }), texts("a", "é", "😀", "\n", "\u007f", "\u0000")],
  text: [t.text({ maxLength: 4 }), texts("a", "\n", "\t", "\u000b", "\u0000")],
  pattern: [t.string({ pattern: /[a-c]+|-/ }), texts("a", "b", "d", "-", "\n")],
  email: [
    t.email(),
    fc.oneof(fc.constantFrom("ada@example.com", "a@b.c", "a b@c.d", "@b.c"), texts("@", "a.b", " ")),
  ],
  url: [
    t.url(),
    fc.constantFrom("https://a.b/c?d#e", "http://a", "ftp://a", "a", "HTTPS://A.B", "https:// a"),
  ],
  uuid: [
    t.uuid(),
    fc.oneof(
      fc.uuid(),
      fc.uuid().map((id) => id.toUpperCase()),
      texts("a", "-"),
    ),
  ],
  ref: [t.ref("User"), fc.oneof(fc.uuid(), texts("a", "-"))],
  id: [t.id(), fc.oneof(fc.uuid(), texts("a"))],
  int32: [t.int32(), fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }), edges())],
  bounded: [
    t.int32({ minimum: -3, maximum: 7 }),
    fc.oneof(fc.integer({ min: -5, max: 9 }), fc.constant(1.5)),
  ],
  float: [t.float({ minimum: 0 }), fc.double({ noNaN: true, noDefaultInfinity: true })],
  int64: [
    t.int64(),
    fc.oneof(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String), texts("1", "-", ".", "+")),
  ],
  decimal: [t.decimal({ precision: 5, scale: 2 }), texts("0", "1", "-", ".", "12")],
  fraction: [t.decimal({ precision: 2, scale: 2 }), texts("0", "1", "-", ".")],
  whole: [t.decimal({ precision: 3, scale: 0 }), texts("0", "1", "-", ".")],
  boolean: [t.boolean(), fc.boolean()],
  bytes: [
    t.bytes(),
    fc.oneof(
      fc.uint8Array().map((bytes) => Buffer.from(bytes).toString("base64")),
      texts("!", "é"),
    ),
  ],
  timestamp: [
    t.timestamp(),
    fc.oneof(moments(), fc.constantFrom("2026-02-30T00:00:00Z", "2026-01-31", "2026-01-31T25:00:00Z")),
  ],
  date: [
    t.date(),
    fc.oneof(
      moments().map((moment) => moment.slice(0, 10)),
      fc.constantFrom("2026-02-30", "2026-1-1"),
    ),
  ],
  enum: [t.enum(["red", "green"]), fc.constantFrom("red", "green", "blue", "")],
  json: [
    t.json(),
    fc
      .jsonValue({ maxDepth: 3 })
      .filter((value) => value !== null)
      .map(toJsonValue),
  ],
  list: [
    t.list(t.int32(), { minItems: 1, maxItems: 3, uniqueItems: true }),
    fc.array(fc.integer({ min: 0, max: 3 })),
  ],
  nullables: [t.list(t.string({ nullable: true })), fc.array(fc.option(texts("a", "\n")))],
};

for (const [name, [field, near]] of Object.entries(fields)) {
  test(`${name}: the codec takes just what the schema does`, () => {
    const codec = compileCodec(field, () => assert.fail());
    const validate = ajv.compile(toJsonSchema(field, options));
    const values = fc.oneof({ weight: 9, arbitrary: near }, { weight: 1, arbitrary: strangers(field) });
    fc.assert(
      fc.property(values, (value) => {
        const violations = new Violations();
        codec.fromJson(value, "", violations);
        assert.equal(
          validate(value),
          !violations.any,
          JSON.stringify([value, validate.errors, violations.list]),
        );
      }),
      { numRuns: 200 },
    );
  });
}

/**
 * Where the two differ, and why: a schema cannot say it, or says what clients should send and not all that is forgiven.
 * `true`: the codec takes it and the schema does not. `false`: the other way round.
 */
const differences: readonly (readonly [string, Field, JsonValue, boolean])[] = [
  ["safe integers are taken for 64 bits, but clients should not send them", t.int64(), 5, true],
  ["so are numbers for decimals", t.decimal({ precision: 5, scale: 2 }), 1.5, true],
  ["bounds of numbers in strings have no keyword", t.int64({ minimum: 5n }), "4", false],
  ["nor do those of decimals", t.decimal({ precision: 5, scale: 2, minimum: "5" }), "4", false],
  ["19 digits may be more than 64 bits", t.int64(), "9999999999999999999", false],
  ["a length in bytes is known only when base64 is decoded", t.bytes({ maxLength: 1 }), "AAAA", false],
  ["lone surrogates are no Unicode text", t.string(), "\ud800", false],
  ["HTML takes hosts without a dot", t.email(), "root@localhost", true],
  ["browsers take addresses that RFC 3986 does not", t.url(), "https://example.com/é", true],
  ["leap seconds have no Date", t.timestamp(), "1998-12-31T23:59:60Z", false],
  ["a Date has no finer digits than these nine", t.timestamp(), "2026-01-31T12:00:00.1234567891Z", false],
  ["depth has no keyword", t.json({ maxDepth: 1 }), [[[]]], false],
  [
    "the order of members tells two items apart",
    t.list(t.json(), { uniqueItems: true }),
    [
      { a: 1, b: 2 },
      { b: 2, a: 1 },
    ],
    true,
  ],
  ["flags have no place in a schema", t.string({ pattern: /a/i }), "b", false],
];

for (const [why, field, value, forgiven] of differences) {
  test(`differs: ${why}`, () => {
    const violations = new Violations();
    compileCodec(field, () => assert.fail()).fromJson(value, "", violations);
    assert.equal(!violations.any, forgiven);
    assert.equal(ajv.validate(toJsonSchema(field, options), value), !forgiven);
  });
}

const row: Fields = {
  id: t.id(),
  title: t.string(),
  note: t.string({ optional: true }),
  kind: t.enum(["a", "b"], { nullable: true }),
  level: t.int32({ default: 1 }),
  author: t.ref("User", { optional: true }),
  place: t.object({ city: t.string(), zip: t.string({ optional: true }) }, { optional: true }),
};
const members = Object.entries(row).map(([name, field]) => {
  const key = field.shape.kind === "ref" ? `${name}Id` : name;
  return new Member(
    key,
    key,
    field,
    compileCodec(field, () => assert.fail()),
  );
});
const rowId = "0190b1c2-7b1e-7cc3-98c4-dc0c0c07398f";
const places = fc.constantFrom<JsonValue>(
  null,
  {},
  { city: "x" },
  { city: "x", zip: null },
  { city: 1 },
  { city: "x", z: 1 },
);
const rows: fc.Arbitrary<JsonValue> = fc
  .record(
    {
      id: fc.constant(rowId),
      title: fc.constantFrom<JsonValue>("x", null, 1),
      note: fc.constantFrom<JsonValue>("x", null),
      kind: fc.constantFrom<JsonValue>("a", null, "c"),
      level: fc.constantFrom<JsonValue>(1, null),
      authorId: fc.constantFrom<JsonValue>(rowId, null, "x"),
      place: places,
      other: fc.constant(1),
    },
    { requiredKeys: [] },
  )
  .map(toJsonValue);

for (const mode of ["operation", "row", "patch"] satisfies readonly InputMode[]) {
  test(`inputs (${mode}): the reader takes just what the schema does`, () => {
    // An operation's input has no member that is ignored.
    const read = mode === "operation" ? members : members.filter(({ field }) => !field.readOnly);
    const reader = new ObjectReader(read, mode, mode === "operation" ? [] : ["id"]);
    const validate = ajv.compile(inputSchema(members, mode, options));
    fc.assert(
      fc.property(rows, (value) => {
        const violations = new Violations();
        reader.read(value, "fromJson", "", violations);
        assert.equal(
          validate(value),
          !violations.any,
          JSON.stringify([value, validate.errors, violations.list]),
        );
      }),
      { numRuns: 500 },
    );
  });
}

test("what the row writer writes is valid under the row's schema", () => {
  const writer = new RowWriter(members, "1");
  const validate = ajv.compile(rowSchema(members, output));
  const rows = fc.record({
    id: fc.uuid(),
    title: fc.string(),
    note: fc.option(fc.constant("x")),
    kind: fc.constantFrom("a", "b", null),
    level: fc.integer(),
    authorId: fc.option(fc.uuid()),
    place: fc.option(fc.record({ city: fc.constant("x"), zip: fc.constantFrom("1", undefined) })),
  });
  fc.assert(
    fc.property(rows, (value) => {
      assert.ok(validate(JSON.parse(writer.write(value))), JSON.stringify(validate.errors));
    }),
    { numRuns: 200 },
  );
});

test("defaults, words and flags are told", () => {
  const field = t.int64({
    default: 5n,
    deprecated: "use x",
    description: "How many.",
    minimum: 1n,
    optional: true,
  });
  assert.deepEqual(toJsonSchema(field, options), {
    type: ["string", "null"],
    format: "int64",
    pattern: "^-?[0-9]{1,19}$",
    description: "How many.\n\nAt least 1.\n\nDeprecated: use x",
    default: "5",
    deprecated: true,
  });
  const { properties }: ObjectSchema = rowSchema([{ wire: "a", field: t.string({ default: "x" }) }], output);
  assert.ok(!JSON.stringify(properties).includes("default"));
});

test("rows are references, null beside them where they may be null", () => {
  const post = { name: "Post" };
  assert.deepEqual(toJsonSchema(t.row(post), output), { $ref: "#/components/schemas/Post" });
  assert.deepEqual(toJsonSchema(t.row(post, { nullable: true }), output), {
    anyOf: [{ $ref: "#/components/schemas/Post" }, { type: "null" }],
  });
});

test("examples meet the rules of their fields", () => {
  for (const [name, [field]] of Object.entries(fields)) {
    const example = exampleOf(name, field, () => undefined);
    if (example === undefined) continue;
    const violations = new Violations();
    compileCodec(field, () => assert.fail()).fromJson(example, name, violations);
    assert.deepEqual(violations.list, [], name);
  }
});

/** Values of other types. Numbers are taken for numbers in strings, so those are left out there. */
function strangers({ shape }: Field): fc.Arbitrary<JsonValue> {
  const forgiving = shape.kind === "int64" || shape.kind === "decimal";
  return fc.constantFrom<JsonValue>("x", true, ...(forgiving ? [] : [0, 2.5]), {});
}

function texts(...parts: readonly string[]): fc.Arbitrary<string> {
  return fc.array(fc.constantFrom(...parts), { maxLength: 6 }).map((chosen) => chosen.join(""));
}

function edges(): fc.Arbitrary<number> {
  return fc.constantFrom(2147483647, 2147483648, -2147483648, -2147483649, 0, -0, 1e300);
}

/** Far enough from the year 0 that no offset leads before it. */
function moments(): fc.Arbitrary<string> {
  const dates = fc.date({ min: new Date("0001-01-02"), max: new Date("9999-12-30"), noInvalidDate: true });
  return fc
    .tuple(dates, fc.constantFrom("Z", "z", "+05:30", "-23:59"))
    .map(([date, zone]) => date.toISOString().replace("Z", zone));
}

function toJsonValue(value: unknown): JsonValue {
  return JSON.parse(JSON.stringify(value));
}
