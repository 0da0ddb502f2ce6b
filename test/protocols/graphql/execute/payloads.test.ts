import assert from "node:assert/strict";
import { test } from "node:test";
import { type Api, api, command, error, query, resource, t } from "fourfold";
import { declaration, schemaOf } from "../model/build.ts";
import { openRig } from "./rig.ts";

const NameTaken = error("NAME_TAKEN", {
  kind: "already_exists",
  message: "Another jar has this name",
  details: { name: t.string() },
});
const JarFull = error("JAR_FULL", {
  kind: "failed_precondition",
  description: "There is no room left.",
  details: { since: t.timestamp(), most: t.int64(), kinds: t.list(t.enum(["jam", "honey"])), any: t.json() },
});

const Jar = resource("Jar", {
  fields: { id: t.id(), name: t.string({ unique: NameTaken }) },
  graphql: { errors: "payload" },
});

const since = new Date("2026-01-02T03:04:05.678Z");

const fill = command("fill", {
  on: Jar,
  input: { grams: t.int32() },
  output: t.int64(),
  errors: [JarFull],
  graphql: { errors: "payload" },
  handle: ({ input }) => {
    if (input.grams > 100) throw JarFull({ since, most: 100n, kinds: ["jam"], any: { a: 1 } });
    if (input.grams < 0) throw new Error("secret");
    return BigInt(input.grams);
  },
});

const weigh = query("weigh", {
  input: { full: t.boolean() },
  output: t.float({ nullable: true }),
  errors: [JarFull],
  graphql: { errors: "payload" },
  handle: ({ input }) => {
    if (input.full) throw JarFull({ since, most: 1n, kinds: [], any: null });
    return null;
  },
});

const jars: Api = api("jars", { resources: [Jar], operations: [fill, weigh] });

test("errors that an operation may raise are types of the schema", () => {
  const schema = schemaOf(jars);
  const mutation = declaration(schema, "Mutation");
  assert.ok(mutation.includes("  createJar(name: String!): CreateJarPayload!"));
  assert.ok(mutation.includes("  deleteJar(id: ID!, ifVersion: Int): DeleteJarPayload!"));
  assert.ok(mutation.includes("  fillJar(id: ID!, grams: Int!): FillJarPayload!"));
  assert.ok(declaration(schema, "Query").includes("  weigh(full: Boolean!): WeighPayload"));
  assert.deepEqual(
    [
      "CreateJarPayload",
      "UpdateJarPayload",
      "DeleteJarPayload",
      "BatchCreateJarsPayload",
      "FillJarPayload",
    ].map((name) => declaration(schema, name).join(" ")),
    [
      "union CreateJarPayload = Jar | NameTakenError",
      "union UpdateJarPayload = Jar | NameTakenError | JarNotFoundError",
      "union DeleteJarPayload = DeleteJarSuccess | JarNotFoundError",
      "union BatchCreateJarsPayload = BatchCreateJarsSuccess | NameTakenError",
      "union FillJarPayload = FillJarSuccess | JarFullError | JarNotFoundError",
    ],
  );
  assert.deepEqual(declaration(schema, "JarFullError"), [
    "type JarFullError implements Error {",
    "  code: String!",
    "  message: String!",
    "  since: DateTime",
    "  most: BigInt",
    "  kinds: [JarFullErrorKinds!]",
    "  any: JSON",
    "}",
  ]);
  assert.deepEqual(declaration(schema, "BatchCreateJarsSuccess"), [
    "type BatchCreateJarsSuccess {",
    "  value: [Jar!]!",
    "}",
  ]);
  // Only commands of a resource are told to.
  assert.ok(declaration(schema, "Query").includes("  jar(id: ID!): Jar"));
});

test("they stand in the answer, with their details; others among the errors", async () => {
  await using rig = await openRig(jars);
  const made = await rig.run(
    `mutation {
      one: createJar(name: "a") { __typename ... on Jar { id name } ... on Error { code } }
      two: createJar(name: "a") { __typename ... on Jar { id } ... on Error { code message } ... on NameTakenError { name } }
      many: batchCreateJars(jars: [{ name: "b" }, { name: "c" }]) {
        ... on BatchCreateJarsSuccess { value { name } }
      }
    }`,
  );
  assert.deepEqual(made.errors, []);
  const { one, two, many } = made.data as { one: { id: string }; two: unknown; many: unknown };
  assert.deepEqual({ ...one, id: "" }, { __typename: "Jar", id: "", name: "a" });
  assert.deepEqual(two, {
    __typename: "NameTakenError",
    code: "NAME_TAKEN",
    message: "Another jar has this name",
    name: "a",
  });
  assert.deepEqual(many, { value: [{ name: "b" }, { name: "c" }] });
  const filled = await rig.run(
    `mutation ($id: ID!) {
      small: fillJar(id: $id, grams: 7) { ... on FillJarSuccess { value } }
      large: fillJar(id: $id, grams: 101) { ... on JarFullError { code since most kinds any } }
      none: fillJar(id: "x", grams: 1) { __typename ... on Error { code message } }
      gone: deleteJar(id: $id) { ... on DeleteJarSuccess { value } }
    }`,
    { variables: { id: one.id } },
  );
  assert.deepEqual(filled.errors, []);
  assert.deepEqual(filled.data, {
    small: { value: "7" },
    large: { code: "JAR_FULL", since: since.toISOString(), most: "100", kinds: ["jam"], any: { a: 1 } },
    none: { __typename: "JarNotFoundError", code: "JAR_NOT_FOUND", message: "Jar not found" },
    gone: { value: true },
  });
});

test("what is not among them is told under errors, and masked when unknown", async () => {
  await using rig = await openRig(jars);
  const jar = await rig.call(Jar.create, { name: "a" });
  const { data, errors } = await rig.run(
    "mutation ($id: ID!) { fillJar(id: $id, grams: -1) { __typename } }",
    { variables: { id: jar.id } },
  );
  assert.equal(data, null);
  assert.deepEqual(errors[0]?.path, ["fillJar"]);
  assert.deepEqual(errors[0]?.extensions, { code: "INTERNAL", kind: "internal", id: "r1" });
  assert.equal(rig.reported.length, 1);
});

test("an answer of null is one", async () => {
  await using rig = await openRig(jars);
  const { data, errors } = await rig.run(
    `{ none: weigh(full: false) { __typename ... on WeighSuccess { value } }
       full: weigh(full: true) { ... on JarFullError { most kinds } } }`,
  );
  assert.deepEqual(errors, []);
  assert.deepEqual(data, {
    none: { __typename: "WeighSuccess", value: null },
    full: { most: "1", kinds: [] },
  });
});
