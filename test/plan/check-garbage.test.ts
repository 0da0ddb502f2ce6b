import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { checkDefinition } from "../../src/plan/check.ts";
import { compileApi } from "../../src/plan/compile.ts";
import { DefinitionError } from "../../src/plan/mistakes.ts";
import { loose, Post, User } from "./definitions.ts";

const scalars = fc.oneof(
  fc.constantFrom<unknown>(
    undefined,
    null,
    true,
    false,
    0,
    -1,
    1.5,
    5,
    NaN,
    7n,
    "",
    "a",
    "5m",
    "User",
    "__proto__",
  ),
  fc.constantFrom<unknown>(
    [],
    {},
    [null],
    [1],
    /a/g,
    new Date(),
    Symbol.iterator,
    () => undefined,
    User,
    User.get,
  ),
  fc.constantFrom<unknown>(User.fields.name, new Map(), Object.create(null), new Uint8Array(1), [[User, 1]]),
  fc.string({ maxLength: 6 }),
);
const names = fc.oneof(
  fc.constantFrom("a", "id", "name", "toString", "__proto__", "a-b", "x".repeat(70), "User", "User", "Post"),
  scalars,
);

/** Mostly an option that there is, with a value that it may not take. */
function options(...keys: readonly string[]): fc.Arbitrary<Record<string, unknown>> {
  return fc.dictionary(fc.constantFrom(...keys, "extra"), scalars, { maxKeys: 4 });
}

/** What a maker makes of garbage; what it refuses itself is left as garbage. */
function made<T>(make: () => T): unknown {
  try {
    return make();
  } catch {
    return null;
  }
}

const flags = ["optional", "nullable", "default", "readOnly", "writeOnly", "unique", "indexed", "deprecated"];
const rules = ["minLength", "maxLength", "minimum", "maximum", "pattern", "precision", "scale", "maxItems"];
const sorts = fc.constantFrom(
  ...([
    "string",
    "email",
    "id",
    "uuid",
    "int32",
    "int64",
    "decimal",
    "boolean",
    "bytes",
    "date",
    "json",
  ] as const),
);
const plain = fc
  .tuple(sorts, options(...flags, ...rules, "description", "formerly"))
  .map(([sort, stated]) => made(() => loose.t[sort](stated)));
const field: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  field: fc.oneof(
    { maxDepth: 3 },
    plain,
    scalars,
    fc.tuple(scalars, options(...flags)).map(([words, stated]) => made(() => loose.t.enum(words, stated))),
    fc
      .tuple(scalars, options("inverse", "onDelete"))
      .map(([to, stated]) => made(() => loose.t.ref(to, stated))),
    fc.tuple(scalars, options(...flags)).map(([of, stated]) => made(() => loose.t.row(of, stated))),
    fc
      .tuple(tie("field"), options("minItems", "uniqueItems"))
      .map(([of, stated]) => made(() => loose.t.list(of, stated))),
    fc
      .dictionary(fc.string({ maxLength: 3 }), tie("field"), { maxKeys: 3 })
      .map((of) => made(() => loose.t.object(of))),
  ),
})).field;
const fields = fc.dictionary(fc.constantFrom("id", "name", "a", "constructor"), field, { maxKeys: 3 });
const resourceKeys = [
  "plural",
  "methods",
  "handlers",
  "related",
  "cache",
  "allow",
  "pageSize",
  "batchMax",
  "notFound",
  "errors",
];
const aResource = fc
  .tuple(names, fields, options(...resourceKeys, "requireMatch", "deadline"))
  .map(([name, of, stated]) =>
    made(() => loose.resource(name, { fields: { id: loose.t.id(), ...of }, ...stated })),
  );
const operationKeys = [
  "on",
  "scope",
  "errors",
  "allow",
  "deadline",
  "rest",
  "cache",
  "idempotencyKey",
  "messages",
  "handle",
];
const anOperation = fc
  .tuple(fc.constantFrom("query", "command", "subscription"), names, fields, field, options(...operationKeys))
  .map(([sort, name, input, output, stated]) =>
    made(() => loose[sort](name, { input, output, handle: () => 1, ...stated })),
  );
const aVersion = fc
  .tuple(names, options("renamed", "absent", "converted", "deprecated", "sunset", "link"))
  .map(([name, stated]) => made(() => loose.version(name, stated)));
const aChannel = fc
  .tuple(names, field)
  .map(([path, message]) => made(() => loose.channel(path, { message })));
const anError = fc
  .tuple(names, options("kind", "message", "details"))
  .map(([code, stated]) => made(() => loose.error(code, stated)));

const definition = fc
  .record({
    resources: fc.oneof(
      fc.array(fc.oneof(aResource, fc.constantFrom(User, Post)), { maxLength: 3 }),
      scalars,
    ),
    operations: fc.oneof(fc.array(anOperation, { maxLength: 2 }), scalars),
    versions: fc.oneof(fc.constant(undefined), fc.array(aVersion, { maxLength: 2 }), scalars),
    channels: fc.oneof(fc.array(aChannel, { maxLength: 2 }), scalars),
    errors: fc.oneof(fc.array(anError, { maxLength: 2 }), scalars),
    others: options("defaultVersion", "authenticate", "seed", "deadline", "title"),
  })
  .map(({ others, ...parts }) => loose.api("shop", { ...parts, ...others }));

test("a definition of garbage is compiled, or refused with its mistakes", () => {
  fc.assert(
    fc.property(definition, (api) => {
      checkDefinition(api);
      try {
        compileApi(api);
      } catch (thrown) {
        assert.ok(thrown instanceof DefinitionError, thrown instanceof Error ? thrown : undefined);
        for (const { place, message, mend } of thrown.mistakes) assert.ok(place && message && mend);
      }
    }),
    { numRuns: 1000 },
  );
});

test("what is left of a definition after one part was broken is compiled or refused", () => {
  const parts = { resources: [User, Post], versions: [loose.version("1")], operations: [] };
  fc.assert(
    fc.property(
      fc.constantFrom("resources", "operations", "versions", "channels", "errors"),
      scalars,
      (part, value) => {
        assert.doesNotThrow(() => checkDefinition(loose.api("shop", { ...parts, [part]: value })));
        assert.doesNotThrow(() => checkDefinition(loose.api("shop", { ...parts, [part]: [value] })));
      },
    ),
  );
});
