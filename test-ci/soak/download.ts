/** An answer without an end, in parts that can be told from each other. */
export const partBytes: number = 16 * 1024;

/** A prime number of them, so that a part that is lost or comes twice shows. */
const parts: readonly Buffer[] = Array.from({ length: 251 }, (_, index) => Buffer.alloc(partBytes, index));

export function partAt(index: number): Buffer {
  return parts[index % parts.length] ?? Buffer.alloc(0);
}

/** Checks that what is read is what was written, without a gap. */
export class DownloadCheck {
  /** Bytes so far. */
  received = 0;
  /** The first place where it was not so; null if there is none. */
  brokenAt: number | null = null;

  take(bytes: Uint8Array): void {
    for (let offset = 0; offset < bytes.length; ) {
      const within = this.received % partBytes;
      const count = Math.min(partBytes - within, bytes.length - offset);
      const expected = partAt(Math.floor(this.received / partBytes)).subarray(within, within + count);
      if (!expected.equals(bytes.subarray(offset, offset + count))) this.brokenAt ??= this.received;
      offset += count;
      this.received += count;
    }
  }
}
