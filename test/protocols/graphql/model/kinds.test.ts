import assert from "node:assert/strict";
import { test } from "node:test";
import { api, command, query, resource, rule, subscription, t, version } from "fourfold";
import { isScalarType } from "graphql";
import { kinds } from "../../grpc/model/definitions.ts";
import { declaration, modelOf, schemaOf } from "./build.ts";

const schema = schemaOf(kinds);

test("every kind of field has its type", () => {
  assert.deepEqual(declaration(schema, "Thing"), [
    "type Thing implements Node {",
    "  id: ID!",
    "  name: String!",
    "  body: String",
    "  mail: String",
    "  site: String!",
    "  key: ID!",
    "  count: Int!",
    "  total: BigInt!",
    "  ratio: Float!",
    "  price: Decimal!",
    "  isOpen: Boolean",
    "  data: Bytes!",
    "  at: DateTime!",
    "  day: Date!",
    "  state: ThingState!",
    "  extra: JSON!",
    "  boxId: ID!",
    "  tags: [String!]!",
    "  levels: [Int!]",
    "  moods: [ThingMoods!]!",
    "  address: ThingAddress!",
    "  parts: [ThingParts!]!",
    "  grid: [[Int!]!]!",
    "  cube: [[[ThingCube!]!]!]!",
    "  gaps: [DateTime]!",
    "  madeAt: DateTime",
    '  userID: String! @deprecated(reason: "use key")',
    "  box: Box!",
    "  rowVersion: Int",
    "}",
  ]);
  assert.deepEqual(declaration(schema, "ThingAddress"), [
    "type ThingAddress {",
    "  street: String!",
    "  zip: String",
    "  place: ThingAddressPlace!",
    "  ownerId: ID!",
    "}",
  ]);
  assert.deepEqual(declaration(schema, "ThingState"), [
    "enum ThingState {",
    "  draft",
    "  inProgress",
    "  DONE",
    "}",
  ]);
});

test("inputs have what is never answered, and lack what only the server writes", () => {
  const mutation = declaration(schema, "Mutation");
  const [create, update] = ["createThing", "updateThing"].map(
    (name) => mutation.find((line) => line.startsWith(`  ${name}(`)) ?? mutation.join("\n"),
  );
  assert.match(create ?? "", /name: String!, body: String, mail: String, /);
  assert.match(create ?? "", /count: Int! = 3, /);
  assert.match(create ?? "", /password: String!, userID: String!\): Thing!/);
  assert.doesNotMatch(create ?? "", /madeAt/);
  assert.match(update ?? "", /\(id: ID!, name: String, body: String, mail: String, /);
  assert.match(update ?? "", /count: Int, /);
  assert.match(update ?? "", /userID: String @deprecated\(reason: "use key"\), ifVersion: Int\): Thing!/);
  assert.deepEqual(declaration(schema, "ThingAddressInput"), [
    "input ThingAddressInput {",
    "  street: String!",
    "  zip: String",
    "  secret: String!",
    "  place: ThingAddressPlaceInput!",
    "  ownerId: ID!",
    "}",
  ]);
});

test("operations are fields of their sort", () => {
  assert.ok(
    declaration(schema, "Mutation").includes(
      '  stackBox(id: ID!): Boolean! @deprecated(reason: "not needed")',
    ),
  );
  assert.ok(declaration(schema, "Query").includes("  weighBoxs: Float"));
  assert.ok(declaration(schema, "Query").includes("  find(like: [String!]!, state: FindState): FindResult"));
  assert.deepEqual(declaration(schema, "FindResult"), [
    "type FindResult {",
    "  things: [Thing!]!",
    "  next: Box",
    "}",
  ]);
  const watch = "filter: String, after: String, snapshot: Boolean! = true";
  assert.deepEqual(declaration(schema, "Subscription"), [
    "type Subscription {",
    `  boxChanged(${watch}): BoxChange!`,
    `  thingChanged(${watch}): ThingChange!`,
    "  follow: FollowResult!",
    "}",
  ]);
  assert.deepEqual(declaration(schema, "BoxChange"), [
    "type BoxChange {",
    "  type: BoxChangeType!",
    "  id: ID",
    "  row: Box",
    "  position: String",
    "  missed: Int",
    "}",
  ]);
  assert.deepEqual(declaration(schema, "FollowResultOf"), ["enum FollowResultOf {", "  new", "  old", "}"]);
});

