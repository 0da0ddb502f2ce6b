import { frameworkError } from "../../errors/codes.ts";
import {
  BACKSLASH,
  byteClasses,
  CR,
  EQUALS,
  QUOTE,
  SEMICOLON,
  SPACE,
  TAB,
  TOKEN,
  VALUE,
} from "./byte-classes.ts";
import { malformed } from "./malformed.ts";

/** The states, each named for what is read or has just been read; a further semicolon leads back to the first. */
const BEGIN = 0;
const NAME = 1;
const NAME_BLANK = 2;
const EQUALS_SIGN = 3;
const TOKEN_VALUE = 4;
const QUOTED = 5;
const ESCAPE = 6;
const QUOTED_END = 7;
const VALUE_BLANK = 8;
const DONE = 9;

/** Of all chunks of one body together: extensions are paid for in work and carry nothing for us. */
const MAX_BYTES = 4 * 1024;

/**
 * Reads what stands between the semicolon after a chunk's size and the end of its line, byte by byte: it is rare, and short
 * (RFC 9112 §7.1.1). It is checked, since another reader may see the end of the line elsewhere, bounded, and dropped.
 */
export class ChunkExtension {
  #state: number;
  #bytes: number;

  constructor() {
    this.#state = BEGIN;
    this.#bytes = 0;
  }

  /** Takes the next byte; true if it was the CR at the end, after which the next chunk's may follow. */
  take(byte: number): boolean {
    this.#bytes += 1;
    if (this.#bytes > MAX_BYTES) throw frameworkError("HEADERS_TOO_LARGE");
    const state = this.#next(byte);
    this.#state = state === DONE ? BEGIN : state;
    return state === DONE;
  }

  #next(byte: number): number {
    switch (this.#state) {
      case BEGIN:
        return isBlank(byte) ? BEGIN : token(byte, NAME);
      case NAME:
        return is(byte, TOKEN) ? NAME : afterName(byte);
      case NAME_BLANK:
        return byte === CR ? refused() : afterName(byte);
      case EQUALS_SIGN:
        if (isBlank(byte)) return EQUALS_SIGN;
        return byte === QUOTE ? QUOTED : token(byte, TOKEN_VALUE);
      case TOKEN_VALUE:
        return is(byte, TOKEN) ? TOKEN_VALUE : afterValue(byte);
      case QUOTED:
        return quoted(byte);
      case ESCAPE:
        return is(byte, VALUE) ? QUOTED : refused();
      case QUOTED_END:
        return afterValue(byte);
      default:
        return byte === CR ? refused() : afterValue(byte);
    }
  }
}

function afterName(byte: number): number {
  if (isBlank(byte)) return NAME_BLANK;
  return byte === EQUALS ? EQUALS_SIGN : ended(byte);
}

function afterValue(byte: number): number {
  return isBlank(byte) ? VALUE_BLANK : ended(byte);
}

/** An extension may be over. */
function ended(byte: number): number {
  if (byte === SEMICOLON) return BEGIN;
  return byte === CR ? DONE : refused();
}

/** RFC 9110 §5.6.4. */
function quoted(byte: number): number {
  if (byte === QUOTE) return QUOTED_END;
  if (byte === BACKSLASH) return ESCAPE;
  return is(byte, VALUE) ? QUOTED : refused();
}

function token(byte: number, state: number): number {
  return is(byte, TOKEN) ? state : refused();
}

function refused(): never {
  throw malformed("a chunk extension is not well formed");
}

function is(byte: number, bits: number): boolean {
  return ((byteClasses[byte] ?? 0) & bits) !== 0;
}

function isBlank(byte: number): boolean {
  return byte === SPACE || byte === TAB;
}
