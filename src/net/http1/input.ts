import { partOf } from "../read-buffer.ts";

/** Bytes of a connection that have come and are not used yet. */
export class Input {
  /** They begin at `at`; null when there are none. */
  bytes: Buffer | null;
  at: number;
  /** They are a copy, which the next read of the socket does not overwrite. */
  #isKept: boolean;

  constructor() {
    this.bytes = null;
    this.at = 0;
    this.#isKept = false;
  }

  get length(): number {
    return this.bytes === null ? 0 : this.bytes.length - this.at;
  }

  push(chunk: Buffer): void {
    this.#isKept = this.bytes !== null;
    this.bytes = this.bytes === null ? chunk : Buffer.concat([this.bytes.subarray(this.at), chunk]);
    this.at = 0;
  }

  /** Copies what has not been used, so that it can wait. */
  keep(): void {
    if (this.bytes === null || this.#isKept) return;
    this.bytes = Buffer.from(this.bytes.subarray(this.at));
    this.at = 0;
    this.#isKept = true;
  }

  /** Those before position `end` of `bytes` are used. */
  use(end: number): void {
    this.at = end;
    if (end === this.bytes?.length) this.bytes = null;
  }

  /** Whether bytes that are taken now stay as they are after the next read of the socket. */
  get isKept(): boolean {
    return this.#isKept;
  }

  /** So many bytes, which the next read of the socket may overwrite unless they are kept; null if there are fewer. */
  take(length: number): Uint8Array | null {
    const { bytes, at } = this;
    if (bytes === null || bytes.length - at < length) return null;
    this.use(at + length);
    return partOf(bytes, at, at + length);
  }

  clear(): void {
    this.bytes = null;
  }
}
