import { frameworkError } from "../../errors/codes.ts";
import type { Limits } from "../limits.ts";
import { byteClasses, COLON, CR, LF, SPACE, TAB, TOKEN, VALUE } from "./byte-classes.ts";
import { Framing } from "./framing.ts";
import { malformed } from "./malformed.ts";

/** The states, in the order in which a field passes through them; from VALUE_END it goes back to FIELD. */
const FIELD = 0;
const NAME = 1;
const VALUE_START = 2;
const VALUE_BYTES = 3;
const VALUE_END = 4;
const HEAD_END = 5;
const DONE = 6;

/** Reads the field lines of a head and the empty line after them (RFC 9112 §5), and can stop after any byte. */
export class FieldParser {
  /** Four for each field, relative to the head's first byte; see FieldSpans. `spanCount` of them belong to this head. */
  readonly spans: number[];
  spanCount: number;
  /** A bit for each length of name, mod 32. */
  nameLengths: number;
  readonly framing: Framing;
  readonly #limits: Limits;
  #state: number;
  /** Position of the next byte, absolute within `parse`, relative to the head between its calls. */
  #at: number;
  #start: number;

  constructor(limits: Limits) {
    this.spans = [];
    this.spanCount = 0;
    this.nameLengths = 0;
    this.framing = new Framing();
    this.#limits = limits;
    this.#state = DONE;
    this.#at = 0;
    this.#start = 0;
  }

  /** Makes ready for fields that begin at `start`, relative to the head. */
  begin(start: number): void {
    this.spanCount = 0;
    this.nameLengths = 0;
    this.framing.reset();
    this.#state = FIELD;
    this.#at = start;
    this.#start = start;
  }

  /** Of the head, relative to its first byte. */
  get end(): number {
    return this.#at;
  }

  /** Reads on in `bytes`, in which the head begins at `base`; false while bytes are missing. */
  parse(bytes: Uint8Array, base: number): boolean {
    if (this.#state === FIELD) this.#parseWhole(bytes, base);
    this.#at += base;
    while (this.#state !== DONE && this.#step(bytes, base));
    this.#at -= base;
    return this.#state === DONE;
  }

  /**
   * The common case: fields that are here whole, and as they should be. It stops before the first that is not, for the states
   * below, which know what is wrong or missing.
   */
  #parseWhole(bytes: Uint8Array, base: number): void {
    const { spans } = this;
    const stop = this.#stop(bytes, base);
    const mostSpans = this.#limits.headerCount * 4;
    let at = base + this.#at;
    while (this.spanCount < mostSpans) {
      const start = at;
      while (at < stop && ((byteClasses[bytes[at] ?? 0] ?? 0) & TOKEN) !== 0) at += 1;
      const nameEnd = at;
      if (at + 2 >= stop || bytes[at] !== COLON || at === start) return;
      at += bytes[at + 1] === SPACE ? 2 : 1;
      const valueStart = at;
      while (at < stop && ((byteClasses[bytes[at] ?? 0] ?? 0) & VALUE) !== 0) at += 1;
      // White space around the value is rare but for the one space: it is cut off below.
      if (at + 1 >= stop || bytes[at] !== CR || bytes[at + 1] !== LF || hasBlankEnds(bytes, valueStart, at))
        return;
      this.framing.note(bytes, start, nameEnd, valueStart, at);
      const { spanCount } = this;
      spans[spanCount] = start - base;
      spans[spanCount + 1] = nameEnd - base;
      spans[spanCount + 2] = valueStart - base;
      spans[spanCount + 3] = at - base;
      this.spanCount = spanCount + 4;
      this.nameLengths |= 1 << ((nameEnd - start) & 31);
      at += 2;
      this.#at = at - base;
    }
  }

  /** Passes one state; false if it lacks bytes. */
  #step(bytes: Uint8Array, base: number): boolean {
    switch (this.#state) {
      case FIELD:
        return this.#field(bytes, base);
      case NAME:
        return this.#name(bytes, base);
      case VALUE_START:
        return this.#valueStart(bytes, base);
      case VALUE_BYTES:
        return this.#value(bytes, base);
      case VALUE_END:
        return this.#lineFeed(bytes, base, FIELD);
      default:
        return this.#lineFeed(bytes, base, DONE);
    }
  }

