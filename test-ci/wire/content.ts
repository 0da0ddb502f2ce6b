import { createCipheriv, createHash } from "node:crypto";

/** Of the bodies that go both ways with each client. */
export const LARGE = 100 * 1024 * 1024;

const PART = 64 * 1024;

/**
 * As many bytes as asked for, always the same, in parts. No two places look alike, so that a hash tells what is lost, doubled
 * or in the wrong order.
 */
export function* content(bytes: number): Generator<Buffer> {
  const stream = createCipheriv("aes-128-ctr", Buffer.alloc(16, 1), Buffer.alloc(16, 2));
  const zeros = Buffer.alloc(PART);
  for (let rest = bytes; rest > 0; rest -= PART) yield stream.update(zeros.subarray(0, Math.min(rest, PART)));
}

/** SHA-256 of the parts, in hexadecimal. */
export async function hash(
  parts: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): Promise<{ bytes: number; sha256: string }> {
  const sum = createHash("sha256");
  let bytes = 0;
  for await (const part of parts) {
    sum.update(part);
    bytes += part.length;
  }
  return { bytes, sha256: sum.digest("hex") };
}