test("scalars of our own say where they are specified", () => {
  for (const name of ["BigInt", "Bytes", "Date", "DateTime", "Decimal", "JSON"]) {
    const type = schema.getType(name);
    assert.ok(isScalarType(type));
    assert.match(type.specifiedByURL ?? "", /^https:\/\//, name);
  }
});

test("what a rule may keep from somebody can be null", () => {
  const nobody = rule("nobody", () => false);
  const Safe = resource("Safe", { fields: { id: t.id() }, allow: { rows: () => false } });
  const Vault = resource("Vault", { fields: { id: t.id() }, allow: { call: { get: nobody } } });
  const Open = resource("Open", { fields: { id: t.id() } });
  const Coin = resource("Coin", {
    fields: {
      id: t.id(),
      worth: t.int32(),
      safe: t.ref(() => Safe),
      vault: t.ref(() => Vault),
      open: t.ref(() => Open),
      hidden: t.ref(() => Open),
    },
    allow: { fields: { worth: nobody, hidden: nobody } },
  });
  assert.deepEqual(declaration(schemaOf(api("coins", { resources: [Safe, Vault, Open, Coin] })), "Coin"), [
    "type Coin implements Node {",
    "  id: ID!",
    "  worth: Int",
    "  safeId: ID!",
    "  vaultId: ID!",
    "  openId: ID!",
    "  hiddenId: ID",
    "  safe: Safe",
    "  vault: Vault",
    "  open: Open!",
    "  hidden: Open",
    "  rowVersion: Int",
    "}",
  ]);
});

test("rows that handlers keep have neither versions nor ids that find them", () => {
  const Room = resource("Room", {
    fields: { id: t.id() },
    handlers: {
      get: () => null,
      list: () => ({ items: [], nextPageToken: "" }),
      delete: () => true,
    },
  });
  const made = schemaOf(api("house", { resources: [Room] }));
  assert.deepEqual(declaration(made, "Room"), ["type Room {", "  id: ID!", "}"]);
  assert.deepEqual(declaration(made, "Query"), [
    "type Query {",
    "  rooms(first: Int = 50, after: String, filter: String, orderBy: String): [Room!]!",
    "  roomsConnection(first: Int = 50, after: String, filter: String, orderBy: String): RoomConnection!",
    "  room(id: ID!): Room",
    "}",
  ]);
  assert.deepEqual(declaration(made, "Mutation"), [
    "type Mutation {",
    "  deleteRoom(id: ID!): Boolean!",
    "}",
  ]);
});

test("a change must state the version where the definition says so", () => {
  const Deed = resource("Deed", { fields: { id: t.id() }, requireMatch: true });
  const lines = declaration(schemaOf(api("deeds", { resources: [Deed] })), "Mutation");
  assert.ok(lines.includes("  deleteDeed(id: ID!, ifVersion: Int!): Boolean!"));
});

test("an API without queries has one still, and says what becomes of its version", () => {
  const wash = command("wash", { handle: () => undefined });
  const made = modelOf(
    api("laundry", {
      operations: [wash],
      versions: [
        version("1", { deprecated: "2026-01-02", sunset: "2027-01-02", link: "https://example.com/a" }),
      ],
    }),
  );
  assert.deepEqual([...made.query.fields.keys()], ["apiVersion"]);
  assert.equal(
    made.description,
    "laundry, version 1.\n\nDeprecated since 2026-01-02.\n\nEnds 2027-01-02.\n\nSee https://example.com/a",
  );
});

test("an operation that takes many messages is left out", () => {
  const upload = command("upload", { messages: { line: t.string() }, output: t.int32(), handle: () => 0 });
  const tail = subscription("tail", { output: t.string(), async *handle() {} });
  const seen = query("seen", { output: t.int32(), handle: () => 0 });
  const made = schemaOf(api("lines", { operations: [upload, tail, seen] }));
  assert.equal(made.getMutationType() ?? null, null);
  assert.deepEqual(declaration(made, "Query"), ["type Query {", "  seen: Int", "}"]);
});

test("a resource that is called the same in both numbers", () => {
  const News = resource("News", { plural: "news", fields: { id: t.id() }, methods: ["get", "list"] });
  const page = "(first: Int = 50, after: String, filter: String, orderBy: String)";
  assert.deepEqual(declaration(schemaOf(api("paper", { resources: [News] })), "Query"), [
    "type Query {",
    "  node(id: ID!): Node",
    "  nodes(ids: [ID!]!): [Node]!",
    `  newsList${page}: [News!]!`,
    `  newsConnection${page}: NewsConnection!`,
    "  news(id: ID!): News",
    "}",
  ]);
});
