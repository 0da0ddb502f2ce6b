import { isUtf8 } from "node:buffer";
import type { EnumShape } from "./enum-shape.ts";
import { ProtoError } from "./proto-error.ts";
import { FIXED32, FIXED64, GROUP_END, GROUP_START, LENGTH, MAX_DEPTH, VARINT } from "./wire-types.ts";

/** Texts up to this length are looked through for other than ASCII here; for longer ones Node does it faster. */
const SHORT_TEXT = 24;

/** Reads the values of a message. Throws a ProtoError for what is malformed; nothing is read past the end of a message. */
export class ProtoReader {
  /** Where the present message ends. */
  end: number;
  at: number;
  readonly #bytes: Buffer;
  #depth: number;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    this.end = bytes.length;
    this.at = 0;
    this.#depth = 0;
  }

  /** The next field's number and wire type. */
  tag(): number {
    const tag = this.uint32();
    if (tag >>> 3 === 0) throw new ProtoError("a field has the number 0");
    return tag;
  }

  /** Enters a message within the present one; gives the end of the latter, for {@link leave}. */
  enter(): number {
    const outer = this.end;
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) throw new ProtoError("messages are nested too deeply");
    this.end = this.#lengthEnd();
    return outer;
  }

  leave(outer: number): void {
    this.#depth -= 1;
    this.end = outer;
  }

  /** The lower 32 bits of a varint. */
  uint32(): number {
    const bytes = this.#bytes;
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      if (this.at >= this.end) throw truncated();
      const byte = bytes[this.at++] ?? 0;
      if (shift < 32) value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
    throw new ProtoError("a number has more than ten bytes");
  }

  int32(): number {
    return this.uint32() | 0;
  }

  sint32(): number {
    const value = this.uint32();
    return (value >>> 1) ^ -(value & 1);
  }

  int64(): bigint {
    return BigInt.asIntN(64, this.#varint64());
  }

  uint64(): bigint {
    return BigInt.asUintN(64, this.#varint64());
  }

  sint64(): bigint {
    const value = this.uint64();
    return (value >> 1n) ^ -(value & 1n);
  }

  fixed32(): number {
    return this.#bytes.readUInt32LE(this.#pass(4));
  }

  sfixed32(): number {
    return this.#bytes.readInt32LE(this.#pass(4));
  }

  fixed64(): bigint {
    return this.#bytes.readBigUInt64LE(this.#pass(8));
  }

  sfixed64(): bigint {
    return this.#bytes.readBigInt64LE(this.#pass(8));
  }

  float(): number {
    return this.#bytes.readFloatLE(this.#pass(4));
  }

  double(): number {
    return this.#bytes.readDoubleLE(this.#pass(8));
  }

  bool(): boolean {
    return this.#varint64() !== 0n;
  }

  string(): string {
    const end = this.#lengthEnd();
    const start = this.at;
    this.at = end;
    if (end - start <= SHORT_TEXT && this.#isAscii(start, end))
      return this.#bytes.toString("latin1", start, end);
    const bytes = this.#bytes.subarray(start, end);
    if (!isUtf8(bytes)) throw new ProtoError("a text is not UTF-8");
    return bytes.toString("utf8");
  }

  /** A copy: what was read from may be used for something else afterwards. */
  bytes(): Uint8Array {
    const end = this.#lengthEnd();
    const bytes = Uint8Array.prototype.slice.call(this.#bytes, this.at, end);
    this.at = end;
    return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  enum(shape: EnumShape): string | number {
    return shape.toValue(this.int32());
  }

  /** Passes over a field that is not known. */
  skip(tag: number): void {
    switch (tag & 7) {
      case VARINT:
        this.#varint64();
        break;
      case FIXED64:
        this.#pass(8);
        break;
      case LENGTH:
        this.at = this.#lengthEnd();
        break;
      case FIXED32:
        this.#pass(4);
        break;
      case GROUP_START:
        this.#skipGroup(tag >>> 3);
        break;
      default:
        throw new ProtoError("a field has a wire type that there is not");
    }
  }

  #skipGroup(number: number): void {
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) throw new ProtoError("messages are nested too deeply");
    for (;;) {
      const tag = this.tag();
      if ((tag & 7) !== GROUP_END) this.skip(tag);
      else if (tag >>> 3 === number) break;
      else throw new ProtoError("a group ends that did not begin");
    }
    this.#depth -= 1;
  }

  /** Most numbers fit in 28 bits; those are no bigint until the end. */
  #varint64(): bigint {
    const bytes = this.#bytes;
    let low = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      if (this.at >= this.end) throw truncated();
      const byte = bytes[this.at++] ?? 0;
      low |= (byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt(low);
    }
    let value = BigInt(low);
    for (let shift = 28n; shift < 70n; shift += 7n) {
      if (this.at >= this.end) throw truncated();
      const byte = bytes[this.at++] ?? 0;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw new ProtoError("a number has more than ten bytes");
  }

  /** Passes over so many bytes, and says where they begin. */
  #pass(length: number): number {
    const start = this.at;
    if (length > this.end - start) throw truncated();
    this.at = start + length;
    return start;
  }

  /** Reads a length, and says where what has it ends. */
  #lengthEnd(): number {
    const length = this.uint32();
    if (length > this.end - this.at) throw truncated();
    return this.at + length;
  }

  #isAscii(start: number, end: number): boolean {
    let all = 0;
    for (let at = start; at < end; at += 1) all |= this.#bytes[at] ?? 0;
    return all < 0x80;
  }
}

function truncated(): ProtoError {
  return new ProtoError("it ends before it is whole");
}
