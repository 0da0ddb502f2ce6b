import assert from "node:assert/strict";
import { test } from "node:test";
import {
  findBreakingChanges,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  isObjectType,
  isSpecifiedScalarType,
} from "graphql";
import blog from "../../../../examples/blog/api.ts";
import { declaration, schemaOf } from "./build.ts";
import { published } from "./published.ts";

function objects(schema: GraphQLSchema): readonly GraphQLObjectType[] {
  return Object.values(schema.getTypeMap()).filter(
    (type) => isObjectType(type) && !type.name.startsWith("__") && !isSpecifiedScalarType(type),
  ) as GraphQLObjectType[];
}

test("version 1 of the blog has every type, field and argument of the published contract", () => {
  const schema = schemaOf(blog, "1");
  assert.deepEqual(findBreakingChanges(published, schema), []);
  let compared = 0;
  for (const type of objects(published)) {
    const ours = schema.getType(type.name);
    assert.ok(isObjectType(ours), type.name);
    for (const field of Object.values(type.getFields())) {
      const own: GraphQLField<unknown, unknown> | undefined = ours.getFields()[field.name];
      assert.equal(String(own?.type), String(field.type), `${type.name}.${field.name}`);
      for (const argument of field.args) {
        const same = own?.args.find(({ name }) => name === argument.name);
        assert.equal(
          String(same?.type),
          String(argument.type),
          `${type.name}.${field.name}(${argument.name})`,
        );
        compared++;
      }
      // What is added may be left out.
      for (const added of own?.args.filter(({ name }) => !field.args.some((each) => each.name === name)) ??
        [])
        assert.doesNotMatch(String(added.type), /!$/);
      compared++;
    }
  }
  assert.equal(compared, 21);
});

test("versions differ in names and fields", () => {
  const [first, second] = [schemaOf(blog, "1"), schemaOf(blog, "2")];
  assert.ok(declaration(first, "User").includes("  name: String!"));
  assert.ok(!declaration(first, "User").some((line) => line.includes("displayName")));
  assert.ok(declaration(second, "User").includes("  displayName: String!"));
  assert.ok(!declaration(first, "Post").some((line) => line.includes("publishedAt")));
  assert.ok(declaration(second, "Post").includes("  publishedAt: DateTime"));
  assert.ok(
    declaration(second, "Mutation").includes("  createUser(displayName: String!, email: String!): User!"),
  );
});

test("the schema has what the contract lacks", () => {
  const schema = schemaOf(blog, "2");
  const page = "(first: Int = 50, after: String, filter: String, orderBy: String)";
  assert.deepEqual(declaration(schema, "Query"), [
    "type Query {",
    "  node(id: ID!): Node",
    "  nodes(ids: [ID!]!): [Node]!",
    `  users${page}: [User!]!`,
    `  usersConnection${page}: UserConnection!`,
    "  user(id: ID!): User",
    "  batchGetUsers(ids: [ID!]!): [User!]!",
    `  posts${page}: [Post!]!`,
    `  postsConnection${page}: PostConnection!`,
    "  post(id: ID!): Post",
    "  batchGetPosts(ids: [ID!]!): [Post!]!",
    "}",
  ]);
});
