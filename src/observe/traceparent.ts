/** What a valid `traceparent` says. */
export interface TraceParent {
  readonly traceId: string;
  readonly parentId: string;
  readonly flags: number;
}

const shape = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}(?:-.*)?$/;
/** Characters of version 00. */
const shortest = 55;
const noTrace = "0".repeat(32);
const noSpan = "0".repeat(16);
/** `sampled` (bit 0), and `random` (bit 1) of level 2; senders set the others to zero. */
const knownFlags = 0x03;

/**
 * Reads a `traceparent` (W3C Trace Context §3.2.2); null for an invalid one. A version above 00 may have more parts after
 * the flags; of its flags only those that are known today are kept (§3.2.4).
 */
export function parseTraceparent(header: string): TraceParent | null {
  if (!shape.test(header)) return null;
  const version = header.slice(0, 2);
  const traceId = header.slice(3, 35);
  const parentId = header.slice(36, 52);
  if (version === "ff" || traceId === noTrace || parentId === noSpan) return null;
  if (version === "00" && header.length > shortest) return null;
  return { traceId, parentId, flags: Number.parseInt(header.slice(53, 55), 16) & knownFlags };
}
