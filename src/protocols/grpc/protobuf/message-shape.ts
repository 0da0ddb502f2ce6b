import type { ProtoReader } from "./proto-reader.ts";
import type { ProtoWriter } from "./proto-writer.ts";

/** Types of single values (proto3, "Scalar Value Types"). Integers of 64 bits are bigints, `bytes` are Uint8Arrays. */
export type Scalar =
  | "double"
  | "float"
  | "int32"
  | "int64"
  | "uint32"
  | "uint64"
  | "sint32"
  | "sint64"
  | "fixed32"
  | "fixed64"
  | "sfixed32"
  | "sfixed64"
  | "bool"
  | "string"
  | "bytes";

/** What may be the key of a map. */
export type MapKey = Exclude<Scalar, "double" | "float" | "bytes">;

/** An enum. Its values are their names; a number that has none stays a number, as proto3's enums are open. */
export class EnumShape {
  readonly name: string;
  readonly numbers: ReadonlyMap<string, number>;
  readonly #names: ReadonlyMap<number, string>;

  /** The first of several names of one number is the one it is read as. */
  constructor(name: string, numbers: ReadonlyMap<string, number>) {
    const names = new Map<number, string>();
    for (const [text, number] of numbers) if (!names.has(number)) names.set(number, text);
    this.name = name;
    this.numbers = numbers;
    this.#names = names;
  }

  /** What is read for a number. */
  toValue(number: number): string | number {
    return this.#names.get(number) ?? number;
  }
}

/** A message that handlers know as another kind of value: `google.protobuf.Timestamp` is a Date. */
export interface ValueShape {
  /** Of the message, with its package. */
  readonly name: string;
  /** Writes the message's content. Throws for what is no such value. */
  write(writer: ProtoWriter, value: unknown): void;
  /** Reads all of the message's content. */
  read(reader: ProtoReader): unknown;
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
  readonly number: number;
  readonly type: Scalar | EnumShape | ValueShape | MessageShape;
  readonly cardinality: Cardinality;
  /** Of a map. */
  readonly key?: MapKey;
  /** Of the fields with the same word here at most one is set. */
  readonly oneof?: string;
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
