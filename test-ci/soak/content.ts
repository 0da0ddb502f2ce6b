/** Content that shows by itself whether anything of it was lost, moved or doubled. */
export const partBytes: number = 16 * 1024;

/** A prime number of parts, so that one that is lost or comes twice shows. */
const parts: readonly Buffer[] = Array.from({ length: 251 }, (_, index) => Buffer.alloc(partBytes, index));

export function partAt(index: number): Buffer {
  return parts[index % parts.length] ?? Buffer.alloc(0);
}

/** The first so many bytes of it. */
export function contentOf(bytes: number): Buffer {
  const count = Math.ceil(bytes / partBytes);
  return Buffer.concat(Array.from({ length: count }, (_, index) => partAt(index))).subarray(0, bytes);
}

/** Checks that what is read is what was written, without a gap. */
export class ContentCheck {
  /** Bytes so far. */
  received = 0;
  /** Everything was as it must be. */
  isGood = true;

  take(bytes: Uint8Array): void {
    for (let offset = 0; offset < bytes.length; ) {
      const within = this.received % partBytes;
      const count = Math.min(partBytes - within, bytes.length - offset);
      const expected = partAt(Math.floor(this.received / partBytes)).subarray(within, within + count);
      if (!expected.equals(bytes.subarray(offset, offset + count))) this.isGood = false;
      offset += count;
      this.received += count;
    }
  }
}
