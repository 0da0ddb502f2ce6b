import assert from "node:assert/strict";
import { test } from "node:test";
import { error, type Field, type Fields, query, resource, t } from "fourfold";
import { checkDefinition } from "../../src/plan/check.ts";
import { apiOf, loose, untyped } from "./definitions.ts";

/** Where the field `x` of a resource has a mistake, and a part of what is said of it. */
type Row = readonly [name: string, field: Field, message: RegExp, place?: string];

const rows: readonly Row[] = [
  ["no field type", untyped("text"), /not a field type/],
  [
    "an unknown option",
    loose.t.string({ minLenght: 1 }),
    /unknown option "minLenght".*Did you mean minLength/,
  ],
  [
    "minLength over maxLength",
    t.string({ minLength: 3, maxLength: 2 }),
    /minLength \(3\) over its maxLength/,
  ],
  ["a negative length", t.text({ maxLength: -1 }), /maxLength -1/],
  ["a length that is text", loose.t.text({ maxLength: "5" }), /maxLength "5"/],
  ["a pattern that is text", loose.t.string({ pattern: "[a-z]" }), /pattern "\[a-z\]".*regular expression/],
  ["minimum over maximum", t.int32({ minimum: 5, maximum: 4 }), /minimum \(5\) over its maximum \(4\)/],
  ["minimum over maximum, 64 bits", t.int64({ minimum: 5n, maximum: 4n }), /minimum \(5n\) over/],
  [
    "minimum over maximum, decimal",
    t.decimal({ precision: 4, scale: 2, minimum: "10", maximum: "9" }),
    /over its max/,
  ],
  ["a minimum of another type", t.int32({ minimum: 1.5 }), /minimum 1.5: it must be a whole number/],
  ["a minimum beyond 64 bits", loose.t.int64({ minimum: 2n ** 64n }), /minimum 18446744073709551616n/],
  ["a precision of 19", t.decimal({ precision: 19, scale: 2 }), /precision 19.*1 to 18/],
  ["a scale over the precision", t.decimal({ precision: 2, scale: 3 }), /scale 3/],
  ["no words", loose.t.enum([]), /no words/],
  ["a word twice", t.enum(["a", "b", "a"]), /"a" twice/],
  ["words alike in .proto", t.enum(["inProgress", "in_progress"]), /cannot tell apart/],
  ["a word with a hyphen", t.enum(["in-progress"]), /"in-progress", which cannot be a name in GraphQL/],
  ["a word that GraphQL knows", t.enum(["true"]), /"true"/],
  [
    "minItems over maxItems",
    t.list(t.string(), { minItems: 2, maxItems: 1 }),
    /minItems \(2\) over its maxItems/,
  ],
  ["an element that is none", loose.t.list(5), /not a field type/, "Thing.x[]"],
  [
    "an element with a default",
    t.list(t.string({ default: "a" })),
    /item of a list and has a default/,
    "Thing.x[]",
  ],
  ["an object without fields", t.object({}), /without fields/],
  ["a mistake in an object", t.object({ y: t.string({ minLength: -1 }) }), /minLength -1/, "Thing.x.y"],
  ["a unique member of an object", t.object({ y: t.string({ unique: true }) }), /option unique/, "Thing.x.y"],
  [
    "a read-only member of an object",
    t.object({ y: t.string({ readOnly: true }) }),
    /read-only/,
    "Thing.x.y",
  ],
  ["a depth that is none", t.json({ maxDepth: -1 }), /maxDepth -1/],
  [
    "a default under the minimum",
    t.int32({ minimum: 1, default: 0 }),
    /default 0, which breaks its own rule/,
  ],
  ["a default of another type", loose.t.timestamp({ default: "now" }), /default "now", which breaks/],
  ["a default that is no word", loose.t.enum(["a"], { default: "b" }), /default "b", which breaks.*one of a/],
  ["null as default", loose.t.string({ default: null }), /null as its default/],
  ["a default and optional", t.string({ default: "a", optional: true }), /optional and has a default/],
  [
    "read-only and write-only",
    t.string({ readOnly: true, writeOnly: true, optional: true }),
    /nobody could use/,
  ],
  ["read-only and required", t.string({ readOnly: true }), /no row could be created.*default/],
  ["unique on a list", t.list(t.string(), { unique: true }), /is unique, and list has no useful index/],
  ["unique on text", t.text({ unique: true }), /is unique, and text has no useful index.*maxLength/],
  ["indexed on JSON", t.json({ indexed: true }), /is indexed, and json/],
  ["unique by something else", loose.t.string({ unique: "yes" }), /neither true nor an error/],
  ["an id under another name", t.id(), /an id, and its name is not id/],
  ["a whole row", t.row(resource("Other", { fields: { id: t.id() } })), /only outputs/],
  ["a reference to nothing", loose.t.ref(undefined), /something that is not a resource/],
  [
    "a reference to an unknown name",
    t.ref("Thyng"),
    /"Thyng", which the API does not have.*Did you mean Thing/,
  ],
  [
    "a reference to a stranger",
    t.ref(() => resource("Other", { fields: { id: t.id() } })),
    /refers to Other/,
  ],
  ["a reference that throws", loose.t.ref(() => missing()), /cannot be read: not yet/],
  ["setNull, and required", t.ref("Thing", { onDelete: "setNull" }), /may not be null.*optional: true/],
  [
    "an unknown onDelete",
    loose.t.ref("Thing", { onDelete: "cascad" }),
    /onDelete "cascad".*Did you mean cascade/,
  ],
  ["an inverse that is a field", t.ref("Thing", { inverse: "x" }), /inverse x, which is a field of Thing/],
  [
    "an inverse of another form",
    t.ref("Thing", { inverse: "All-things" }),
    /inverse "All-things".*allThings/,
  ],
  ["a description that is none", loose.t.string({ description: 5 }), /description that is not text/],
  ["a former name in use", t.string({ formerly: "id" }), /"id", which is the name of a field today/],
];

