import { Buffer, isUtf8 } from "node:buffer";
import { endianness } from "node:os";
import type { EnumShape } from "./enum-shape.ts";
import { ProtoError } from "./proto-error.ts";
import { FIXED32, FIXED64, GROUP_END, GROUP_START, LENGTH, MAX_DEPTH, VARINT } from "./wire-types.ts";

/** Texts up to this length are looked through for other than ASCII here; for longer ones Node does it faster. */
const SHORT_TEXT = 64;
/** Messages up to this length are turned into text as a whole, which their texts are parts of, and keep: one call into Node for all. */
const SHORT_MESSAGE = 512;

/**
 * One number of 64 bits, as two of 32 and as all else that it may be: made of its halves like this, a bigint costs no arithmetic of
 * bigints.
 */
const words = new Uint32Array(2);
const signed = new BigInt64Array(words.buffer);
const unsigned = new BigUint64Array(words.buffer);
const double = new Float64Array(words.buffer);
const float = new Float32Array(words.buffer);
const [LOW, HIGH] = endianness() === "LE" ? [0, 1] : [1, 0];

/** Reads the values of a message. Throws a ProtoError for what is malformed; nothing is read past the end of a message. */
export class ProtoReader {
  /** Where the present message ends. */
  end: number;
  at: number;
  readonly #bytes: Buffer;
  #depth: number;
  /** The bytes of a varint that were read last say that more follow. */
  #isAmid: boolean;
  /** All bytes of a short message as Latin-1, which ASCII is a part of; null before the first text. */
  #text: string | null;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes instanceof Buffer ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    this.end = bytes.length;
    this.at = 0;
    this.#depth = 0;
    this.#isAmid = false;
    this.#text = null;
  }

  /** The next field's number and wire type. Whoever does not know them must {@link skip} them, which finds what no field can have. */
  tag(): number {
    return this.uint32();
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

  /** The lower 32 bits of a varint; nearly all are one byte. */
  uint32(): number {
    const { at } = this;
    if (at >= this.end) throw truncated();
    const byte = this.#bytes[at] ?? 0;
    if (byte > 0x7f) return this.#longUint32();
    this.at = at + 1;
    return byte;
  }

  #longUint32(): number {
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
    this.#varint64();
    return signed[0] ?? 0n;
  }

  uint64(): bigint {
    this.#varint64();
    return unsigned[0] ?? 0n;
  }

  sint64(): bigint {
    this.#varint64();
    const low = words[LOW] ?? 0;
    const high = words[HIGH] ?? 0;
    const sign = -(low & 1);
    words[LOW] = ((low >>> 1) | (high << 31)) ^ sign;
    words[HIGH] = (high >>> 1) ^ sign;
    return signed[0] ?? 0n;
  }

  fixed32(): number {
    return this.#word(this.#pass(4)) >>> 0;
  }

  sfixed32(): number {
    return this.#word(this.#pass(4));
  }

  fixed64(): bigint {
    this.#fixed64();
    return unsigned[0] ?? 0n;
  }

  sfixed64(): bigint {
    this.#fixed64();
    return signed[0] ?? 0n;
  }

  float(): number {
    words[0] = this.#word(this.#pass(4));
    return float[0] ?? 0;
  }

  double(): number {
    this.#fixed64();
    return double[0] ?? 0;
  }

  bool(): boolean {
    const byte = this.#bytes[this.at];
    if (byte !== undefined && byte < 2 && this.at < this.end) {
      this.at += 1;
      return byte === 1;
    }
    this.#varint64();
    return (words[LOW] ?? 0) !== 0 || (words[HIGH] ?? 0) !== 0;
  }

  string(): string {
    const end = this.#lengthEnd();
    const start = this.at;
    this.at = end;
    if (this.#bytes.length <= SHORT_MESSAGE) {
      if (isAscii(this.#bytes, start, end)) {
        // Nothing follows of which this could be a part.
        if (this.#text === null && end === this.#bytes.length)
          return this.#bytes.toString("latin1", start, end);
        const text = this.#text ?? this.#bytes.toString("latin1");
        this.#text = text;
        return text.slice(start, end);
      }
    } else if (end - start <= SHORT_TEXT && isAscii(this.#bytes, start, end)) {
      return this.#bytes.toString("latin1", start, end);
    }
    const bytes = this.#bytes.subarray(start, end);
    if (!isUtf8(bytes)) throw new ProtoError("a text is not UTF-8");
    return bytes.toString("utf8");
  }

  /** A copy: what was read from may be used for something else afterwards. */
  bytes(): Uint8Array {
    const end = this.#lengthEnd();
    const bytes = new Uint8Array(end - this.at);
    if (bytes.length > SHORT_TEXT) bytes.set(this.#bytes.subarray(this.at, end));
    else for (let index = 0; index < bytes.length; index++) bytes[index] = this.#bytes[this.at + index] ?? 0;
    this.at = end;
    return bytes;
  }

  enum(shape: EnumShape): string | number {
    return shape.toValue(this.int32());
  }

  /** Passes over a field that is not known, by its number and wire type. */
  skip(tag: number): void {
    if (tag >>> 3 === 0) throw new ProtoError("a field has the number 0");
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

  /** Leaves the 64 bits of a varint in `words`. */
  #varint64(): void {
    // 28 bits, 28 bits and what is above them.
    const low = this.#septets(4);
    const middle = this.#isAmid ? this.#septets(4) : 0;
    const high = this.#isAmid ? this.#septets(2) : 0;
    if (this.#isAmid) throw new ProtoError("a number has more than ten bytes");
    words[LOW] = low | (middle << 28);
    words[HIGH] = (middle >>> 4) | (high << 24);
  }

  /** Up to so many bytes of a varint, seven bits of each. */
  #septets(most: number): number {
    const bytes = this.#bytes;
    const stop = Math.min(this.end, this.at + most);
    let bits = 0;
    let at = this.at;
    for (let shift = 0; at < stop; shift += 7) {
      const byte = bytes[at++] ?? 0;
      bits |= (byte & 0x7f) << shift;
      if (byte > 0x7f) continue;
      this.at = at;
      this.#isAmid = false;
      return bits;
    }
    if (stop < this.at + most) throw truncated();
    this.at = at;
    this.#isAmid = true;
    return bits;
  }

  /** Leaves the 64 bits of a fixed number in `words`. */
  #fixed64(): void {
    const start = this.#pass(8);
    words[LOW] = this.#word(start);
    words[HIGH] = this.#word(start + 4);
  }

  /** The 32 bits at a place, the lowest first. */
  #word(at: number): number {
    const bytes = this.#bytes;
    return (
      (bytes[at] ?? 0) |
      ((bytes[at + 1] ?? 0) << 8) |
      ((bytes[at + 2] ?? 0) << 16) |
      ((bytes[at + 3] ?? 0) << 24)
    );
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
}

function isAscii(bytes: Buffer, start: number, end: number): boolean {
  let all = 0;
  for (let at = start; at < end; at += 1) all |= bytes[at] ?? 0;
  return all < 0x80;
}

function truncated(): ProtoError {
  return new ProtoError("it ends before it is whole");
}
