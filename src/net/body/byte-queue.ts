import { lasting } from "../read-buffer.ts";

/** Parts smaller than this are copied together, so that a peer sending byte by byte does not cost an object a byte. */
const SMALL = 1024;
const ROOM = 8 * 1024;

/** Bytes that have arrived and wait for a reader. What the next read would overwrite is copied. */
export class ByteQueue {
  size: number;
  #parts: Uint8Array[];
  /** Where small parts gather; `#filled` bytes of it are in use, those before `#sealed` have been handed to `#parts`. */
  #room: Uint8Array;
  #filled: number;
  #sealed: number;

  constructor() {
    this.size = 0;
    this.#parts = [];
    this.#room = nothing;
    this.#filled = 0;
    this.#sealed = 0;
  }

  push(part: Uint8Array): void {
    if (part.length === 0) return;
    const isFirst = this.size === 0;
    this.size += part.length;
    if (isFirst || part.length >= SMALL) {
      this.#seal();
      this.#parts.push(lasting(part));
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
      this.#room = new Uint8Array(ROOM);
      this.#filled = 0;
      this.#sealed = 0;
    }
    this.#room.set(part, this.#filled);
    this.#filled += part.length;
  }

  #seal(): void {
    if (this.#filled === this.#sealed) return;
    this.#parts.push(this.#room.subarray(this.#sealed, this.#filled));
    this.#sealed = this.#filled;
  }
}

const nothing = new Uint8Array(0);
