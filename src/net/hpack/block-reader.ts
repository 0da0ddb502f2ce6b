import { HpackError } from "./hpack-error.ts";
import { decodeHuffman } from "./huffman-decoder.ts";

/** Bytes that follow the prefix of an integer: four give more than any length or index that can be right. */
const MAX_CONTINUATION_BYTES = 4;

/** Where strings are put together. Nothing stays in it: reading is not interrupted. */
const scratch = Buffer.allocUnsafeSlow(4 * 1024);

/** The integers and strings of a field block (RFC 7541 §5). Never reads past the end. */
export class BlockReader {
  at: number;
  end: number;
  #bytes: Uint8Array;

  constructor() {
    this.at = 0;
    this.end = 0;
    this.#bytes = scratch;
  }

  begin(bytes: Uint8Array, start: number, end: number): void {
    this.#bytes = bytes;
    this.at = start;
    this.end = end;
  }

  /** Lets go of the block. */
  finish(): void {
    this.#bytes = scratch;
  }

  peek(): number {
    if (this.at >= this.end) throw new HpackError("a field block ends within a field");
    return this.#bytes[this.at] ?? 0;
  }

  /** An integer whose prefix is in the bits of `mask` (§5.1). */
  integer(mask: number): number {
    let value = this.peek() & mask;
    this.at += 1;
    if (value < mask) return value;
    for (let shift = 0; shift < 7 * MAX_CONTINUATION_BYTES; shift += 7) {
      const byte = this.peek();
      this.at += 1;
      value += (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    throw new HpackError("an integer is too large");
  }

  /** A string literal (§5.2), its bytes as characters. */
  string(): string {
    const isHuffman = (this.peek() & 0x80) !== 0;
    const start = this.passString();
    return isHuffman ? this.#huffman(start, this.at) : this.#plain(start, this.at);
  }

  /** Passes over a string literal; its bytes begin where the answer says, after their length. */
  passString(): number {
    const length = this.integer(0x7f);
    const start = this.at;
    if (length > this.end - start) throw new HpackError("a string is longer than its field block");
    this.at = start + length;
    return start;
  }

  #huffman(start: number, end: number): string {
    const target = scratchOf(Math.ceil(((end - start) * 8) / 5));
    return target.toString("latin1", 0, decodeHuffman(this.#bytes, start, end, target));
  }

  #plain(start: number, end: number): string {
    const bytes = this.#bytes;
    if (end - start > 64)
      return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString("latin1");
    // A Buffer over the bytes costs more than a copy of so few.
    for (let at = start; at < end; at += 1) scratch[at - start] = bytes[at] ?? 0;
    return scratch.toString("latin1", 0, end - start);
  }
}

function scratchOf(bytes: number): Buffer {
  return bytes <= scratch.length ? scratch : Buffer.allocUnsafeSlow(bytes);
}
