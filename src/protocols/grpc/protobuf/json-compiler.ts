import { Names } from "../../../plan/codec/codec.ts";
import { defaultsSource } from "./decoder-source.ts";
import { EnumShape } from "./enum-shape.ts";
import type { JsonCodec } from "./json-codec.ts";
import { jsonEnum } from "./json-enum.ts";
import { fieldJson } from "./json-field.ts";
import { type JsonField, MessageJson } from "./json-message.ts";
import { jsonScalars } from "./json-scalars.ts";
import { type FieldShape, MessageShape } from "./message-shape.ts";

/** Makes the JSON codecs of messages; each shape once, since messages may contain themselves. */
export class JsonCompiler {
  readonly #messages: Map<MessageShape, MessageJson>;

  constructor() {
    this.#messages = new Map();
  }

  readonly message = (shape: MessageShape): JsonCodec => {
    const known = this.#messages.get(shape);
    if (known !== undefined) return known;
    const made = new MessageJson();
    this.#messages.set(shape, made);
    made.fields = [...shape.fields]
      .sort((one, other) => one.number - other.number)
      .map((field) => this.#field(field));
    made.members = byNames(made.fields);
    made.make = compiledDefaults(shape);
    return made;
  };

  #field(shape: FieldShape): JsonField {
    const { type, cardinality } = shape;
    const isSingle = cardinality === "implicit" || cardinality === "explicit";
    return {
      shape,
      label: `${JSON.stringify(jsonNameOf(shape))}:`,
      codec: fieldJson(shape, this.#one(type)),
      takesNull: isSingle && typeof type !== "string" && type.name === "google.protobuf.Value",
      isDefault: cardinality === "implicit" ? isDefaultOf(type) : null,
    };
  }

  #one(type: FieldShape["type"]): JsonCodec {
    if (typeof type === "string") return jsonScalars[type];
    if (type instanceof EnumShape) return jsonEnum(type);
    return type instanceof MessageShape ? this.message(type) : type.json(this.message);
  }
}

/** The name of the .proto is taken too, as far as the name in JSON tells it: where it is that in lower camel case. */
function byNames(fields: readonly JsonField[]): ReadonlyMap<string, JsonField> {
  const members = new Map(fields.map((field) => [jsonNameOf(field.shape), field]));
  for (const field of fields) {
    const name = jsonNameOf(field.shape).replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    if (!members.has(name)) members.set(name, field);
  }
  return members;
}

function jsonNameOf({ name, jsonName }: FieldShape): string {
  return jsonName ?? name;
}

function isDefaultOf(type: FieldShape["type"]): (value: unknown) => boolean {
  if (type instanceof EnumShape) {
    const first = type.toValue(0);
    return (value) => value === 0 || value === first;
  }
  switch (type) {
    case "string":
      return (value) => value === "";
    case "bytes":
      return (value) => value instanceof Uint8Array && value.length === 0;
    case "bool":
      return (value) => value === false;
    case "double":
    case "float":
      // -0 is not the default: its bits are not 0.
      return (value) => Object.is(value, 0);
    default:
      return (value) => value === 0 || value === 0n;
  }
}

// biome-ignore lint/suspicious/noExplicitAny: what generated source is, no type can know
function compiledDefaults(shape: MessageShape): any {
  const names = new Names();
  return names.compile([], `return ${defaultsSource(shape, (base, value) => names.bind(base, value))};`);
}
