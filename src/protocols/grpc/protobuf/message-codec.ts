import { Names } from "../../../plan/codec/codec.ts";
import { decoderSource, defaultsSource } from "./decoder-source.ts";
import { encoderSource } from "./encoder-source.ts";
import { MessageShape, type ValueShape } from "./message-shape.ts";
import { ProtoReader } from "./proto-reader.ts";
import { ProtoWriter } from "./proto-writer.ts";

/** A message's values: members by the names of its fields. */
export type MessageValue = Record<string, unknown>;

const writer = new ProtoWriter();

/**
 * Writes and reads one type of message, compiled from its shape: straight code for each field, no look at the shape for each
 * value. Types that contain each other are compiled together.
 */
export class MessageCodec {
  readonly shape: MessageShape;
  /** Writes all fields of a value. */
  write: (writer: ProtoWriter, value: MessageValue) => void;
  /** Reads up to the reader's end into `value`, which is also what it answers: messages that come twice are merged. */
  read: (reader: ProtoReader, value: MessageValue) => MessageValue;
  /** A value with all defaults. */
  make: () => MessageValue;

  /** Not usable before it is compiled, but can be referred to. */
  constructor(shape: MessageShape) {
    this.shape = shape;
    this.write = notCompiled;
    this.read = notCompiled;
    this.make = notCompiled;
  }

  /** With `room` bytes before the message, for whatever goes there. Throws an OutputMismatch for a value that the shape does not allow. */
  encode(value: MessageValue, room = 0): Uint8Array {
    try {
      writer.skip(room);
      this.write(writer, value);
      return writer.take();
    } finally {
      writer.clear();
    }
  }

  /** Throws a ProtoError for bytes that are no such message. */
  decode(bytes: Uint8Array): MessageValue {
    return this.read(new ProtoReader(bytes), this.make());
  }
}

/** Writes the message of a value that handlers know as something else, with `room` bytes before it. */
export function encodeValue(shape: ValueShape, value: unknown, room = 0): Uint8Array {
  try {
    writer.skip(room);
    shape.write(writer, value);
    return writer.take();
  } finally {
    writer.clear();
  }
}

/** Compiles messages; each shape once. */
export class MessageCompiler {
  readonly #codecs: Map<MessageShape, MessageCodec>;

  constructor() {
    this.#codecs = new Map();
  }

  codec(shape: MessageShape): MessageCodec {
    const known = this.#codecs.get(shape);
    if (known !== undefined) return known;
    const codec = new MessageCodec(shape);
    this.#codecs.set(shape, codec);
    for (const { type } of shape.fields) if (type instanceof MessageShape) this.codec(type);
    const names = new Names();
    const bind = (base: string, value: unknown): string =>
      names.bind(base, value instanceof MessageShape ? this.codec(value) : value);
    // Sources are made first, since they bind the names that they use.
    const sources = {
      write: encoderSource(shape, bind),
      read: decoderSource(shape, bind),
      make: `return ${defaultsSource(shape, bind)};`,
    };
    codec.write = compiled(names, ["w", "m"], sources.write);
    codec.read = compiled(names, ["r", "m"], sources.read);
    codec.make = compiled(names, [], sources.make);
    return codec;
  }
}

// biome-ignore lint/suspicious/noExplicitAny: what generated source is, no type can know
function compiled(names: Names, parameters: readonly string[], source: string): any {
  return names.compile(parameters, source);
}

function notCompiled(): never {
  throw new Error("The message is being compiled");
}
