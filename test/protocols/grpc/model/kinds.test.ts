import assert from "node:assert/strict";
import { test } from "node:test";
import { api, query, t } from "fourfold";
import { MessageTypes } from "../../../../src/protocols/grpc/model/shapes.ts";
import { rowVersion } from "../../../../src/schema/table.ts";
import { build, declaration, messageOf, parsed } from "./build.ts";
import { Box, kinds } from "./definitions.ts";

const model = build(kinds)[0];

test("every kind of field has its type, presence and name", () => {
  assert.equal(
    declaration(model, "message Thing"),
    `message Thing {
  string id = 1;
  string name = 2;
  optional string body = 3;
  optional string mail = 4;
  string site = 5;
  string key = 6;
  int32 count = 7;
  int64 total = 8;
  double ratio = 9;
  string price = 10;
  optional bool is_open = 11;
  bytes data = 12;
  google.protobuf.Timestamp at = 13;
  string day = 14;
  ThingState state = 15;
  google.protobuf.Value extra = 16;
  string box_id = 17;
  repeated string tags = 18;
  repeated int32 levels = 19;
  repeated ThingMoods moods = 20;
  ThingAddress address = 21;
  repeated ThingParts parts = 22;
  repeated ThingGridList grid = 23;
  repeated ThingCubeListList cube = 24;
  repeated ThingGapsItem gaps = 25;
  google.protobuf.Timestamp made_at = 26;
  // Of the user.
  //
  // Deprecated: use key
  string user_id = 27 [
    deprecated = true,
    json_name = "userID"
  ];
  // Changes with the row. Send it with a change to have that refused if the row has changed since.
  string etag = 28;
}`,
  );
});

test("a request has what can be written, and tells absence where that means something", () => {
  const request = declaration(model, "message CreateThingRequest");
  assert.match(request, /^ {2}optional int32 count = \d+;$/m, "a default");
  assert.match(request, /^ {2}optional string mail = \d+;$/m);
  assert.match(request, /^ {2}string name = \d+;$/m);
  assert.match(request, /^ {2}string password = \d+;$/m);
  assert.match(request, /^ {2}ThingAddress address = \d+;$/m, "the row's own type");
  assert.doesNotMatch(request, / id = |made_at|etag/);
  const change = declaration(model, "message UpdateThingRequest");
  assert.match(change, /^ {2}optional string name = \d+;$/m);
  assert.match(change, /^ {2}google.protobuf.FieldMask update_mask = \d+;$/m);
});

test("objects, enums, lists of lists and items that may be null have types of their own, each once", () => {
  assert.equal(
    declaration(model, "message ThingAddress"),
    `message ThingAddress {
  string street = 1;
  optional string zip = 2;
  string secret = 3;
  ThingAddressPlace place = 4;
  string owner_id = 5;
}`,
  );
  assert.equal(
    declaration(model, "enum ThingState"),
    `enum ThingState {
  THING_STATE_UNSPECIFIED = 0;
  THING_STATE_DRAFT = 1;
  THING_STATE_IN_PROGRESS = 2;
  THING_STATE_DONE = 3;
}`,
  );
  assert.equal(
    declaration(model, "message ThingCubeListList"),
    "message ThingCubeListList {\n  repeated ThingCubeList values = 1;\n}",
  );
  assert.equal(
    declaration(model, "message ThingCubeList"),
    "message ThingCubeList {\n  repeated ThingCube values = 1;\n}",
  );
  assert.equal(
    declaration(model, "message ThingGapsItem"),
    "message ThingGapsItem {\n  google.protobuf.Timestamp value = 1;\n}",
  );
  const names = [...model.file.messages, ...model.file.enums].map(({ fullName }) => fullName);
  assert.equal(new Set(names).size, names.length);
});

const at = new Date("2026-11-23T18:00:00.123Z");
const row = {
  id: "1",
  name: "n",
  body: null,
  mail: null,
  site: "https://x",
  key: "k",
  count: 0,
  total: -5n,
  ratio: 0.5,
  price: "1.50",
  isOpen: false,
  data: Buffer.from("abc"),
  at,
  day: "2026-11-23",
  state: "inProgress",
  extra: { a: [1, null] },
  boxId: "b",
  tags: ["a", ""],
  levels: null,
  moods: ["bad", "good"],
  address: { street: "s", secret: "never", place: { lat: 1.5, lng: 0 }, ownerId: "o" },
  parts: [{ size: 0 }, { size: 2 }],
  grid: [[1, 2], [], [3]],
  cube: [[[{ w: 1 }], []], []],
  gaps: [at, null],
  password: "never",
  madeAt: null,
  userID: "u",
};

test("protobufjs reads what is written, by the names of the .proto", () => {
  const Message = parsed(model).lookupType("kinds.v1.Thing");
  const written = new MessageTypes().type(messageOf(model, "Thing")).proto.write(row);
  const read = Message.toObject(Message.decode(written.subarray(5)), { enums: String, longs: Number });
  assert.deepEqual(read["grid"], [{ values: [1, 2] }, {}, { values: [3] }]);
  assert.deepEqual(read["cube"], [{ values: [{ values: [{ w: 1 }] }, {}] }, {}]);
  assert.deepEqual(
    read["gaps"].map((item: object) => Object.keys(item)),
    [["value"], []],
  );
  assert.deepEqual(read["moods"], ["THING_MOODS_BAD", "THING_MOODS_GOOD"]);
  assert.equal(read["state"], "THING_STATE_IN_PROGRESS");
  assert.equal(read["isOpen"], false);
  assert.equal(read["userId"], "u");
  assert.equal(read["total"], -5);
  assert.deepEqual(read["address"], { street: "s", place: { lat: 1.5 }, ownerId: "o" });
  for (const absent of ["body", "mail", "madeAt", "password", "etag"]) assert.ok(!(absent in read), absent);
});