function missing(): never {
  throw new Error("not yet");
}

for (const [name, field, message, place = "Thing.x"] of rows) {
  test(`a field with ${name}`, () => {
    const Thing = resource("Thing", { fields: { id: t.id(), x: field } });
    const [mistake, ...more] = checkDefinition(apiOf({ resources: [Thing] })).list;
    assert.deepEqual(more, []);
    assert.equal(mistake?.place, place);
    assert.match(`${mistake?.message}: ${mistake?.mend}`, message);
    assert.notEqual(mistake?.mend, "");
  });
}

const members: readonly (readonly [name: string, fields: Fields, place: string, message: RegExp])[] = [
  [
    "an unknown option of its id",
    { id: loose.t.id({ unique: true }) },
    "Thing.id",
    /option unique, and an id takes only description/,
  ],
  ["no id", { title: t.string() }, "Thing", /has no id: Add id: t.id\(\)/],
  ["an id of another type", { id: t.uuid() }, "Thing.id", /of the type uuid: Write id: t.id\(\)/],
  [
    "a dangerous name",
    { id: t.id(), constructor: t.string() },
    "Thing.constructor",
    /every JavaScript object/,
  ],
  [
    "another dangerous name",
    { id: t.id(), toString: t.string() },
    "Thing.toString",
    /every JavaScript object/,
  ],
  ["the most dangerous name", untyped({ id: t.id(), __proto__: { a: 5 } }), "Thing.__proto__", /"__proto__"/],
  ["a name in snake case", { id: t.id(), first_name: t.string() }, "Thing.first_name", /such as firstName/],
  ["a name in upper case", { id: t.id(), Name: t.string() }, "Thing.Name", /such as name/],
  ["a long name", { id: t.id(), ["a".repeat(64)]: t.string() }, `Thing.${"a".repeat(64)}`, /64 characters/],
  ["a reserved name", { id: t.id(), ifVersion: t.int32() }, "Thing.ifVersion", /ifVersion/],
  [
    "a name that a reference has",
    { id: t.id(), parent: t.ref("Thing"), parentId: t.string() },
    "Thing.parentId",
    /is parentId in rows, and parentId is there already/,
  ],
  [
    "names of one column",
    { id: t.id(), userID: t.int32(), userId: t.int32() },
    "Thing.userId",
    /userID is there/,
  ],
];

for (const [name, fields, place, message] of members) {
  test(`a resource with ${name}`, () => {
    const [mistake, ...more] = checkDefinition(apiOf({ resources: [resource("Thing", { fields })] })).list;
    assert.deepEqual(more, []);
    assert.equal(mistake?.place, place);
    assert.match(`${mistake?.message}: ${mistake?.mend}`, message);
  });
}

test("every sort of field with all of its rules is right", () => {
  const Taken = error("CODE_TAKEN", { kind: "already_exists", details: { code: t.string() } });
  const Thing = resource("Thing", {
    fields: {
      id: t.id(),
      code: t.string({ minLength: 1, maxLength: 9, pattern: /[A-Z]+/, unique: Taken, default: "A" }),
      note: t.text({ optional: true, nullable: true, sensitive: true, deprecated: "unused" }),
      mail: t.email({ unique: true, writeOnly: true }),
      site: t.url({ nullable: true, default: null }),
      key: t.uuid({ indexed: true, formerly: "token" }),
      count: t.int32({ minimum: 0, maximum: 0, default: 0 }),
      total: t.int64({ minimum: -1n, maximum: 1n, readOnly: true, default: 0n }),
      price: t.decimal({ precision: 18, scale: 2, minimum: "9.5", maximum: "10" }),
      rate: t.float({ minimum: 0.5 }),
      on: t.boolean({ default: false }),
      blob: t.bytes({ maxLength: 10 }),
      at: t.timestamp({ readOnly: true, optional: true }),
      day: t.date({ default: "2026-02-28" }),
      state: t.enum(["draft", "Published", "in_review"], { default: "draft" }),
      meta: t.json({ maxDepth: 4, default: { a: [1] } }),
      tags: t.list(t.string({ maxLength: 9 }), { minItems: 0, maxItems: 3, uniqueItems: true, default: [] }),
      place: t.object({ city: t.string(), zip: t.string({ optional: true }) }, { optional: true }),
      parent: t.ref("Thing", { optional: true, onDelete: "setNull", inverse: "children" }),
    },
  });
  const find = query("find", {
    on: Thing,
    output: { items: t.list(t.row(Thing)) },
    handle: () => ({ items: [] }),
  });
  assert.deepEqual(checkDefinition(apiOf({ resources: [Thing], operations: [find] })).list, []);
});
