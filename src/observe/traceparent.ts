/** What a valid `traceparent` says. */
export interface TraceParent {
  readonly traceId: string;
  readonly parentId: string;
  readonly flags: number;
}

const shape = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const noTrace = "0".repeat(32);
const noSpan = "0".repeat(16);

/**
 * Reads a `traceparent` (W3C Trace Context §3.2.2); null for an invalid one. A version above 00 may have more parts after
 * the flags; of its flags only those known to version 00 are kept (§3.2.4).
 */
export function parseTraceparent(header: string): TraceParent | null {
  const match = shape.exec(header);
  if (match === null) return null;
  const [, version, traceId = noTrace, parentId = noSpan, flags = "00", rest] = match;
  if (version === "ff" || traceId === noTrace || parentId === noSpan) return null;
  if (version === "00" && rest !== undefined) return null;
  return { traceId, parentId, flags: Number.parseInt(flags, 16) & knownFlags };
}

/** `sampled` (bit 0), and `random` (bit 1) of level 2; senders set the others to zero. */
const knownFlags = 0x03;
