import { frameworkError } from "../../errors/codes.ts";
import type { BodyDecoder, BodySink } from "./body-decoder.ts";
import { CR, LF, SEMICOLON } from "./byte-classes.ts";
import { ChunkExtension } from "./chunk-extension.ts";
import { malformed } from "./malformed.ts";
import { TrailerParser } from "./trailer-parser.ts";

/** The states. A chunk goes from SIZE to DATA_LF and back; the last one leads to the trailer. */
const SIZE = 0;
const EXTENSION = 1;
const SIZE_LF = 2;
const DATA = 3;
const DATA_CR = 4;
const DATA_LF = 5;
const TRAILER = 6;
const DONE = 7;

const MAX_SIZE_DIGITS = 16;

/**
 * The chunked transfer coding (RFC 9112 §7.1). White space around a size is refused: readers differ on it.
 */
export class ChunkedDecoder implements BodyDecoder {
  /** Bytes of content in all chunks together. */
  limit: number;
  #state: number;
  /** Of the present chunk: its size while that is read, then what is left of it. */
  #size: number;
  #digits: number;
  #total: number;
  #extension: ChunkExtension | null;
  #trailer: TrailerParser | null;

  constructor(limit: number) {
    this.limit = limit;
    this.#state = SIZE;
    this.#size = 0;
    this.#digits = 0;
    this.#total = 0;
    this.#extension = null;
    this.#trailer = null;
  }

  get remaining(): number | null {
    return this.#state === DONE ? 0 : null;
  }

  get trailers(): readonly string[] | null {
    return this.#trailer === null || this.#trailer.fields.length === 0 ? null : this.#trailer.fields;
  }

  decode(bytes: Uint8Array, start: number, sink: BodySink): number {
    let at = start;
    while (at < bytes.length && this.#state !== DONE) {
      if (this.#state === DATA) at = this.#data(bytes, at, sink);
      else {
        this.#state = this.#next(bytes[at] ?? 0);
        at += 1;
      }
    }
    return at;
  }

  /** Every state but DATA takes one byte, and answers with the state that follows. */
  #next(byte: number): number {
    switch (this.#state) {
      case SIZE:
        return this.#sizeByte(byte);
      case EXTENSION:
        return this.#extensionByte(byte);
      case SIZE_LF:
        return lineFeed(byte, this.#size === 0 ? TRAILER : DATA);
      case DATA_CR:
        if (byte !== CR) throw malformed("a chunk is longer than its size");
        return DATA_LF;
      case DATA_LF:
        this.#digits = 0;
        return lineFeed(byte, SIZE);
      default:
        return this.#trailerByte(byte);
    }
  }

  #data(bytes: Uint8Array, start: number, sink: BodySink): number {
    const end = Math.min(bytes.length, start + this.#size);
    this.#size -= end - start;
    sink.push(bytes.subarray(start, end));
    if (this.#size === 0) this.#state = DATA_CR;
    return end;
  }

  #sizeByte(byte: number): number {
    const digit = hexDigit(byte);
    if (digit >= 0) {
      this.#digits += 1;
      if (this.#digits > MAX_SIZE_DIGITS) throw malformed("a chunk size has too many digits");
      this.#size = this.#size * 16 + digit;
      return SIZE;
    }
    if (this.#digits === 0 || (byte !== CR && byte !== SEMICOLON))
      throw malformed("a chunk size is not a number");
    this.#total += this.#size;
    if (this.#total > this.limit) throw frameworkError("CONTENT_TOO_LARGE");
    return byte === CR ? SIZE_LF : EXTENSION;
  }

  #extensionByte(byte: number): number {
    this.#extension ??= new ChunkExtension();
    return this.#extension.take(byte) ? SIZE_LF : EXTENSION;
  }

  #trailerByte(byte: number): number {
    this.#trailer ??= new TrailerParser();
    return this.#trailer.take(byte) ? DONE : TRAILER;
  }
}

function lineFeed(byte: number, next: number): number {
  if (byte !== LF) throw malformed("a CR stands without its LF");
  return next;
}

/** The value of a hexadecimal digit, -1 for any other byte. */
function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}
