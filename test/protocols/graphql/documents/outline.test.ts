import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  type DocumentNode,
  GraphQLError,
  Kind,
  Lexer,
  parse,
  Source,
  specifiedRules,
  TokenKind,
  validate,
  visit,
} from "graphql";
import blog from "../../../../examples/blog/api.ts";
import { defaultLimits, type GraphqlLimits } from "../../../../src/protocols/graphql/documents/limits.ts";
import type { OutlineSet } from "../../../../src/protocols/graphql/documents/outline/outline.ts";
import { readOutline } from "../../../../src/protocols/graphql/documents/outline/read-outline.ts";
import { Tokens, tokenKind } from "../../../../src/protocols/graphql/documents/outline/tokens.ts";
import { readDocument } from "../../../../src/protocols/graphql/documents/read.ts";
import { RequestErrors } from "../../../../src/protocols/graphql/documents/request-errors.ts";
import { Validation } from "../../../../src/protocols/graphql/documents/validation.ts";
import { toGraphqlSchema } from "../../../../src/protocols/graphql/model/graphql-schema.ts";
import { DocumentMaker } from "../execute/random-documents.ts";
import { modelOf } from "../model/build.ts";

const model = modelOf(blog);
const schema = toGraphqlSchema(model);
const validation = new Validation(schema, specifiedRules);
const unlimited: GraphqlLimits = {
  ...defaultLimits,
  repeats: 2_000,
  rootFields: 2_000,
  aliases: 2_000,
  fields: 5_000,
};
const words = {
  ids: ["1"],
  texts: ["a", "", "x y", '\u{1f600}\\"\n'],
  filters: ['title = "A"'],
  orders: ["title desc"],
};

/** What graphql's lexer reads, up to what is no token. */
function expectedTokens(text: string): { readonly tokens: readonly unknown[]; readonly isWhole: boolean } {
  const lexer = new Lexer(new Source(text));
  const tokens: unknown[] = [];
  try {
    for (let token = lexer.advance(); token.kind !== TokenKind.EOF; token = lexer.advance())
      tokens.push([kindOf(token.kind, text[token.start] ?? ""), token.start, token.end]);
  } catch (thrown) {
    assert.ok(thrown instanceof GraphQLError);
    return { tokens, isWhole: false };
  }
  return { tokens, isWhole: true };
}

function kindOf(kind: TokenKind, first: string): number {
  switch (kind) {
    case TokenKind.NAME:
      return tokenKind.name;
    case TokenKind.INT:
    case TokenKind.FLOAT:
      return tokenKind.number;
    case TokenKind.STRING:
    case TokenKind.BLOCK_STRING:
      return tokenKind.string;
    default:
      return first.charCodeAt(0);
  }
}

const pieces = fc.oneof(
  fc.constantFrom(..."{}()[]:=!$@|&.,\"'\\-#".split("")),
  fc.constantFrom("...", '"""', '\\"""', '""', "\n", "\r", "\r\n", "\t", " ", "\ufeff", "on", "name", "_0"),
  fc.constantFrom(
    "0",
    "-1",
    "1.5",
    "1e3",
    "-0.1E-9",
    "00",
    "1.",
    "1a",
    "1.5.",
    "-",
    "\\u0041",
    "\\u{1F600}",
    "\\n",
  ),
  fc.constantFrom(
    '"a"',
    '"\\""',
    '"a\\\\"',
    '"""a"b""c"""',
    '"""\\""" x"""',
    "# note\n",
    "#\r",
    "\u00e9",
    "\u{1f600}",
  ),
  fc.string({ unit: "binary", maxLength: 3 }),
);

test("tokens stand where graphql's lexer finds them", () => {
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 25 }), (parts) => {
      const text = parts.join("");
      const { tokens, isWhole } = expectedTokens(text);
      const ours = new Tokens(text);
      for (const expected of tokens) {
        ours.advance();
        assert.deepEqual([ours.kind, ours.start, ours.end], expected, JSON.stringify(text));
      }
      ours.advance();
      if (isWhole) assert.equal(ours.kind, tokenKind.end, JSON.stringify(text));
    }),
    { numRuns: 3_000 },
  );
});