test("what protobufjs writes is read as handlers know it", () => {
  const Message = parsed(model).lookupType("kinds.v1.CreateThingRequest");
  const bytes = Message.encode(
    Message.fromObject({
      name: "n",
      grid: [{ values: [1, 2] }, {}],
      cube: [{ values: [{ values: [{ w: 7 }] }] }],
      gaps: [{ value: { seconds: Math.floor(at.getTime() / 1000), nanos: 123_000_000 } }, {}],
      address: { street: "s", secret: "x", place: {}, ownerId: "o" },
      state: "THING_STATE_DONE",
      extra: { numberValue: 4 },
    }),
  ).finish();
  const read = new MessageTypes().type(messageOf(model, "CreateThingRequest")).proto.read(bytes);
  const { grid, cube, gaps, address, state, extra, count } = read as typeof row;
  assert.deepEqual(grid, [[1, 2], []]);
  assert.deepEqual(cube, [[[{ w: 7 }]]]);
  assert.deepEqual(gaps, [at, null]);
  assert.deepEqual(
    { ...address },
    { street: "s", zip: undefined, secret: "x", place: { lat: 0, lng: 0 }, ownerId: "o" },
  );
  assert.equal(state, "DONE");
  assert.equal(extra, 4);
  assert.equal(count, undefined, "a default is not sent");
});

test("a row's tag is made of its version", () => {
  const message = messageOf(model, "Thing");
  const tag = message.fields.find(({ name }) => name === "etag");
  assert.ok(tag?.derive !== undefined);
  const derive = tag.derive as (row: object) => string;
  assert.match(derive({ ...row, [rowVersion]: 7 }), /^[\w-]{6}\.7$/);
  assert.equal(derive(row), "", "a handler's own row has no version");
});

test("outputs: rows that may be missing, values, lists, objects and nothing", () => {
  const outputs = build(
    api("outputs", {
      resources: [Box],
      operations: [
        query("row", { output: Box, handle: () => ({ id: "1", label: "x" }) }),
        query("maybe", { output: t.row(Box, { nullable: true }), handle: () => null }),
        query("rows", { output: t.list(t.row(Box)), handle: () => [] }),
        query("count", { output: t.int32(), handle: () => 1 }),
        query("maybeCount", { output: t.int32({ nullable: true }), handle: () => null }),
        query("found", {
          output: { total: t.int32(), first: t.row(Box, { optional: true }), kind: t.enum(["a", "b"]) },
          handle: () => ({ total: 0, kind: "a" as const }),
        }),
        query("maybeFound", {
          output: t.object({ total: t.int32() }, { nullable: true }),
          handle: () => null,
        }),
        query("grid", { output: t.list(t.list(t.string())), handle: () => [] }),
        query("nothing", { handle: () => undefined }),
      ],
    }),
  )[0];
  const service = outputs.file.services.find(({ fullName }) => fullName.endsWith(".OutputsService"));
  const outputNames = service?.methods.map(({ name, output }) => {
    return [name, "fullName" in output ? output.fullName : output.name];
  });
  assert.deepEqual(Object.fromEntries(outputNames ?? []), {
    Row: "outputs.v1.Box",
    Maybe: "outputs.v1.MaybeResponse",
    Rows: "outputs.v1.RowsResponse",
    Count: "outputs.v1.CountResponse",
    MaybeCount: "outputs.v1.MaybeCountResponse",
    Found: "outputs.v1.FoundResponse",
    MaybeFound: "outputs.v1.MaybeFoundResponse",
    Grid: "outputs.v1.GridResponse",
    Nothing: "google.protobuf.Empty",
  });
  const fieldsOf = (name: string): string =>
    declaration(outputs, `message ${name}Response`).split("\n").slice(1, -1).join("");
  assert.equal(fieldsOf("Maybe"), "  Box value = 1;");
  assert.equal(fieldsOf("Rows"), "  repeated Box value = 1;");
  assert.equal(fieldsOf("Count"), "  int32 value = 1;");
  assert.equal(fieldsOf("MaybeCount"), "  optional int32 value = 1;");
  assert.equal(fieldsOf("Found"), "  int32 total = 1;  Box first = 2;  FoundResponseKind kind = 3;");
  assert.equal(fieldsOf("MaybeFound"), "  MaybeFoundResponseValue value = 1;");
  assert.equal(fieldsOf("Grid"), "  repeated GridResponseValueList value = 1;");
  const Root = parsed(outputs);
  const types = new MessageTypes();
  const answers: readonly (readonly [name: string, answer: unknown, read: object])[] = [
    ["Maybe", null, {}],
    ["Maybe", { id: "1", label: "x" }, { value: { id: "1", label: "x" } }],
    ["Rows", [{ id: "1", label: "" }], { value: [{ id: "1" }] }],
    ["Count", 0, {}],
    ["MaybeCount", 0, { value: 0 }],
    ["MaybeCount", null, {}],
    ["Found", { total: 2, kind: "b" }, { total: 2, kind: 2 }],
    ["MaybeFound", { total: 2 }, { value: { total: 2 } }],
    ["Grid", [["a"], []], { value: [{ values: ["a"] }, {}] }],
  ];
  for (const [name, answer, expected] of answers) {
    const Message = Root.lookupType(`outputs.v1.${name}Response`);
    const bytes = types
      .type(messageOf(outputs, `${name}Response`))
      .proto.write(answer)
      .subarray(5);
    assert.deepEqual(Message.toObject(Message.decode(bytes)), expected, name);
  }
});
