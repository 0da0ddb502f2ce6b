import type { AnyOperation } from "../define/definition.ts";
import type { RowCodecs } from "./codec/compile.ts";
import type { Member } from "./codec/member.ts";
import { type Input, type InputForm, ObjectReader } from "./codec/object-reader.ts";
import { Violations } from "./codec/violations.ts";
import { toMembers } from "./input-reader.ts";

/** Reads the messages of one operation that callers send many to. */
export class MessageReader {
  /** The members of each message. */
  readonly members: readonly Member[];
  readonly #reader: ObjectReader;

  constructor(members: readonly Member[]) {
    this.members = members;
    this.#reader = new ObjectReader(members, "operation");
  }

  /** Reads a message, the first one being 0; throws INVALID_INPUT with every violated rule, as that of `messages[0].text`. */
  read(message: unknown, form: InputForm, index: number): Input {
    const violations = new Violations();
    const input = this.#reader.read(message, form, `messages[${index}]`, violations);
    if (violations.any) throw violations.toError();
    return input;
  }
}

/** The reader of an operation's messages; null where it takes one input. */
export function messageReader({ messages }: AnyOperation, rows: RowCodecs): MessageReader | null {
  return messages === null ? null : new MessageReader(toMembers(messages, rows));
}