/** A document, in which some parts may have been left out, doubled or put for others. */
const documents = fc
  .record({
    seed: fc.integer(),
    changes: fc.array(fc.record({ at: fc.nat(), from: fc.nat(), kind: fc.nat(3) }), { maxLength: 3 }),
  })
  .map(({ seed, changes }) => {
    const { text } = new DocumentMaker(model, { ...words }, seed).query();
    const parts = text.split(/\b/);
    for (const { at, from, kind } of changes) {
      const other = parts[from % parts.length] ?? "";
      const place = at % parts.length;
      if (kind === 0) parts.splice(place, 1);
      else if (kind === 1) parts.splice(place, 0, other);
      else parts[place] = kind === 2 ? other : "nothing";
    }
    return parts.join("");
  });

function refusalOf(text: string): RequestErrors | null {
  try {
    readDocument(text, { schema, limits: unlimited, validation });
    return null;
  } catch (thrown) {
    assert.ok(thrown instanceof RequestErrors, `${String(thrown)}: ${text}`);
    return thrown;
  }
}

function told(
  errors: readonly { readonly message: string; readonly locations?: unknown }[],
): readonly string[] {
  return errors.map(({ message, locations }) => JSON.stringify([message, locations])).sort();
}

function parsed(text: string): DocumentNode | GraphQLError {
  try {
    return parse(text);
  } catch (thrown) {
    assert.ok(thrown instanceof GraphQLError);
    return thrown;
  }
}

test("what is refused, and with which words and places, is what graphql refuses", () => {
  const counts = { valid: 0, syntax: 0, invalid: 0 };
  fc.assert(
    fc.property(documents, (text) => {
      const refusal = refusalOf(text);
      const document = parsed(text);
      if (document instanceof GraphQLError) {
        counts.syntax++;
        // Where names are unknown, or a schema is defined, syntax is not asked for.
        assert.ok(refusal !== null, text);
        const code = refusal.errors[0]?.extensions["code"];
        if (code === "DOCUMENT_SYNTAX") assert.deepEqual(told(refusal.errors), told([document]), text);
        return;
      }
      const expected = validate(schema, document, specifiedRules, { maxErrors: 1_000 });
      if (expected.length === 0) counts.valid++;
      else counts.invalid++;
      assert.equal(refusal === null, expected.length === 0, `${expected[0]?.message} ${text}`);
      const all = new Set(told(expected));
      const others = told(refusal?.errors ?? []).filter((each) => !all.has(each));
      const isCut = (refusal?.errors.length ?? 0) > 20;
      if (!isCut) assert.deepEqual(others, [], text);
      const conflicts = expected.filter(({ message }) => message.startsWith("Fields "));
      const isCycle = refusal?.errors[0]?.message.startsWith("Cannot spread fragment");
      if (!isCut && isCycle !== true && conflicts.length === 0)
        assert.deepEqual(told(refusal?.errors ?? []), told(expected), text);
    }),
    { numRuns: 1_500 },
  );
  for (const [what, count] of Object.entries(counts)) assert.ok(count > 50, `only ${count}: ${what}`);
});

test("of a long document nothing is refused that graphql takes, though it is not parsed", () => {
  const counts = { valid: 0, invalid: 0, unparsed: 0 };
  const many = Array.from({ length: 350 }, (_, at) => `t${at}: __typename`).join(" ");
  fc.assert(
    fc.property(documents, (text) => {
      const long = text.replace("{", `{ ${many} `);
      const refusal = refusalOf(long);
      const document = parsed(long);
      if (document instanceof GraphQLError) return assert.ok(refusal !== null, text);
      const expected = validate(schema, document, specifiedRules);
      assert.equal(refusal === null, expected.length === 0, `${refusal?.errors[0]?.message} ${text}`);
      if (expected.length === 0) counts.valid++;
      else counts.invalid++;
      const words = new Set(expected.map(({ message }) => message));
      if (refusal?.errors.some(({ message }) => !words.has(message))) counts.unparsed++;
    }),
    { numRuns: 250 },
  );
  for (const [what, count] of Object.entries(counts)) assert.ok(count > 5, `only ${count}: ${what}`);
});

test("an outline has as many selections, aliases, directives and spreads as the document", () => {
  fc.assert(
    fc.property(documents, (text) => {
      const document = parsed(text);
      if (document instanceof GraphQLError || refusalOf(text) !== null) return;
      const outline = readOutline(text, schema, unlimited);
      assert.ok(outline !== null);
      const sizes = [...outline.operations, ...outline.fragments].map(({ selections }) => sizeOf(selections));
      assert.deepEqual(sizes, document.definitions.map(countsOf), text);
    }),
    { numRuns: 500 },
  );
});

