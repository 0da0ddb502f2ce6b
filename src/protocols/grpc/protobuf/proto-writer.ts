import { endianness } from "node:os";
import { OutputMismatch } from "../../../plan/codec/codec.ts";
import type { EnumShape } from "./enum-shape.ts";

/** As much as Node's own pool for small buffers has: what is kept of a message keeps no more than that. */
const SLAB_BYTES = 8 * 1024;
/** Texts up to this length are written here as long as they are ASCII: a call into Node costs as much as all of them. */
const SHORT_TEXT = 40;
/** What the length of a text may be in one byte. */
const ONE_BYTE_LENGTH = 0x7f;
/** Bytes of UTF-8 that a character takes at most. */
const BYTES_A_CHARACTER = 3;

/** One number of 64 bits, as two of 32 and as all else that it may be. */
const words = new Uint32Array(2);
const signed = new BigInt64Array(words.buffer);
const unsigned = new BigUint64Array(words.buffer);
const double = new Float64Array(words.buffer);
const float = new Float32Array(words.buffer);
const [LOW, HIGH] = endianness() === "LE" ? [0, 1] : [1, 0];

/**
 * Writes the values of one message after the other. Each method checks its value and throws an OutputMismatch for one that its
 * type does not allow. Messages are written where they stay, one behind the other in a slab.
 */
export class ProtoWriter {
  #bytes: Buffer;
  /** Where the present message begins. */
  #first: number;
  #at: number;

  constructor() {
    this.#bytes = Buffer.allocUnsafeSlow(SLAB_BYTES);
    this.#first = 0;
    this.#at = 0;
  }

  /** Bytes written since the last {@link take}. */
  get length(): number {
    return this.#at - this.#first;
  }

  /** What was written, which is not written to again; the writer begins anew. A message that has outgrown the slab is copied to its size. */
  take(): Uint8Array {
    const { buffer, byteOffset } = this.#bytes;
    const bytes = new Uint8Array(buffer, byteOffset + this.#first, this.#at - this.#first);
    this.#first = this.#at;
    if (this.#bytes.length === SLAB_BYTES) return bytes;
    this.#bytes = Buffer.allocUnsafeSlow(SLAB_BYTES);
    this.#first = 0;
    this.#at = 0;
    return Buffer.from(bytes);
  }

  /** Leaves so many bytes as they are. */
  skip(bytes: number): void {
    this.#reserve(bytes);
    this.#at += bytes;
  }

  /** Forgets what was written, after an error. */
  clear(): void {
    this.#at = this.#first;
  }

  /** A number below 128, as most tags are. */
  byte(value: number): void {
    if (this.#at === this.#bytes.length) this.#move(1);
    this.#bytes[this.#at++] = value;
  }

  /** A tag, or a length: an unsigned number of 32 bits that is known to be one. */
  varint(value: number): void {
    if (this.#at + 5 > this.#bytes.length) this.#move(5);
    let rest = value;
    while (rest > 0x7f) {
      this.#bytes[this.#at++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.#bytes[this.#at++] = rest;
  }

  /** Begins something whose length goes before it. */
  begin(): number {
    this.#reserve(1);
    this.#at += 1;
    return this.#at - this.#first;
  }

  /** Ends what began at `start`: nearly always its length is the one byte that was left for it. */
  end(start: number): void {
    const length = this.#at - this.#first - start;
    if (length <= 0x7f) {
      this.#bytes[this.#first + start - 1] = length;
      return;
    }
    const more = Math.ceil((32 - Math.clz32(length)) / 7) - 1;
    this.#reserve(more);
    const begun = this.#first + start;
    this.#bytes.copyWithin(begun + more, begun, this.#at);
    this.#at = begun - 1;
    this.varint(length);
    this.#at += length;
  }

  int32(value: unknown): void {
    if (typeof value !== "number" || (value | 0) !== value)
      throw new OutputMismatch("an integer of 32 bits", value);
    if (value >= 0) this.varint(value);
    else this.#negative(value);
  }

  uint32(value: unknown): void {
    this.varint(unsigned32(value));
  }

  sint32(value: unknown): void {
    if (typeof value !== "number" || (value | 0) !== value)
      throw new OutputMismatch("an integer of 32 bits", value);
    this.varint(((value << 1) ^ (value >> 31)) >>> 0);
  }

  int64(value: unknown): void {
    takeSigned(value);
    this.#varint64();
  }

  uint64(value: unknown): void {
    takeUnsigned(value);
    this.#varint64();
  }

  sint64(value: unknown): void {
    takeSigned(value);
    const low = words[LOW] ?? 0;
    const high = words[HIGH] ?? 0;
    const sign = (high | 0) >> 31;
    words[LOW] = (low << 1) ^ sign;
    words[HIGH] = ((high << 1) | (low >>> 31)) ^ sign;
    this.#varint64();
  }

  fixed32(value: unknown): void {
    this.#reserve(4);
    this.#word(unsigned32(value));
  }

  sfixed32(value: unknown): void {
    if (typeof value !== "number" || (value | 0) !== value)
      throw new OutputMismatch("an integer of 32 bits", value);
    this.#reserve(4);
    this.#word(value);
  }

  fixed64(value: unknown): void {
    takeUnsigned(value);
    this.#fixed64();
  }

  sfixed64(value: unknown): void {
    takeSigned(value);
    this.#fixed64();
  }

  float(value: unknown): void {
    if (typeof value !== "number") throw new OutputMismatch("a number", value);
    this.#reserve(4);
    float[0] = value;
    this.#word(words[0] ?? 0);
  }

  double(value: unknown): void {
    if (typeof value !== "number") throw new OutputMismatch("a number", value);
    double[0] = value;
    this.#fixed64();
  }

  /** A text after its tag, which is below 128. */
  tagged(tag: number, value: unknown): void {
    if (typeof value !== "string") throw new OutputMismatch("a text", value);
    this.#reserve(2 + SHORT_TEXT);
    this.#bytes[this.#at++] = tag;
    if (value.length > SHORT_TEXT) this.#text(value);
    else this.#shortText(value);
  }

  bool(value: unknown): void {
    if (typeof value !== "boolean") throw new OutputMismatch("a boolean", value);
    this.#reserve(1);
    this.#bytes[this.#at++] = value ? 1 : 0;
  }

  string(value: unknown): void {
    if (typeof value !== "string") throw new OutputMismatch("a text", value);
    this.#reserve(1 + SHORT_TEXT);
    if (value.length > SHORT_TEXT) this.#text(value);
    else this.#shortText(value);
  }

  bytes(value: unknown): void {
    if (!(value instanceof Uint8Array)) throw new OutputMismatch("bytes", value);
    this.varint(value.length);
    this.#reserve(value.length);
    this.#bytes.set(value, this.#at);
    this.#at += value.length;
  }

  enum(value: unknown, { name, numbers }: EnumShape): void {
    const number = typeof value === "string" ? numbers.get(value) : value;
    if (typeof number !== "number") throw new OutputMismatch(`a value of ${name}`, value);
    this.int32(number);
  }

  /** Ten bytes: it is extended to 64 bits. */
  #negative(value: number): void {
    this.#reserve(10);
    let rest = value;
    for (let index = 0; index < 4; index++) {
      this.#bytes[this.#at++] = (rest & 0x7f) | 0x80;
      rest >>= 7;
    }
    this.#bytes[this.#at++] = (rest & 0x0f) | 0xf0;
    for (let index = 0; index < 4; index++) this.#bytes[this.#at++] = 0xff;
    this.#bytes[this.#at++] = 1;
  }

  /** There is room for it, with a length of one byte, if it is ASCII. */
  #shortText(text: string): void {
    const bytes = this.#bytes;
    const start = this.#at + 1;
    let all = 0;
    for (let index = 0; index < text.length; index++) {
      const character = text.charCodeAt(index);
      all |= character;
      bytes[start + index] = character;
    }
    if (all > 0x7f) this.#text(text);
    else {
      bytes[start - 1] = text.length;
      this.#at = start + text.length;
    }
  }

  /** Not short, or not ASCII: its length is nearly always the one byte that is left for it. */
  #text(text: string): void {
    if (text.length > ONE_BYTE_LENGTH) {
      this.#longText(text);
      return;
    }
    this.#reserve(1 + BYTES_A_CHARACTER * text.length);
    const start = this.#at + 1;
    const length = this.#bytes.write(text, start, "utf8");
    if (length > ONE_BYTE_LENGTH) this.#longText(text);
    else {
      this.#bytes[start - 1] = length;
      this.#at = start + length;
    }
  }

  #longText(text: string): void {
    const length = Buffer.byteLength(text);
    this.varint(length);
    this.#reserve(length);
    this.#at += this.#bytes.write(text, this.#at, "utf8");
  }

  /** The number in `words`. */
  #varint64(): void {
    this.#reserve(10);
    let low = words[LOW] ?? 0;
    let high = words[HIGH] ?? 0;
    while (high !== 0) {
      this.#bytes[this.#at++] = (low & 0x7f) | 0x80;
      low = ((low >>> 7) | (high << 25)) >>> 0;
      high >>>= 7;
    }
    this.varint(low);
  }

