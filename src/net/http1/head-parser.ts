import { frameworkError } from "../../errors/codes.ts";
import type { Limits } from "../limits.ts";
import {
  byteClasses,
  COLON,
  CR,
  LF,
  QUESTION_MARK,
  SPACE,
  TAB,
  TARGET,
  TOKEN,
  VALUE,
} from "./byte-classes.ts";
import { Framing } from "./framing.ts";
import { malformed } from "./malformed.ts";

/** The states, in the order in which a head passes through them; from VALUE_END it goes back to FIELD. */
const EMPTY_LINES = 0;
const METHOD = 1;
const TARGET_BYTES = 2;
const VERSION = 3;
const REQUEST_LINE_END = 4;
const FIELD = 5;
const NAME = 6;
const VALUE_START = 7;
const VALUE_BYTES = 8;
const VALUE_END = 9;
const HEAD_END = 10;
const DONE = 11;

/** RFC 9112 §2.2 asks for tolerance of at least one empty line before a request. */
const MAX_EMPTY_LINE_BYTES = 8;
const MAX_METHOD_BYTES = 32;
const VERSION_BYTES = 8;

/**
 * Reads the head of a request (RFC 9112 §2 to §5) in one pass over its bytes and can stop after any of them. What it finds are
 * positions relative to the first byte of the head; the caller cuts the texts out when the head is whole. Lines
 * end in CRLF and nothing else; each limit is checked at the byte that breaks it, so that the outcome does
 * not depend on how the bytes were split on their way.
 */
export class HeadParser {
  methodStart: number;
  methodEnd: number;
  targetStart: number;
  targetEnd: number;
  /** Of the first `?` in the target; -1 without. */
  queryMark: number;
  isHttp10: boolean;
  /** Four for each field; see FieldSpans. `spanCount` of them belong to this head. */
  readonly spans: number[];
  spanCount: number;
  nameLengths: number;
  readonly framing: Framing;
  readonly #limits: Limits;
  #state: number;
  /** Position of the next byte, absolute within `parse`, relative to the head between its calls. */
  #at: number;
  #fieldsStart: number;

  constructor(limits: Limits) {
    this.methodStart = 0;
    this.methodEnd = 0;
    this.targetStart = 0;
    this.targetEnd = 0;
    this.queryMark = -1;
    this.isHttp10 = false;
    this.spans = [];
    this.spanCount = 0;
    this.nameLengths = 0;
    this.framing = new Framing();
    this.#limits = limits;
    this.#state = EMPTY_LINES;
    this.#at = 0;
    this.#fieldsStart = 0;
  }

  /** Makes ready for the next request. */
  reset(): void {
    this.queryMark = -1;
    this.spanCount = 0;
    this.nameLengths = 0;
    this.framing.reset();
    this.#state = EMPTY_LINES;
    this.#at = 0;
  }

  /** True while nothing but empty lines was seen: no request has begun. */
  get isBlank(): boolean {
    return this.#state === EMPTY_LINES;
  }

  /**
   * Reads on. `bytes` must hold the head from its first byte, which is at `start`, with more than at the call before.
   * Returns the position after the head, or -1 while bytes are missing. Throws the ApiError that refuses the request.
   */
  parse(bytes: Uint8Array, start: number): number {
    this.#at += start;
    while (this.#step(bytes, start)) {
      if (this.#state === DONE) return this.#at;
    }
    this.#at -= start;
    return -1;
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
      case EMPTY_LINES:
        return this.#emptyLines(bytes, base);
      case METHOD:
        return this.#method(bytes, base);
      case TARGET_BYTES:
        return this.#target(bytes, base);
      case VERSION:
        return this.#version(bytes);
      case REQUEST_LINE_END:
        return this.#requestLineEnd(bytes, base);
      default:
        return this.#lineFeed(bytes, base, DONE);
    }
  }

