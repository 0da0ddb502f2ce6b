import type { Content } from "./exchange.ts";

/** Whether content is in pieces. */
export function isPieces(content: Content): content is readonly Uint8Array[] {
  return Array.isArray(content);
}

/** Bytes of content. */
export function contentLength(content: Content | null): number {
  if (content === null) return 0;
  if (typeof content === "string") return Buffer.byteLength(content);
  if (!isPieces(content)) return content.length;
  let sum = 0;
  for (const { length } of content) sum += length;
  return sum;
}
