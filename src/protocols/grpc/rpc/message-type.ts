/** How a message is written: as protobuf, or as JSON (ProtoJSON). */
export type Format = "proto" | "json";

/** Reads and writes the messages of one type in one format. */
export interface MessageFormat {
  /** Throws a ProtoError for what is no such message. What it answers keeps nothing of `content`. */
  read(content: Uint8Array): unknown;
  /** The message with {@link ENVELOPE_BYTES} of room before it. Throws an OutputMismatch for a value that is no such message. */
  write(value: unknown): Uint8Array;
}

/** A type of messages, in both formats. */
export interface MessageType {
  /** With its package. */
  readonly name: string;
  readonly proto: MessageFormat;
  readonly json: MessageFormat;
}
