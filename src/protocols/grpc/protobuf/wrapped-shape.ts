import type { JsonCodec } from "./json-codec.ts";
import type { MessageCodec } from "./message-codec.ts";
import type { MessageShape, ValueShape } from "./message-shape.ts";
import type { ProtoReader } from "./proto-reader.ts";
import type { ProtoWriter } from "./proto-writer.ts";

/** A message that handlers know as the value of its one field: what protobuf needs for lists of lists, and for items that may be null. */
export class WrappedShape implements ValueShape {
  readonly name: string;
  readonly message: MessageShape;
  /** The property of the message. */
  readonly property: string;
  readonly #codec: () => MessageCodec;

  constructor(message: MessageShape, property: string, codec: () => MessageCodec) {
    this.name = message.name;
    this.message = message;
    this.property = property;
    this.#codec = codec;
  }

  write(writer: ProtoWriter, value: unknown): void {
    this.#codec().write(writer, { [this.property]: value });
  }

  read(reader: ProtoReader): unknown {
    const codec = this.#codec();
    return codec.read(reader, codec.make())[this.property] ?? null;
  }

  json(message: (shape: MessageShape) => JsonCodec): JsonCodec {
    const codec = message(this.message);
    return {
      toJson: (value) => codec.toJson({ [this.property]: value }),
      fromJson: (json, place) => Reflect.get(Object(codec.fromJson(json, place)), this.property) ?? null,
    };
  }
}
