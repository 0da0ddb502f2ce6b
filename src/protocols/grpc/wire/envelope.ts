import type { ApiError } from "../../../errors/api-error.ts";
import { frameworkError } from "../../../errors/codes.ts";

/** A message goes after its flags and its length (PROTOCOL-HTTP2.md, "Length-Prefixed-Message"). */
export const ENVELOPE_BYTES = 5;
/** The flag of a message that is compressed as `grpc-encoding` says. */
export const COMPRESSED = 1;

/** One message as it came. */
export interface Envelope {
  readonly flags: number;
  readonly content: Uint8Array;
}

/** A message in its envelope, not compressed. */
export function enclose(content: Uint8Array, flags = 0): Uint8Array {
  const bytes = Buffer.allocUnsafe(ENVELOPE_BYTES + content.length);
  bytes[0] = flags;
  bytes.writeUInt32BE(content.length, 1);
  bytes.set(content, ENVELOPE_BYTES);
  return bytes;
}

/** Fills the room before a message that was left for it: no flags, and its length. */
export function withHead(bytes: Uint8Array): Uint8Array {
  const length = bytes.length - ENVELOPE_BYTES;
  bytes[0] = 0;
  bytes[1] = length >>> 24;
  bytes[2] = length >>> 16;
  bytes[3] = length >>> 8;
  bytes[4] = length;
  return bytes;
}

/** The message of a content that is one in its envelope, without flags, as nearly all are; null for any other. */
export function openPlain(bytes: Uint8Array, limit: number): Uint8Array | null {
  const length = bytes.length - ENVELOPE_BYTES;
  if (length < 0 || length > limit || bytes[0] !== 0) return null;
  const stated = ((bytes[1] ?? 0) << 24) | ((bytes[2] ?? 0) << 16) | ((bytes[3] ?? 0) << 8) | (bytes[4] ?? 0);
  return stated === length ? bytes.subarray(ENVELOPE_BYTES) : null;
}

/** Cuts content into messages, whichever parts it comes in. */
export class EnvelopeReader {
  readonly #limit: number;
  #parts: Uint8Array[];
  #length: number;
  /** Bytes without which nothing more is known. */
  #needed: number;

  /** `limit`: bytes of a message as it comes, before it is decompressed. */
  constructor(limit: number) {
    this.#limit = limit;
    this.#parts = [];
    this.#length = 0;
    this.#needed = ENVELOPE_BYTES;
  }

  /**
   * The messages that are whole with this part. They are views of it, unless one came in pieces; of what is not whole yet a copy
   * is kept.
   */
  push(part: Uint8Array): readonly Envelope[] {
    this.#length += part.length;
    if (this.#length < this.#needed) {
      this.#parts.push(Buffer.from(part));
      return [];
    }
    this.#parts.push(part);
    const bytes = joined(this.#parts, this.#length);
    const envelopes: Envelope[] = [];
    let at = 0;
    for (;;) {
      const length = this.#lengthAt(bytes, at);
      this.#needed = ENVELOPE_BYTES + length;
      if (bytes.length - at < this.#needed) break;
      const end = at + this.#needed;
      envelopes.push({ flags: bytes[at] ?? 0, content: bytes.subarray(at + ENVELOPE_BYTES, end) });
      at = end;
    }
    this.#parts = at === bytes.length ? [] : [Buffer.from(bytes.subarray(at))];
    this.#length = bytes.length - at;
    return envelopes;
  }

  /** A message has begun and not ended. */
  get isWithin(): boolean {
    return this.#length > 0;
  }

  /** Of the message whose envelope begins at `at`; 0 where that has not come whole. */
  #lengthAt(bytes: Buffer, at: number): number {
    if (bytes.length - at < ENVELOPE_BYTES) return 0;
    const length = bytes.readUInt32BE(at + 1);
    if (length > this.#limit) throw tooLarge(length, this.#limit);
    return length;
  }
}

function tooLarge(length: number, limit: number): ApiError {
  return frameworkError("CONTENT_TOO_LARGE", `A message has ${length} bytes; at most ${limit} are taken`);
}

function joined(parts: readonly Uint8Array[], length: number): Buffer {
  const [first] = parts;
  if (first === undefined || parts.length > 1) return Buffer.concat(parts, length);
  return Buffer.from(first.buffer, first.byteOffset, first.length);
}
