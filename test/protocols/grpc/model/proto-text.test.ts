import assert from "node:assert/strict";
import { test } from "node:test";
import protobuf from "protobufjs";
import {
  ProtoEnum,
  type ProtoField,
  type ProtoFile,
  ProtoMessage,
} from "../../../../src/protocols/grpc/model/proto-file.ts";
import { derivedJsonName, protoText } from "../../../../src/protocols/grpc/model/proto-text.ts";
import { timestamp } from "../../../../src/protocols/grpc/protobuf/well-known.ts";
import { wrappers } from "../../../../src/protocols/grpc/protobuf/wrappers.ts";

function field(name: string, number: number, rest: Partial<ProtoField> = {}): ProtoField {
  return {
    name,
    jsonName: derivedJsonName(name),
    property: name,
    number,
    type: "string",
    cardinality: "implicit",
    description: null,
    isDeprecated: false,
    ...rest,
  };
}

function file(rest: Partial<ProtoFile>): ProtoFile {
  return {
    path: "a/v1/a.proto",
    package: "a.v1",
    description: null,
    messages: [],
    enums: [],
    services: [],
    ...rest,
  };
}

test("everything that a message may have", () => {
  const inner = new ProtoMessage("a.v1.Outer.Inner");
  inner.fields = [field("x", 1, { type: "int32" })];
  const kind = new ProtoEnum(
    "a.v1.Outer.Kind",
    [
      { name: "KIND_UNSPECIFIED", number: 0, value: null },
      { name: "KIND_A", number: 2, value: "a" },
    ],
    { numbers: [1], names: ["KIND_OLD"] },
  );
  const outer = new ProtoMessage(
    "a.v1.Outer",
    "What it is.\n\n  Indented.  \r\nEnds with */ and \u2028a tab\t.",
  );
  outer.fields = [
    field("id", 1, { description: "Its id." }),
    field("display_name", 2, { jsonName: "name", isDeprecated: true }),
    field("text", 4, { oneof: "value", cardinality: "explicit" }),
    field("inner", 5, { oneof: "value", cardinality: "explicit", type: inner }),
    field("maybe", 6, { cardinality: "explicit", type: "sfixed64" }),
    field("kinds", 7, { cardinality: "packed", type: kind }),
    field("loose", 8, { cardinality: "expanded", type: "uint32" }),
    field("texts", 9, { cardinality: "expanded" }),
    field("by_name", 10, { cardinality: "map", key: "string", type: inner }),
    field("at", 11, { cardinality: "explicit", type: timestamp }),
    ...wrappers.slice(0, 1).map((type) => field("wrapped", 12, { cardinality: "explicit", type })),
  ];
  outer.reserved = { numbers: [3, 13, 15, 14, 20], names: ["old", "older"] };
  const text = protoText(file({ messages: [outer, inner], enums: [kind], description: "A file." }));
  assert.equal(
    text,
    `// A file.
syntax = "proto3";

package a.v1;

import "google/protobuf/timestamp.proto";
import "google/protobuf/wrappers.proto";

// What it is.
//
//   Indented.
// Ends with */ and
// a tab .
message Outer {
  message Inner {
    int32 x = 1;
  }

  enum Kind {
    KIND_UNSPECIFIED = 0;
    KIND_A = 2;

    reserved 1;
    reserved "KIND_OLD";
  }

  // Its id.
  string id = 1;
  string display_name = 2 [
    deprecated = true,
    json_name = "name"
  ];
  oneof value {
    string text = 4;
    Outer.Inner inner = 5;
  }
  optional sfixed64 maybe = 6;
  repeated Outer.Kind kinds = 7;
  repeated uint32 loose = 8 [packed = false];
  repeated string texts = 9;
  map<string, Outer.Inner> by_name = 10;
  google.protobuf.Timestamp at = 11;
  google.protobuf.DoubleValue wrapped = 12;

  reserved 3, 13 to 15, 20;
  reserved "old", "older";
}
`,
  );
});

test("a name that would be found elsewhere is written with its package", () => {
  const user = new ProtoMessage("a.v1.User");
  const holder = new ProtoMessage("a.v1.Holder");
  const nested = new ProtoMessage("a.v1.Holder.User");
  holder.fields = [
    field("outer", 1, { type: user, cardinality: "explicit" }),
    field("inner", 2, { type: nested, cardinality: "explicit" }),
  ];
  const text = protoText(file({ messages: [user, holder, nested] }));
  assert.match(text, /\.a\.v1\.User outer = 1;/);
  assert.match(text, /[^.]Holder\.User inner = 2;/);
  const { root } = protobuf.parse(text);
  root.resolveAll();
  const { fields } = root.lookupType("a.v1.Holder");
  assert.equal(fields["outer"]?.resolvedType?.fullName, ".a.v1.User");
  assert.equal(fields["inner"]?.resolvedType?.fullName, ".a.v1.Holder.User");
});

test("Google's types are found from packages that are called like Google's", () => {
  const message = new ProtoMessage("google.v1.M");
  message.fields = [field("google", 1, { type: timestamp, cardinality: "explicit" })];
  assert.match(
    protoText(file({ package: "google.v1", messages: [message] })),
    / {2}google\.protobuf\.Timestamp google/,
  );
  const inner = new ProtoMessage("a.google.M");
  inner.fields = message.fields;
  assert.match(
    protoText(file({ package: "a.google", messages: [inner] })),
    / {2}\.google\.protobuf\.Timestamp google/,
  );
});

test("long comments are broken between words", () => {
  const description = `${"word ".repeat(40)}${"x".repeat(120)}`;
  const lines = protoText(file({ description }))
    .split("\n")
    .filter((line) => line.startsWith("//"));
  assert.equal(lines.map((line) => line.slice(3)).join(" "), description);
  assert.ok(lines.slice(0, -1).every((line) => line.length <= 99));
  assert.equal(lines.length, 4);
});

test("names of JSON as compilers derive them", () => {
  for (const [name, json] of [
    ["display_name", "displayName"],
    ["a_1", "a1"],
    ["_a", "A"],
    ["a__b_", "aB"],
    ["a1b", "a1b"],
  ] as const)
    assert.equal(derivedJsonName(name), json);
});
