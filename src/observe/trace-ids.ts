import { randomFillSync } from "node:crypto";

/** Random octets are drawn in blocks: one call of the system's generator for many ids. */
const pool = Buffer.alloc(4096);
let used = pool.length;
const noSpan = "0".repeat(16);
const noTrace = "0".repeat(32);

/** A span id: 16 hexadecimal digits, not all zero. */
export function newSpanId(): string {
  return randomHex(8);
}

/** A trace id: 32 hexadecimal digits, not all zero, random throughout (so that sampling by its right part works). */
export function newTraceId(): string {
  return randomHex(16);
}

function randomHex(octets: number): string {
  for (;;) {
    if (used + octets > pool.length) {
      randomFillSync(pool);
      used = 0;
    }
    used += octets;
    const id = pool.toString("hex", used - octets, used);
    // An id of zeros only is invalid (Trace Context §3.2.2.3, §3.2.2.4).
    if (id !== noSpan && id !== noTrace) return id;
  }
}
