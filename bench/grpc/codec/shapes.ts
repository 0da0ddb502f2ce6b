import { EnumShape } from "../../../src/protocols/grpc/protobuf/enum-shape.ts";
import { type FieldShape, MessageShape } from "../../../src/protocols/grpc/protobuf/message-shape.ts";

/** The messages of bench.proto as fourfold compiles them. */
export const userShape: MessageShape = new MessageShape("bench.v1.GetUserResponse", [
  { name: "id", number: 1, type: "string", cardinality: "implicit" },
  { name: "name", number: 2, type: "string", cardinality: "implicit" },
  { name: "email", number: 3, type: "string", cardinality: "implicit" },
]);

const standing = new EnumShape(
  "bench.v1.Standing",
  new Map([
    ["unspecified", 0],
    ["good", 1],
    ["overdue", 2],
  ]),
);

const address = new MessageShape("bench.v1.Address", [
  { name: "street", number: 1, type: "string", cardinality: "implicit" },
  { name: "city", number: 2, type: "string", cardinality: "implicit" },
  { name: "country", number: 3, type: "string", cardinality: "implicit" },
]);

const single = (name: string, number: number, type: FieldShape["type"]): FieldShape => ({
  name,
  number,
  type,
  cardinality: "implicit",
});

export const accountShape: MessageShape = new MessageShape("bench.v1.Account", [
  single("id", 1, "string"),
  single("name", 2, "string"),
  single("balance", 3, "double"),
  single("score", 4, "float"),
  single("age", 5, "int32"),
  single("sequence", 6, "int64"),
  single("visits", 7, "uint32"),
  single("bytesStored", 8, "uint64"),
  single("delta", 9, "sint32"),
  single("drift", 10, "sint64"),
  single("color", 11, "fixed32"),
  single("checksum", 12, "fixed64"),
  single("latitude", 13, "sfixed32"),
  single("longitude", 14, "sfixed64"),
  single("isActive", 15, "bool"),
  single("token", 16, "bytes"),
  single("standing", 17, standing),
  { name: "address", number: 18, type: address, cardinality: "explicit" },
  { name: "ratings", number: 19, type: "int32", cardinality: "packed" },
  { name: "labels", number: 20, type: "string", key: "string", cardinality: "map" },
]);
