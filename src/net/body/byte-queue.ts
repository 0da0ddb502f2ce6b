import { isLasting } from "../read-buffer.ts";

/** Parts are copied together into rooms of these sizes: small at first, and as large as what has passed by already. */
const SMALLEST_ROOM = 8 * 1024;
const LARGEST_ROOM = 64 * 1024;
/** A part that is larger, and need not be copied, is kept as it is. */
const KEPT_PART = 8 * 1024;

/** Bytes that have arrived and wait for a reader. What the next read would overwrite is copied. */
export class ByteQueue {
  size: number;
  #parts: Uint8Array[];
  /** Where small parts gather; `#filled` bytes of it are in use, those before `#sealed` have been handed to `#parts`. */
  #room: Uint8Array;
  #filled: number;
  #sealed: number;
  /** Bytes that have passed by in all. */
  #total: number;

  constructor() {
    this.size = 0;
    this.#parts = [];
    this.#room = nothing;
    this.#filled = 0;
    this.#sealed = 0;
    this.#total = 0;
  }

  push(part: Uint8Array): void {
    if (part.length === 0) return;
    this.size += part.length;
    this.#total += part.length;
    if (part.length >= KEPT_PART && isLasting(part)) {
      this.#seal();
      this.#parts.push(part);
    } else this.#gather(part);
  }

  /** The parts in order, one by one; null when there is none. */
  shift(): Uint8Array | null {
    this.#seal();
    const part = this.#parts.shift();
    if (part === undefined) return null;
    this.size -= part.length;
    return part;
  }

  /** Everything as one. */
  takeAll(): Uint8Array {
    this.#seal();
    const [only] = this.#parts;
    const all = this.#parts.length === 1 && only !== undefined ? only : Buffer.concat(this.#parts, this.size);
    this.clear();
    return all;
  }

  clear(): void {
    this.size = 0;
    this.#parts = [];
    this.#room = nothing;
    this.#filled = 0;
    this.#sealed = 0;
  }

  #gather(part: Uint8Array): void {
    if (this.#filled + part.length > this.#room.length) {
      this.#seal();
      this.#room = Buffer.allocUnsafeSlow(this.#roomFor(part.length));
      this.#filled = 0;
      this.#sealed = 0;
    }
    this.#room.set(part, this.#filled);
    this.#filled += part.length;
  }

  /** A first part has a room of its own size: most contents are of one part. */
  #roomFor(length: number): number {
    if (this.#total === length) return length;
    return Math.max(length, Math.min(LARGEST_ROOM, Math.max(SMALLEST_ROOM, this.#total)));
  }

  #seal(): void {
    if (this.#filled === this.#sealed) return;
    const isWhole = this.#sealed === 0 && this.#filled === this.#room.length;
    this.#parts.push(isWhole ? this.#room : this.#room.subarray(this.#sealed, this.#filled));
    this.#sealed = this.#filled;
  }
}

const nothing = new Uint8Array(0);
