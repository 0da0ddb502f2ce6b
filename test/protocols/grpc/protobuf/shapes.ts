import fc from "fast-check";
import { EnumShape } from "../../../../src/protocols/grpc/protobuf/enum-shape.ts";
import type { MessageValue } from "../../../../src/protocols/grpc/protobuf/message-codec.ts";
import { type FieldShape, MessageShape } from "../../../../src/protocols/grpc/protobuf/message-shape.ts";
import type { MapKey, Scalar } from "../../../../src/protocols/grpc/protobuf/scalar.ts";

export const scalars: readonly Scalar[] = [
  "double",
  "float",
  "int32",
  "int64",
  "uint32",
  "uint64",
  "sint32",
  "sint64",
  "fixed32",
  "fixed64",
  "sfixed32",
  "sfixed64",
  "bool",
  "string",
  "bytes",
];
const keys = scalars.filter(
  (scalar): scalar is MapKey => scalar !== "double" && scalar !== "float" && scalar !== "bytes",
);

export const color: EnumShape = new EnumShape(
  "t.Color",
  new Map([
    ["COLOR_UNSPECIFIED", 0],
    ["RED", 1],
    ["DEEP", -7],
    ["FAR", 2_147_483_647],
  ]),
);

/** A field without its number. */
type Draft = Omit<FieldShape, "name" | "number">;

/** Messages with fields of all types and cardinalities, nested so deep at most. */
export function shapes(depth: number, name = "M"): fc.Arbitrary<MessageShape> {
  const inner = depth === 0 ? fc.constant(null) : shapes(depth - 1, `${name}I`);
  return inner.chain((nested) =>
    fc
      .uniqueArray(fc.tuple(numbers, drafts(nested)), {
        minLength: 1,
        maxLength: 9,
        selector: ([number]) => number,
      })
      .map(
        (fields) =>
          new MessageShape(
            `t.${name}`,
            fields.map(([number, draft]) => named(number, draft)),
          ),
      ),
  );
}

/** Numbers whose tags have one byte, two and all that there may be; not those that protobuf keeps for itself. */
const numbers = fc.oneof(
  fc.integer({ min: 1, max: 15 }),
  fc.integer({ min: 16, max: 2047 }),
  fc.constant(536_870_911),
);

function named(number: number, draft: Draft): FieldShape {
  return { ...draft, name: `f${number}`, number };
}

function drafts(nested: MessageShape | null): fc.Arbitrary<Draft> {
  const single = fc.constantFrom<Scalar | EnumShape>(...scalars, color);
  const any = nested === null ? single : fc.oneof(single, fc.constant(nested));
  return fc.oneof(
    single.map((type): Draft => ({ type, cardinality: "implicit" })),
    any.map((type): Draft => ({ type, cardinality: "explicit" })),
    any.map((type): Draft => ({ type, cardinality: "explicit", oneof: "choice" })),
    any.map((type): Draft => ({ type, cardinality: isPackable(type) ? "packed" : "expanded" })),
    single.map((type): Draft => ({ type, cardinality: "expanded" })),
    fc.tuple(fc.constantFrom(...keys), any).map(([key, type]): Draft => ({ type, cardinality: "map", key })),
  );
}

function isPackable(type: FieldShape["type"]): boolean {
  return type !== "string" && type !== "bytes" && !(type instanceof MessageShape);
}

/** Values of a message as {@link MessageCodec} answers them. */
export function values(shape: MessageShape): fc.Arbitrary<MessageValue> {
  return fc
    .tuple(fc.nat(), ...shape.fields.map(memberValues))
    .map(([chosen, ...members]) => withOneChoice(shape, chosen, members));
}

/** Of the members of the oneof, one is left at most. */
function withOneChoice(shape: MessageShape, chosen: number, members: readonly unknown[]): MessageValue {
  const choices = shape.fields.filter(({ oneof }) => oneof !== undefined);
  const left = choices[chosen % (choices.length + 1)];
  const entries = shape.fields.map((field, index): [string, unknown] => [
    field.name,
    field.oneof !== undefined && field !== left ? undefined : members[index],
  ]);
  return Object.fromEntries(entries);
}

function memberValues({ type, cardinality, key }: FieldShape): fc.Arbitrary<unknown> {
  const one = singleValues(type);
  switch (cardinality) {
    case "implicit":
      return one;
    case "explicit":
      return fc.option(one, { nil: undefined });
    case "map":
      return fc
        .array(fc.tuple(singleValues(key ?? "string"), one), { maxLength: 4 })
        .map((entries) => new Map(entries));
    default:
      return fc.array(one, { maxLength: 5 });
  }
}

function singleValues(type: FieldShape["type"]): fc.Arbitrary<unknown> {
  if (type instanceof MessageShape) return values(type);
  if (type instanceof EnumShape) return fc.oneof(fc.constantFrom(...type.numbers.keys()), fc.constant(4711));
  switch (type) {
    case "double":
      return fc.double({ noNaN: true });
    case "float":
      return fc.float({ noNaN: true });
    case "int32":
    case "sint32":
    case "sfixed32":
      return fc.oneof(fc.integer(), fc.integer({ min: -3, max: 200 }));
    case "uint32":
    case "fixed32":
      return fc.oneof(fc.integer({ min: 0, max: 2 ** 32 - 1 }), fc.integer({ min: 0, max: 200 }));
    case "int64":
    case "sint64":
    case "sfixed64":
      return fc.oneof(
        fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
        fc.bigInt({ min: -3n, max: 200n }),
      );
    case "uint64":
    case "fixed64":
      return fc.oneof(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.bigInt({ min: 0n, max: 200n }));
    case "bool":
      return fc.boolean();
    case "string":
      return fc.oneof(
        fc.string({ unit: "binary", maxLength: 20 }),
        fc.string({ unit: "grapheme", maxLength: 90 }),
      );
    case "bytes":
      return fc.uint8Array({ maxLength: 200 });
    default:
      throw new Error(`${type.name} is not among the random types`);
  }
}
