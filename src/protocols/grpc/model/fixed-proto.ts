import type { Cardinality, ValueShape } from "../protobuf/message-shape.ts";
import { ProtoEnum, type ProtoField, ProtoMessage, type ProtoMethod } from "./proto-file.ts";

/** Parts of .proto files that others have published, and that are served as they are: health, reflection. */

/** A field of a message. `word`: how often it is there, where that is not simply once. */
export function fixedField(
  name: string,
  number: number,
  type: ProtoField["type"],
  word: Partial<Pick<ProtoField, "cardinality" | "key" | "oneof">> = {},
): ProtoField {
  const camel = name.replace(/_([a-z])/g, (_, first: string) => first.toUpperCase());
  const cardinality: Cardinality = type instanceof ProtoMessage ? "explicit" : "implicit";
  return {
    name,
    jsonName: camel,
    property: camel,
    number,
    type,
    cardinality,
    ...word,
    description: null,
    isDeprecated: false,
  };
}

export function fixedMessage(fullName: string, fields: readonly ProtoField[]): ProtoMessage {
  const message = new ProtoMessage(fullName);
  message.fields = fields;
  return message;
}

/** Its values are known by their names. */
export function fixedEnum(fullName: string, names: readonly string[]): ProtoEnum {
  const values = names.map((name, number) => ({ name, number, value: name }));
  return new ProtoEnum(fullName, values, { numbers: [], names: [] });
}

export function fixedMethod(
  name: string,
  input: ProtoMessage | ValueShape,
  output: ProtoMessage | ValueShape,
  streams: Partial<Pick<ProtoMethod, "streamsInput" | "streamsOutput">> = {},
): ProtoMethod {
  return {
    name,
    input,
    output,
    streamsInput: false,
    streamsOutput: false,
    ...streams,
    isSafe: false,
    description: null,
    isDeprecated: false,
  };
}
