import { OutputMismatch } from "../../../plan/codec/codec.ts";
import type { EnumShape } from "./enum-shape.ts";

const FIRST_BYTES = 512;
/** Characters whose UTF-8 is surely shorter than 128 bytes, so that its length is one byte. */
const SHORT_TEXT = 42;
const MIN_INT64 = -(2n ** 63n);
const MAX_INT64 = 2n ** 63n - 1n;
const MAX_UINT64 = 2n ** 64n - 1n;

/**
 * Writes the values of one message after the other into a buffer that grows. Each method checks its value and throws an
 * OutputMismatch for one that its type does not allow.
 */
export class ProtoWriter {
  #bytes: Buffer;
  #at: number;

  constructor() {
    this.#bytes = Buffer.allocUnsafeSlow(FIRST_BYTES);
    this.#at = 0;
  }

  /** Bytes written since the last {@link take}. */
  get length(): number {
    return this.#at;
  }

  /** A copy of what was written; the writer begins anew. */
  take(): Buffer {
    const bytes = Buffer.from(this.#bytes.subarray(0, this.#at));
    this.#at = 0;
    return bytes;
  }

  /** Leaves so many bytes as they are. */
  skip(bytes: number): void {
    this.#reserve(bytes);
    this.#at += bytes;
  }

  /** Forgets what was written, after an error. */
  clear(): void {
    this.#at = 0;
  }

  /** A tag, or a length: an unsigned number of 32 bits that is known to be one. */
  varint(value: number): void {
    this.#reserve(5);
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
    return this.#at;
  }

  /** Ends what began at `start`: nearly always its length is the one byte that was left for it. */
  end(start: number): void {
    const length = this.#at - start;
    if (length <= 0x7f) {
      this.#bytes[start - 1] = length;
      return;
    }
    const more = Math.ceil((32 - Math.clz32(length)) / 7) - 1;
    this.#reserve(more);
    this.#bytes.copyWithin(start + more, start, this.#at);
    this.#at = start - 1;
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
    this.varint(unsigned(value));
  }

  sint32(value: unknown): void {
    if (typeof value !== "number" || (value | 0) !== value)
      throw new OutputMismatch("an integer of 32 bits", value);
    this.varint(((value << 1) ^ (value >> 31)) >>> 0);
  }

  int64(value: unknown): void {
    this.#varint64(BigInt.asUintN(64, signed64(value)));
  }

  uint64(value: unknown): void {
    this.#varint64(unsigned64(value));
  }

  sint64(value: unknown): void {
    const number = signed64(value);
    this.#varint64(BigInt.asUintN(64, (number << 1n) ^ (number >> 63n)));
  }

  fixed32(value: unknown): void {
    this.#reserve(4);
    this.#at = this.#bytes.writeUInt32LE(unsigned(value), this.#at);
  }

  sfixed32(value: unknown): void {
    if (typeof value !== "number" || (value | 0) !== value)
      throw new OutputMismatch("an integer of 32 bits", value);
    this.#reserve(4);
    this.#at = this.#bytes.writeInt32LE(value, this.#at);
  }

  fixed64(value: unknown): void {
    this.#reserve(8);
    this.#at = this.#bytes.writeBigUInt64LE(unsigned64(value), this.#at);
  }

  sfixed64(value: unknown): void {
    this.#reserve(8);
    this.#at = this.#bytes.writeBigInt64LE(signed64(value), this.#at);
  }

  float(value: unknown): void {
    if (typeof value !== "number") throw new OutputMismatch("a number", value);
    this.#reserve(4);
    this.#at = this.#bytes.writeFloatLE(value, this.#at);
  }

  double(value: unknown): void {
    if (typeof value !== "number") throw new OutputMismatch("a number", value);
    this.#reserve(8);
    this.#at = this.#bytes.writeDoubleLE(value, this.#at);
  }

  bool(value: unknown): void {
    if (typeof value !== "boolean") throw new OutputMismatch("a boolean", value);
    this.#reserve(1);
    this.#bytes[this.#at++] = value ? 1 : 0;
  }

  string(value: unknown): void {
    if (typeof value !== "string") throw new OutputMismatch("a text", value);
    if (value.length <= SHORT_TEXT) {
      this.#reserve(1 + 3 * value.length);
      const length = this.#bytes.write(value, this.#at + 1, "utf8");
      this.#bytes[this.#at] = length;
      this.#at += 1 + length;
    } else {
      const length = Buffer.byteLength(value);
      this.varint(length);
      this.#reserve(length);
      this.#at += this.#bytes.write(value, this.#at, "utf8");
    }
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

  #varint64(value: bigint): void {
    this.#reserve(10);
    let rest = value;
    while (rest > 0xffffffffn) {
      this.#bytes[this.#at++] = Number(rest & 0x7fn) | 0x80;
      rest >>= 7n;
    }
    this.varint(Number(rest));
  }

  #reserve(length: number): void {
    const needed = this.#at + length;
    if (needed <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(needed, this.#bytes.length * 2));
    this.#bytes.copy(grown, 0, 0, this.#at);
    this.#bytes = grown;
  }
}

function unsigned(value: unknown): number {
  if (typeof value !== "number" || value >>> 0 !== value)
    throw new OutputMismatch("an unsigned integer of 32 bits", value);
  return value;
}

function signed64(value: unknown): bigint {
  if (typeof value !== "bigint" || value < MIN_INT64 || value > MAX_INT64)
    throw new OutputMismatch("a bigint of 64 bits", value);
  return value;
}

function unsigned64(value: unknown): bigint {
  if (typeof value !== "bigint" || value < 0n || value > MAX_UINT64)
    throw new OutputMismatch("an unsigned bigint of 64 bits", value);
  return value;
}
