import { randomFillSync } from "node:crypto";

/** Random octets are drawn in blocks: one call of the system's generator for many ids. */
const pool = new Uint8Array(4096);
let used = pool.length;
let lastTime = 0;
let sequence = 0;

/**
 * A UUIDv7 (RFC 9562 §5.7) in lower case. Ids made in one process grow: within a millisecond the 12 bits after the time
 * count up from a random start (§6.2, method 1), and a full counter borrows from the next millisecond.
 */
export function uuidv7(now: number = Date.now()): string {
  advance(now);
  const random = draw(8);
  const time = lastTime.toString(16).padStart(12, "0");
  const counter = (0x7000 | sequence).toString(16);
  const variant = (0x80 | ((pool[random] ?? 0) & 0x3f)).toString(16);
  let tail = "";
  for (let index = 1; index < 8; index++) tail += (pool[random + index] ?? 0).toString(16).padStart(2, "0");
  return `${time.slice(0, 8)}-${time.slice(8)}-${counter}-${variant}${tail.slice(0, 2)}-${tail.slice(2)}`;
}

function advance(now: number): void {
  if (now > lastTime) {
    lastTime = now;
    const random = draw(2);
    // The upper half of the counter is left free to count in.
    sequence = (((pool[random] ?? 0) << 8) | (pool[random + 1] ?? 0)) & 0x7ff;
  } else if (++sequence > 0xfff) {
    lastTime++;
    sequence = 0;
  }
}

/** Index in the pool of `count` fresh random octets. */
function draw(count: number): number {
  if (used + count > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += count;
  return used - count;
}