  /** The first byte of a line: of a field, or of the empty line that ends the head. */
  #field(bytes: Uint8Array, base: number): boolean {
    const at = this.#at;
    if (at === this.#stop(bytes, base)) return this.#starved(bytes);
    if (bytes[at] === CR) {
      this.#at = at + 1;
      this.#state = HEAD_END;
      return true;
    }
    if (this.spanCount >= this.#limits.headerCount * 4)
      throw frameworkError("HEADERS_TOO_LARGE", "The request has too many header fields");
    this.spans[this.spanCount] = at - base;
    this.#state = NAME;
    return true;
  }

  #name(bytes: Uint8Array, base: number): boolean {
    const stop = this.#stop(bytes, base);
    let at = this.#at;
    while (at < stop && ((byteClasses[bytes[at] ?? 0] ?? 0) & TOKEN) !== 0) at += 1;
    this.#at = at;
    if (at === stop) return this.#starved(bytes);
    const length = at - base - (this.spans[this.spanCount] ?? 0);
    // An empty name is obs-fold (RFC 9112 §5.2) or a stray colon; a space before the colon is §5.1.
    if (bytes[at] !== COLON || length === 0) throw malformed("a field name is not a token");
    this.spans[this.spanCount + 1] = at - base;
    this.nameLengths |= 1 << (length & 31);
    this.#at = at + 1;
    this.#state = VALUE_START;
    return true;
  }

  #valueStart(bytes: Uint8Array, base: number): boolean {
    const stop = this.#stop(bytes, base);
    let at = this.#at;
    while (at < stop && (bytes[at] === SPACE || bytes[at] === TAB)) at += 1;
    this.#at = at;
    if (at === stop) return this.#starved(bytes);
    this.spans[this.spanCount + 2] = at - base;
    this.#state = VALUE_BYTES;
    return true;
  }

  #value(bytes: Uint8Array, base: number): boolean {
    const stop = this.#stop(bytes, base);
    let at = this.#at;
    while (at < stop && ((byteClasses[bytes[at] ?? 0] ?? 0) & VALUE) !== 0) at += 1;
    this.#at = at;
    if (at === stop) return this.#starved(bytes);
    if (bytes[at] !== CR) throw malformed("a field value holds a control character");
    this.#at = at + 1;
    this.#endValue(bytes, base, at);
    this.#state = VALUE_END;
    return true;
  }

  /** Cuts the white space after the value off and lets the framing have a look at the field. */
  #endValue(bytes: Uint8Array, base: number, end: number): void {
    const { spans, spanCount } = this;
    const start = base + (spans[spanCount + 2] ?? 0);
    let last = end;
    while (last > start && (bytes[last - 1] === SPACE || bytes[last - 1] === TAB)) last -= 1;
    spans[spanCount + 3] = last - base;
    this.framing.note(bytes, base + (spans[spanCount] ?? 0), base + (spans[spanCount + 1] ?? 0), start, last);
    this.spanCount = spanCount + 4;
  }

  #lineFeed(bytes: Uint8Array, base: number, next: number): boolean {
    if (this.#at === this.#stop(bytes, base)) return this.#starved(bytes);
    if (bytes[this.#at] !== LF) throw malformed("a CR stands without its LF");
    this.#at += 1;
    this.#state = next;
    return true;
  }

  /** Where reading of the fields must stop: at the end of the bytes, or of what a head may hold. */
  #stop(bytes: Uint8Array, base: number): number {
    return Math.min(bytes.length, base + this.#start + this.#limits.headerBytes);
  }

  /** At {@link #stop}: bytes are missing, or there are too many. */
  #starved(bytes: Uint8Array): false {
    if (this.#at < bytes.length) throw frameworkError("HEADERS_TOO_LARGE");
    return false;
  }
}

/** Of a value: does it begin or end with white space? */
function hasBlankEnds(bytes: Uint8Array, start: number, end: number): boolean {
  return isBlank(bytes[start]) || (end > start && isBlank(bytes[end - 1]));
}

function isBlank(byte: number | undefined): boolean {
  return byte === SPACE || byte === TAB;
}