  #emptyLines(bytes: Uint8Array, base: number): boolean {
    while (this.#at < bytes.length) {
      const expected = (this.#at - base) % 2 === 0 ? CR : LF;
      if (bytes[this.#at] !== expected) {
        if (expected === LF) throw malformed("a CR stands without its LF");
        this.methodStart = this.#at - base;
        this.#state = METHOD;
        return true;
      }
      this.#at += 1;
      if (this.#at - base > MAX_EMPTY_LINE_BYTES) throw malformed("it begins with empty lines");
    }
    this.methodStart = this.#at - base;
    return false;
  }

  #method(bytes: Uint8Array, base: number): boolean {
    const longest = base + this.methodStart + MAX_METHOD_BYTES;
    const stop = Math.min(bytes.length, longest);
    let at = this.#at;
    while (at < stop && ((byteClasses[bytes[at] ?? 0] ?? 0) & TOKEN) !== 0) at += 1;
    this.#at = at;
    if (at === longest) throw malformed("the method is too long");
    if (at === stop) return false;
    this.methodEnd = at - base;
    if (bytes[at] !== SPACE || this.methodEnd === this.methodStart)
      throw malformed("the method is not a token");
    this.#at = at + 1;
    this.targetStart = this.#at - base;
    this.#state = TARGET_BYTES;
    return true;
  }

  #target(bytes: Uint8Array, base: number): boolean {
    const longest = base + this.targetStart + this.#limits.targetBytes + 1;
    const stop = Math.min(bytes.length, longest);
    let at = this.#at;
    while (at < stop) {
      const byte = bytes[at] ?? 0;
      if (((byteClasses[byte] ?? 0) & TARGET) === 0) break;
      if (byte === QUESTION_MARK && this.queryMark < 0) this.queryMark = at - base;
      at += 1;
    }
    this.#at = at;
    if (at === longest) throw frameworkError("URI_TOO_LONG");
    if (at === stop) return false;
    this.targetEnd = at - base;
    if (bytes[at] !== SPACE) throw malformed("the target holds a byte that must be percent-encoded");
    if (this.targetEnd === this.targetStart) throw malformed("it has no target");
    this.#at = at + 1;
    this.#state = VERSION;
    return true;
  }

  /** `HTTP/1.1`; a wrong byte is reported when it comes, so that no peer waits for the rest of its line. */
  #version(bytes: Uint8Array): boolean {
    const start = this.#at;
    const whole = bytes.length - start >= VERSION_BYTES;
    const seen = whole ? VERSION_BYTES : bytes.length - start;
    for (let index = 0; index < seen; index += 1) {
      if (!isVersionByte(index, bytes[start + index] ?? 0)) throw malformed("the version is not HTTP's");
    }
    if (!whole) return false;
    const major = bytes[start + 5];
    const minor = bytes[start + 7];
    // HTTP/2 with prior knowledge begins with `PRI * HTTP/2.0` (RFC 9113 §3.4): to be told apart on a connection's first
    // bytes, before this parser sees them (see Http1Connection's `receive`).
    if (major !== 0x31 || (minor !== 0x30 && minor !== 0x31))
      throw frameworkError("HTTP_VERSION_NOT_SUPPORTED");
    this.isHttp10 = minor === 0x30;
    this.#at = start + VERSION_BYTES;
    this.#state = REQUEST_LINE_END;
    return true;
  }

  #requestLineEnd(bytes: Uint8Array, base: number): boolean {
    const at = this.#at;
    if (at < bytes.length && bytes[at] !== CR) throw malformed("the request line does not end in CRLF");
    if (at + 1 >= bytes.length) return false;
    if (bytes[at + 1] !== LF) throw malformed("a CR stands without its LF");
    this.#at = at + 2;
    this.#fieldsStart = this.#at - base;
    this.#state = FIELD;
    return true;
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
    return Math.min(bytes.length, base + this.#fieldsStart + this.#limits.headerBytes);
  }

  /** At {@link #stop}: bytes are missing, or there are too many. */
  #starved(bytes: Uint8Array): false {
    if (this.#at < bytes.length) throw frameworkError("HEADERS_TOO_LARGE");
    return false;
  }
}

const versionPattern = "HTTP/0.0";

function isVersionByte(index: number, byte: number): boolean {
  if (index === 5 || index === 7) return byte >= 0x30 && byte <= 0x39;
  return byte === versionPattern.charCodeAt(index);
}
