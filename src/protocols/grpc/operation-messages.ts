import { Passage } from "../../invoke/passage.ts";
import type { Input } from "../../plan/codec/object-reader.ts";
import type { MessageReader } from "../../plan/message-reader.ts";
import type { ProtoMessage } from "./model/proto-file.ts";
import { enumNames } from "./operation-input.ts";

/** Reads the messages that an operation takes, as they come. */
export class OperationMessages {
  readonly #reader: MessageReader;
  readonly #enums: readonly string[];

  constructor(reader: MessageReader, message: ProtoMessage) {
    this.#reader = reader;
    this.#enums = enumNames(message, reader.members);
  }

  /** Each is read when the handler asks for it. */
  open(messages: AsyncIterable<unknown>): Passage<Input> {
    return new Passage(messages, (message, index) => this.#read(message, index));
  }

  #read(message: unknown, index: number): Input {
    if (typeof message === "object" && message !== null)
      for (const name of this.#enums)
        if (Reflect.get(message, name) === 0) Reflect.set(message, name, undefined);
    return this.#reader.read(message, "fromTyped", index);
  }
}
