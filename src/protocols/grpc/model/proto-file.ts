import type { Cardinality, FieldShape, ValueShape } from "../protobuf/message-shape.ts";
import type { Scalar } from "../protobuf/scalar.ts";

/** A .proto file, as far as it is served: what its text, its descriptors and its codecs are made from. */
export interface ProtoFile {
  /** By which others import it, and reflection finds it: `blog/v1/blog.proto`. */
  readonly path: string;
  readonly package: string;
  readonly description: string | null;
  /** Where it is one of others: the files that it says it imports. */
  readonly imports?: readonly string[];
  readonly messages: readonly ProtoMessage[];
  readonly enums: readonly ProtoEnum[];
  readonly services: readonly ProtoService[];
}

/** What was there once, and must not come back as something else. */
export interface Reserved {
  readonly numbers: readonly number[];
  /** First and last, where a file of others says so. */
  readonly ranges?: readonly (readonly [number, number])[];
  readonly names: readonly string[];
}

/** A message. Those that contain themselves get their fields after they were made. */
export class ProtoMessage {
  /** With its package, and the messages that it stands in: `blog.v1.User`. */
  readonly fullName: string;
  readonly description: string | null;
  fields: readonly ProtoField[];
  reserved: Reserved;
  /** The one property that handlers know the message as: of messages for lists in lists, and for items that may be null. */
  wraps: string | null;

  constructor(fullName: string, description: string | null = null) {
    this.fullName = fullName;
    this.description = description;
    this.fields = [];
    this.reserved = { numbers: [], names: [] };
    this.wraps = null;
  }
}

/** A field of a message. */
export interface ProtoField {
  /** In snake case. */
  readonly name: string;
  /** In ProtoJSON, in lower camel case. */
  readonly jsonName: string;
  /** Of the JavaScript objects that are read and written. */
  readonly property: string;
  readonly number: number;
  readonly type: Scalar | ProtoEnum | ProtoMessage | ValueShape;
  readonly cardinality: Cardinality;
  readonly key?: FieldShape["key"];
  readonly oneof?: string;
  readonly convert?: FieldShape["convert"];
  readonly derive?: FieldShape["derive"];
  readonly description: string | null;
  readonly isDeprecated: boolean;
}

/** An enum. Its first value has the number 0. */
export class ProtoEnum {
  /** With its package. */
  readonly fullName: string;
  readonly values: readonly ProtoEnumValue[];
  readonly reserved: Reserved;

  constructor(fullName: string, values: readonly ProtoEnumValue[], reserved: Reserved) {
    this.fullName = fullName;
    this.values = values;
    this.reserved = reserved;
  }
}

/** A value of an enum. */
export interface ProtoEnumValue {
  /** `POST_STATUS_DRAFT`. */
  readonly name: string;
  readonly number: number;
  /** As handlers know it: `draft`; null for the one that stands for none. */
  readonly value: string | null;
}

/** A service. */
export interface ProtoService {
  /** With its package. */
  readonly fullName: string;
  readonly description: string | null;
  readonly methods: readonly ProtoMethod[];
}

/** A method of a service. */
export interface ProtoMethod {
  readonly name: string;
  readonly input: ProtoMessage | ValueShape;
  readonly output: ProtoMessage | ValueShape;
  readonly streamsInput: boolean;
  readonly streamsOutput: boolean;
  /** `idempotency_level = NO_SIDE_EFFECTS`. */
  readonly isSafe: boolean;
  readonly description: string | null;
  readonly isDeprecated: boolean;
}