  /** The number in `words`. */
  #fixed64(): void {
    this.#reserve(8);
    this.#word(words[LOW] ?? 0);
    this.#word(words[HIGH] ?? 0);
  }

  /** 32 bits, the lowest first; there is room. */
  #word(value: number): void {
    const bytes = this.#bytes;
    const at = this.#at;
    bytes[at] = value;
    bytes[at + 1] = value >>> 8;
    bytes[at + 2] = value >>> 16;
    bytes[at + 3] = value >>> 24;
    this.#at = at + 4;
  }

  /** Makes room. The message moves to another slab where this one has no more. */
  #reserve(length: number): void {
    if (this.#at + length > this.#bytes.length) this.#move(length);
  }

  #move(length: number): void {
    const written = this.#at - this.#first;
    const needed = written + length;
    const moved = Buffer.allocUnsafeSlow(Math.max(SLAB_BYTES, 2 * needed));
    this.#bytes.copy(moved, 0, this.#first, this.#at);
    this.#bytes = moved;
    this.#first = 0;
    this.#at = written;
  }
}

function unsigned32(value: unknown): number {
  if (typeof value !== "number" || value >>> 0 !== value)
    throw new OutputMismatch("an unsigned integer of 32 bits", value);
  return value;
}

/** Leaves the number in `words`. What does not fit comes back from there as another one: cheaper than to compare bigints. */
function takeSigned(value: unknown): void {
  if (typeof value !== "bigint") throw new OutputMismatch("a bigint of 64 bits", value);
  signed[0] = value;
  if (signed[0] !== value) throw new OutputMismatch("a bigint of 64 bits", value);
}

function takeUnsigned(value: unknown): void {
  if (typeof value !== "bigint") throw new OutputMismatch("an unsigned bigint of 64 bits", value);
  unsigned[0] = value;
  if (unsigned[0] !== value) throw new OutputMismatch("an unsigned bigint of 64 bits", value);
}