interface Size {
  readonly selections: number;
  readonly aliases: number;
  readonly directives: number;
  readonly spreads: number;
}

function sizeOf({ size, aliases, directives, spreads, fields }: OutlineSet): Size {
  const below = [...fields.values()].flatMap((field) => field.below.map(sizeOf));
  const sum = (of: keyof Size) => below.reduce((total, each) => total + each[of], 0);
  return {
    selections: size + sum("selections"),
    aliases: aliases + sum("aliases"),
    directives: directives + sum("directives"),
    spreads: spreads.length + sum("spreads"),
  };
}

function countsOf(definition: DocumentNode["definitions"][number]): Size {
  const counts = { selections: 0, aliases: 0, directives: 0, spreads: 0 };
  visit(definition, {
    enter: (node) => {
      if (node.kind === Kind.FIELD && node.alias !== undefined) counts.aliases++;
      if (node.kind === Kind.FRAGMENT_SPREAD) counts.spreads++;
      if (
        node.kind !== Kind.FIELD &&
        node.kind !== Kind.INLINE_FRAGMENT &&
        node.kind !== Kind.FRAGMENT_SPREAD
      )
        return;
      counts.selections++;
      counts.directives += node.directives?.length ?? 0;
    },
  });
  return counts;
}

test("more unknown names than are told are found where validation would find them", () => {
  const many = (part: (index: number) => string): string =>
    Array.from({ length: 30 }, (_, at) => part(at)).join(" ");
  const cases: readonly string[] = [
    `{ users { ${many((at) => `f${at}`)} } }`,
    `query {\n users(${many((at) => `a${at}: 1`)}) { id } }`,
    `query(${many((at) => `$v${at}: ID`)}) { __typename }`,
    `query Named(${many((at) => `$v${at}: ID`)}) { __typename }`,
    `{ users { ...F } } fragment F on User {\n ... { ${many((at) => `g${at}`)} } }`,
    `{ ${many((at) => `u${at}: user(id: $x${at}) { id }`)} }`,
    `query Named { ${many((at) => `u${at}: user(id: $x${at}) { id }`)} }`,
    `{ users { ${many((at) => `id @d${at}`)} } }`,
    `{ users { id @skip(if: true, ${many((at) => `d${at}: 1`)}) } }`,
    many(() => "{ users { id } }"),
  ];
  for (const text of cases) {
    const refusal = refusalOf(text);
    const expected = new Set(
      validate(schema, parse(text), specifiedRules, { maxErrors: 1_000, hideSuggestions: true }).map(
        ({ message, locations }) => JSON.stringify([message, locations]),
      ),
    );
    const found = told(refusal?.errors.slice(0, 20) ?? []);
    assert.equal(refusal?.errors.length, 21, text);
    assert.match(refusal?.errors[20]?.message ?? "", /Too many validation errors/);
    for (const each of found) assert.ok(expected.has(each), `${each} ${[...expected].slice(0, 3)}`);
  }
});

test("values that are no values of their type are found in a long document", () => {
  const long = "__typename ".repeat(1_001);
  for (const [argument, message] of [
    ["id: [1, 2]", 'Expected value of type "ID", found a list.'],
    ["id: { a: 1 }", 'Expected value of type "ID", found an object.'],
    ["id: 1, id: 2", 'There can be only one argument named "id".'],
  ] as const)
    assert.deepEqual(
      refusalOf(`{ user(${argument}) { id } ${long} }`)?.errors.map((each) => [each.message, each.locations]),
      [[message, [{ line: 1, column: argument.includes("id: 1,") ? 15 : 12 }]]],
    );
});

test("what no schema has is refused by one word of it", () => {
  assert.deepEqual(
    [
      "subscription { nothing }",
      "type A { id: ID }",
      "extend schema @a { query: Q }",
      "directive @b on FIELD",
    ].map((text) => refusalOf(text)?.errors.map(({ message }) => message)),
    [
      "subscription { nothing }",
      "type A { id: ID }",
      "extend schema @a { query: Q }",
      "directive @b on FIELD",
    ].map((text) =>
      validate(schema, parse(text))
        .map(({ message }) => message)
        .slice(0, 1),
    ),
  );
});
