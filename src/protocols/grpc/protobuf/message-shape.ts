import type { EnumShape } from "./enum-shape.ts";
import type { JsonCodec } from "./json-codec.ts";
import type { ProtoReader } from "./proto-reader.ts";
import type { ProtoWriter } from "./proto-writer.ts";
import type { MapKey, Scalar } from "./scalar.ts";

/** A message that handlers know as another kind of value: `google.protobuf.Timestamp` is a Date. */
export interface ValueShape {
  /** Of the message, with its package. */
  readonly name: string;
  /** Writes the message's content. Throws for what is no such value. */
  write(writer: ProtoWriter, value: unknown): void;
  /** Reads all of the message's content. */
  read(reader: ProtoReader): unknown;
  /** Its ProtoJSON; `message` gives that of a message which it consists of. */
  json(message: (shape: MessageShape) => JsonCodec): JsonCodec;
}

/**
 * How often a field is there. `implicit`: the default value is not sent, and stands for what was not. `explicit`: undefined
 * where it was not sent; messages and members of a oneof always are. `packed` and `expanded` are lists, `map` is a Map.
 */
export type Cardinality = "implicit" | "explicit" | "packed" | "expanded" | "map";

/** A field of a message. */
export interface FieldShape {
  /** The property of the JavaScript object. */
  readonly name: string;
  /** The member in ProtoJSON, where it is another. */
  readonly jsonName?: string;
  readonly number: number;
  readonly type: Scalar | EnumShape | ValueShape | MessageShape;
  readonly cardinality: Cardinality;
  /** Of a map. */
  readonly key?: MapKey;
  /** Of the fields with the same word here at most one is set. */
  readonly oneof?: string;
  /** Turns the property into what is sent. */
  readonly convert?: (value: never) => unknown;
  /** Makes what is sent of the whole message, in place of the property. */
  readonly derive?: (message: never) => unknown;
}

/** A message; its values are plain objects. Messages that contain themselves get their fields after they were made. */
export class MessageShape {
  /** With its package. */
  readonly name: string;
  fields: readonly FieldShape[];

  constructor(name: string, fields: readonly FieldShape[] = []) {
    this.name = name;
    this.fields = fields;
  }
}
