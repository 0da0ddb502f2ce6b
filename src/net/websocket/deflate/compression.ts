import { constants, deflateRawSync, inflateRawSync } from "node:zlib";
import { type Failure, invalidData, tooBig } from "../failure.ts";

/**
 * Each message is compressed on its own (no context takeover, RFC 7692 §7.1.1), so that nothing is kept between two of them,
 * and at once: a small message takes about 10 µs, and a queue of a thread pool more than that.
 */
export function deflate(payload: Uint8Array, windowBits: number, level: number): Buffer {
  const deflated = deflateRawSync(payload, {
    finishFlush: constants.Z_SYNC_FLUSH,
    windowBits,
    memLevel: Math.max(1, windowBits - 7),
    level,
  });
  // RFC 7692 §7.2.1: the empty block of the flush (00 00 ff ff) is left off.
  return deflated.subarray(0, -4);
}

/** The smallest window that this many bytes can use, and at most `agreed`: a small window is made faster. */
export function windowFor(length: number, agreed: number): number {
  return Math.max(9, Math.min(agreed, 32 - Math.clz32(length)));
}

/**
 * The message that was compressed. Throws a {@link Failure} for more than `limit` bytes, of which no more are made than those,
 * and for what is no DEFLATE. The block that the sender left off carries nothing, and is not put back.
 */
export function inflate(payload: Uint8Array, limit: number): Buffer {
  const inflated = inflateAtMost(payload, limit);
  // RFC 7692 §7.2.3.4: after a final block there is at most the first byte of an empty one.
  if (!isInflated(inflated) || payload.length - inflated.engine.bytesWritten > 1)
    throw invalidData("There is more after the final block of a compressed message");
  return inflated.buffer;
}

function inflateAtMost(payload: Uint8Array, limit: number): unknown {
  try {
    return inflateRawSync(payload, {
      finishFlush: constants.Z_SYNC_FLUSH,
      // Beyond 32 bits Node refuses; no message is so big.
      maxOutputLength: Math.min(limit, 0x7fffffff),
      info: true,
    });
  } catch (thrown) {
    throw toFailure(thrown);
  }
}

function toFailure(thrown: unknown): Failure {
  const isTooBig = thrown instanceof RangeError && "code" in thrown && thrown.code === "ERR_BUFFER_TOO_LARGE";
  return isTooBig ? tooBig() : invalidData("A compressed message does not inflate");
}

/** What zlib gives under `info`, of which its types do not know. */
interface Inflated {
  readonly buffer: Buffer;
  readonly engine: { readonly bytesWritten: number };
}

function isInflated(value: unknown): value is Inflated {
  return typeof value === "object" && value !== null && "engine" in value;
}
