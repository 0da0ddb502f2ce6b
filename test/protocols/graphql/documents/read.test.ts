import assert from "node:assert/strict";
import { test } from "node:test";
import {
  buildSchema,
  getIntrospectionQuery,
  NoSchemaIntrospectionCustomRule,
  specifiedRules,
  type ValidationRule,
} from "graphql";
import { defaultLimits, type GraphqlLimits } from "../../../../src/protocols/graphql/documents/limits.ts";
import { type DocumentRules, readDocument } from "../../../../src/protocols/graphql/documents/read.ts";
import { RequestErrors } from "../../../../src/protocols/graphql/documents/request-errors.ts";
import { Validation } from "../../../../src/protocols/graphql/documents/validation.ts";

const schema = buildSchema(`
  type Query { user(id: ID, in: Filter): User users: [User!]! }
  input Filter { name: String, all: [Filter!] }
  type User { id: ID! name: String! friends: [User!]! }
`);

function rulesOf(limits: GraphqlLimits, rules: readonly ValidationRule[]): DocumentRules {
  return { schema, limits, validation: new Validation(schema, rules) };
}

function refusal(text: string, limits: Partial<GraphqlLimits> = {}): RequestErrors {
  try {
    readDocument(text, rulesOf({ ...defaultLimits, ...limits }, specifiedRules));
  } catch (thrown) {
    assert.ok(thrown instanceof RequestErrors, String(thrown));
    return thrown;
  }
  throw new assert.AssertionError({ message: `not refused: ${text.slice(0, 80)}` });
}

function limitOf({ errors }: RequestErrors): unknown {
  assert.equal(errors[0]?.extensions["code"], "DOCUMENT_TOO_COMPLEX");
  const details = errors[0]?.extensions["details"];
  return typeof details === "object" && details !== null && "limit" in details ? details["limit"] : null;
}

test("syntax errors are told with their place", () => {
  const { errors, status } = refusal("{ user(id: 1) {\n  id ) }");
  assert.equal(status, 400);
  assert.equal(errors[0]?.extensions["code"], "DOCUMENT_SYNTAX");
  assert.deepEqual(errors[0]?.locations, [{ line: 2, column: 6 }]);
});

test("what does not fit the schema is told, every bit of it, with its place", () => {
  const { errors } = refusal("{ user(id: 1) { id title } usrs { id } }");
  assert.deepEqual(
    errors.map(({ extensions, locations }) => [extensions["code"], locations]),
    [
      ["DOCUMENT_INVALID", [{ line: 1, column: 20 }]],
      ["DOCUMENT_INVALID", [{ line: 1, column: 28 }]],
    ],
  );
});

test("the usual introspection query is within the limits, and can be refused by a rule", () => {
  const text = getIntrospectionQuery({
    descriptions: true,
    specifiedByUrl: true,
    directiveIsRepeatable: true,
    schemaDescription: true,
    inputValueDeprecation: true,
  });
  readDocument(text, rulesOf(defaultLimits, specifiedRules));
  assert.throws(
    () => readDocument(text, rulesOf(defaultLimits, [...specifiedRules, NoSchemaIntrospectionCustomRule])),
    RequestErrors,
  );
});

const friends = (depth: number): string =>
  `{ users ${"{ friends ".repeat(depth)} { id } ${"}".repeat(depth + 1)}`;

test("each limit holds, and what is just within it passes", () => {
  const limits = { depth: 4, aliases: 2, rootFields: 2, directives: 2, repeats: 3, fields: 12, tokens: 60 };
  const read = (text: string): unknown =>
    readDocument(text, rulesOf({ ...defaultLimits, ...limits }, specifiedRules));
  read(friends(2));
  assert.equal(limitOf(refusal(friends(3), limits)), "depth");
  read("{ a: users { id } b: users { id } }");
  assert.equal(limitOf(refusal("{ users { a: id b: id c: id } }", limits)), "aliases");
  assert.equal(limitOf(refusal("{ a: users { id } users { id } user { id } }", limits)), "rootFields");
  read("{ users { id @skip(if: false) name @skip(if: false) } }");
  assert.equal(
    limitOf(refusal("{ users @skip(if: false) { id @skip(if: false) name @skip(if: false) } }", limits)),
    "directives",
  );
  read("{ users { id id id } }");
  assert.equal(limitOf(refusal("{ users { id id id id } }", limits)), "repeats");
  assert.equal(
    limitOf(refusal(`{ users { ${"id name ".repeat(3)} } user { ${"id name ".repeat(3)} } }`, limits)),
    "fields",
  );
  assert.equal(limitOf(refusal(`{ user(id: [${"1 ".repeat(60)}]) { id } }`, limits)), "tokens");
});

