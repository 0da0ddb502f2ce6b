import { connectionFailure } from "./failure.ts";

/** A block may be so much larger encoded than what its fields may have: the table must stay in step to answer 431. */
const BYTES_A_HEADER_BYTE = 4;
const nothing = new Uint8Array(0);

/** A field block that comes in several frames (RFC 9113 §4.3, §6.10), put together. Its size is bounded. */
export class BlockAssembly {
  /** The stream whose block is not whole yet; 0 for none. No other frame may come between. */
  stream: number;
  /** END_STREAM stood in the HEADERS frame. */
  isLast: boolean;
  #bytes: Uint8Array;
  #length: number;
  readonly #most: number;

  constructor(headerBytes: number) {
    this.stream = 0;
    this.isLast = false;
    this.#bytes = nothing;
    this.#length = 0;
    this.#most = headerBytes * BYTES_A_HEADER_BYTE;
  }

  begin(stream: number, isLast: boolean): void {
    this.stream = stream;
    this.isLast = isLast;
  }

  add(bytes: Uint8Array, start: number, end: number): void {
    const length = this.#length + end - start;
    // Not read to its end, the block leaves the table out of step: nothing after it could be read (CVE-2024-27316).
    if (length > this.#most) throw connectionFailure("enhanceYourCalm", "a field block has no end");
    if (length > this.#bytes.length) this.#grow(length);
    this.#bytes.set(bytes.subarray(start, end), this.#length);
    this.#length = length;
  }

  /** The whole block; the assembly is empty after it. */
  take(): Uint8Array {
    const block = this.#bytes.subarray(0, this.#length);
    this.stream = 0;
    this.#bytes = nothing;
    this.#length = 0;
    return block;
  }

  #grow(length: number): void {
    const grown = new Uint8Array(Math.min(this.#most, Math.max(length, this.#bytes.length * 2)));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
  }
}
