/** Bytes of a connection that have come and are not used yet. */
export class Input {
  /** They begin at `at`; null when there are none. */
  bytes: Buffer | null;
  at: number;

  constructor() {
    this.bytes = null;
    this.at = 0;
  }

  get length(): number {
    return this.bytes === null ? 0 : this.bytes.length - this.at;
  }

  push(chunk: Buffer): void {
    this.bytes = this.bytes === null ? chunk : Buffer.concat([this.bytes.subarray(this.at), chunk]);
    this.at = 0;
  }

  /** Those before position `end` of `bytes` are used. */
  use(end: number): void {
    this.at = end;
    if (end === this.bytes?.length) this.bytes = null;
  }

  /** So many bytes, without a copy; null if there are fewer. */
  take(length: number): Uint8Array | null {
    const { bytes, at } = this;
    if (bytes === null || bytes.length - at < length) return null;
    this.use(at + length);
    return bytes.subarray(at, at + length);
  }

  clear(): void {
    this.bytes = null;
  }
}
