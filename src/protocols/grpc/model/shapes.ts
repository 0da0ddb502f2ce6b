import { EnumShape } from "../protobuf/enum-shape.ts";
import { jsonFormat } from "../protobuf/json-format.ts";
import { encodeValue, type MessageCodec, MessageCompiler } from "../protobuf/message-codec.ts";
import { type FieldShape, MessageShape, type ValueShape } from "../protobuf/message-shape.ts";
import { ProtoReader } from "../protobuf/proto-reader.ts";
import { WrappedShape } from "../protobuf/wrapped-shape.ts";
import type { MessageFormat, MessageType } from "../rpc/message-type.ts";
import { ENVELOPE_BYTES, withHead } from "../wire/envelope.ts";
import { ProtoEnum, type ProtoField, ProtoMessage } from "./proto-file.ts";

/** Makes the codecs of messages: each when it is first used, which for most is never. */
export class MessageTypes {
  readonly #compiler = new MessageCompiler();
  readonly #shapes = new Map<ProtoMessage, MessageShape>();
  readonly #wrappers = new Map<ProtoMessage, WrappedShape>();
  readonly #enums = new Map<ProtoEnum, EnumShape>();

  /** The type of messages that a method takes or answers. */
  type(message: ProtoMessage | ValueShape): MessageType {
    if (!(message instanceof ProtoMessage)) return valueType(message);
    let codec: MessageCodec | null = null;
    const compiled = (): MessageCodec => {
      codec ??= this.#compiler.codec(this.#shape(message));
      return codec;
    };
    const proto: MessageFormat = {
      read: (content) => compiled().decode(content),
      write: (value) => withHead(compiled().encode(value as Record<string, unknown>, ENVELOPE_BYTES)),
    };
    let json: MessageFormat | null = null;
    return {
      name: message.fullName,
      proto,
      get json(): MessageFormat {
        json ??= jsonFormat(compiled().shape);
        return json;
      },
    };
  }

  #shape(message: ProtoMessage): MessageShape {
    const known = this.#shapes.get(message);
    if (known !== undefined) return known;
    const shape = new MessageShape(message.fullName);
    this.#shapes.set(message, shape);
    shape.fields = message.fields.map((field) => this.#field(field));
    return shape;
  }

  #field(field: ProtoField): FieldShape {
    const { type } = field;
    return {
      name: field.property,
      jsonName: field.jsonName,
      number: field.number,
      type: this.#type(type),
      cardinality: field.cardinality,
      ...(field.key === undefined ? {} : { key: field.key }),
      ...(field.oneof === undefined ? {} : { oneof: field.oneof }),
      ...(field.convert === undefined ? {} : { convert: field.convert }),
      ...(field.derive === undefined ? {} : { derive: field.derive }),
    };
  }

  #type(type: ProtoField["type"]): FieldShape["type"] {
    if (type instanceof ProtoEnum) return this.#enum(type);
    if (!(type instanceof ProtoMessage)) return type;
    return type.wraps === null ? this.#shape(type) : this.#wrapped(type, type.wraps);
  }

  #wrapped(message: ProtoMessage, property: string): WrappedShape {
    const known = this.#wrappers.get(message);
    if (known !== undefined) return known;
    const shape = this.#shape(message);
    const made = new WrappedShape(shape, property, () => this.#compiler.codec(shape));
    this.#wrappers.set(message, made);
    return made;
  }

  #enum(proto: ProtoEnum): EnumShape {
    const known = this.#enums.get(proto);
    if (known !== undefined) return known;
    const values = proto.values.flatMap(({ value, number }) =>
      value === null ? [] : [[value, number] as const],
    );
    const names = proto.values.map(({ name, number }) => [name, number] as const);
    const shape = new EnumShape(proto.fullName, new Map(values), new Map(names));
    this.#enums.set(proto, shape);
    return shape;
  }
}

/** The type of a message that handlers know as a value: google.protobuf.Empty among others. */
function valueType(shape: ValueShape): MessageType {
  let json: MessageFormat | null = null;
  return {
    name: shape.name,
    proto: {
      read: (content) => shape.read(new ProtoReader(content)),
      write: (value) => withHead(encodeValue(shape, value, ENVELOPE_BYTES)),
    },
    get json(): MessageFormat {
      json ??= jsonFormat(shape);
      return json;
    },
  };
}
