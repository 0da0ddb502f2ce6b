import type { TextValue } from "./statement.ts";

/** A message under way, of a length that is known. */
class Message {
  readonly bytes: Buffer;
  #at: number;

  /** `length`: of what comes behind the length. `behind`: of other messages behind this one. */
  constructor(type: string, length: number, behind = 0) {
    this.bytes = Buffer.allocUnsafe(1 + 4 + length + behind);
    this.bytes.write(type, 0, "latin1");
    this.bytes.writeInt32BE(4 + length, 1);
    this.#at = 5;
  }

  int16(value: number): this {
    this.#at = this.bytes.writeUInt16BE(value, this.#at);
    return this;
  }

  int32(value: number): this {
    this.#at = this.bytes.writeInt32BE(value, this.#at);
    return this;
  }

  text(text: string): this {
    this.#at += this.bytes.write(text, this.#at);
    this.bytes[this.#at++] = 0;
    return this;
  }

  piece(bytes: Uint8Array): this {
    this.bytes.set(bytes, this.#at);
    this.#at += bytes.length;
    return this;
  }

  value(value: string | Uint8Array | null, length: number): this {
    this.int32(length);
    if (typeof value === "string") this.bytes.write(value, this.#at);
    else if (value !== null) this.bytes.set(value, this.#at);
    this.#at += Math.max(length, 0);
    return this;
  }
}

/** Parse (PostgreSQL, 55.7 Message Formats): the types of values are found by the server. */
export function writeParse(name: string, text: string): Uint8Array {
  const message = new Message("P", size(name) + size(text) + 2);
  return message.text(name).text(text).int16(0).bytes;
}

/**
 * Bind of the unnamed portal, whose columns come as text, Execute of it to its end, and Sync. Buffers go as they are, all else as text. Throws
 * a RangeError for more than 65,535 values.
 */
export function writeExecution(name: string, values: readonly TextValue[]): Uint8Array {
  const hasBytes = values.some((value) => value instanceof Uint8Array);
  const formats = hasBytes ? values.length : 0;
  let length = 1 + size(name) + 2 + 2 * formats + 2 + 2;
  const lengths: number[] = [];
  const texts = values.map((value) => (typeof value === "number" ? String(value) : value));
  for (const value of texts) {
    const own = value === null ? -1 : typeof value === "string" ? Buffer.byteLength(value) : value.length;
    lengths.push(own);
    length += 4 + Math.max(own, 0);
  }
  const message = new Message("B", length, executeAndSync.length).text("").text(name).int16(formats);
  if (hasBytes) for (const value of values) message.int16(value instanceof Uint8Array ? 1 : 0);
  message.int16(values.length);
  for (const [index, value] of texts.entries()) message.value(value, lengths[index] ?? -1);
  return message.int16(0).piece(executeAndSync).bytes;
}

const executeAndSync: Uint8Array = Buffer.concat([
  new Message("E", 5).text("").int32(0).bytes,
  new Message("S", 0).bytes,
]);

/** Of a text with the NUL behind it. */
function size(text: string): number {
  return Buffer.byteLength(text) + 1;
}