test("fragments count where they are spread", () => {
  const fragment = "fragment F on User { a: id b: id }";
  assert.equal(
    limitOf(refusal(`{ users { ...F friends { ...F } } } ${fragment}`, { aliases: 3 })),
    "aliases",
  );
  // Ten fragments, each of which spreads the next one twice: 2^10 in the end.
  const bomb = Array.from({ length: 12 }, (_, index) =>
    index < 11
      ? `fragment F${index} on User { l: friends { ...F${index + 1} } r: friends { ...F${index + 1} } }`
      : "fragment F11 on User { id }",
  ).join("\n");
  assert.equal(limitOf(refusal(`{ users { ...F0 } } ${bomb}`, { aliases: 100_000 })), "fields");
});

test("fragments that nobody spreads count as well", () => {
  const unused = (selection: string): string => `{ users { id } } fragment F on User { ${selection} }`;
  assert.equal(limitOf(refusal(unused("id ".repeat(11)), { repeats: 10 })), "repeats");
  assert.equal(limitOf(refusal(unused("a: id b: id"), { aliases: 1 })), "aliases");
  assert.equal(limitOf(refusal(unused("id @skip(if: true)"), { directives: 0 })), "directives");
  const { errors } = refusal(unused("id"));
  assert.match(errors[0]?.message ?? "", /Fragment "F" is never used/);
});

test("there may be so many fragments, operations, lines and errors", () => {
  const many = (count: number): string =>
    `{ users { ${Array.from({ length: count }, (_, index) => `...F${index}`).join(" ")} } } ${Array.from({ length: count }, (_, index) => `fragment F${index} on User { id }`).join(" ")}`;
  readDocument(many(3), rulesOf({ ...defaultLimits, fragments: 3 }, specifiedRules));
  assert.equal(limitOf(refusal(many(4), { fragments: 3 })), "fragments");
  const operations = "query A { users { id } } query B { users { id } }";
  assert.equal(limitOf(refusal(operations, { operations: 1 })), "operations");
  for (const end of ["\n", "\r", "\r\n"])
    assert.equal(limitOf(refusal(`${end.repeat(20)}{ users { id } }`, { tokens: 20 })), "lines");
  readDocument("\n\n{ users { id } }", rulesOf({ ...defaultLimits, tokens: 20 }, specifiedRules));
  const unknown = Array.from({ length: 100 }, (_, index) => `x${index}`).join(" ");
  assert.equal(refusal(`{ users { ${unknown} } }`).errors.length, 21);
});

test("fragments that spread themselves are told as such", () => {
  const { errors } = refusal(
    "{ users { ...A } } fragment A on User { friends { ...B } } fragment B on User { ...A }",
  );
  assert.equal(errors[0]?.extensions["code"], "DOCUMENT_INVALID");
  assert.match(errors[0]?.message ?? "", /Cannot spread fragment "A" within itself/);
});

test("what is too deep to be parsed is refused, whatever it is made of", () => {
  for (const text of [
    `${"{ users ".repeat(2_000)}${"}".repeat(2_000)}`,
    `{ user(in: ${"{all:[".repeat(1_000)}${"]}".repeat(1_000)}) { id } }`,
  ])
    assert.ok(["nesting", "depth", "tokens"].includes(String(limitOf(refusal(text)))));
});

test("100 KB of anything is refused within the limits' work", () => {
  const bombs = [
    `{ ${"user { id } ".repeat(9_000)} }`,
    `{ ${Array.from({ length: 8_000 }, (_, index) => `a${index}: __typename`).join(" ")} }`,
    `{ users { id ${"@skip(if: false) ".repeat(6_000)} } }`,
    `{ users { ${"...F ".repeat(20_000)} } } fragment F on User { id }`,
    "#\n".repeat(50_000),
  ];
  for (const text of bombs) assert.ok(text.length > 90_000 && refusal(text).errors.length === 1);
});
