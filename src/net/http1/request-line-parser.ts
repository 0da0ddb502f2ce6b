import { frameworkError } from "../../errors/codes.ts";
import { ASTERISK, byteClasses, CR, LF, QUESTION_MARK, SLASH, SPACE, TARGET, TOKEN } from "./byte-classes.ts";
import { malformed, notHttp } from "./malformed.ts";

/** The states, in the order in which a request line passes through them. */
const EMPTY_LINES = 0;
const METHOD = 1;
const TARGET_BYTES = 2;
const VERSION = 3;
const LINE_END = 4;
const DONE = 5;

/** RFC 9112 §2.2 asks for tolerance of at least one empty line before a request. */
const MAX_EMPTY_LINE_BYTES = 8;
const MAX_METHOD_BYTES = 32;
const VERSION_BYTES = 8;

/** Reads a request line (RFC 9112 §3), and can stop after any byte. All positions are relative to the head's first byte. */
export class RequestLineParser {
  methodStart: number;
  methodEnd: number;
  targetStart: number;
  targetEnd: number;
  /** Of the first `?` in the target; -1 without. */
  queryMark: number;
  isHttp10: boolean;
  readonly #maxTargetBytes: number;
  #state: number;
  /** Position of the next byte, absolute within `parse`, relative to the head between its calls. */
  #at: number;

  constructor(maxTargetBytes: number) {
    this.methodStart = 0;
    this.methodEnd = 0;
    this.targetStart = 0;
    this.targetEnd = 0;
    this.queryMark = -1;
    this.isHttp10 = false;
    this.#maxTargetBytes = maxTargetBytes;
    this.#state = EMPTY_LINES;
    this.#at = 0;
  }

  reset(): void {
    this.queryMark = -1;
    this.#state = EMPTY_LINES;
    this.#at = 0;
  }

  /** True while nothing but empty lines was seen: no request has begun. */
  get isBlank(): boolean {
    return this.#state === EMPTY_LINES;
  }

  /** True while not one byte was read. */
  get isUntouched(): boolean {
    return this.#state === EMPTY_LINES && this.#at === 0;
  }

  get isDone(): boolean {
    return this.#state === DONE;
  }

  /** After the line, where the fields begin. */
  get end(): number {
    return this.#at;
  }

  /** Reads on in `bytes`, in which the head begins at `base`; false while bytes are missing. */
  parse(bytes: Uint8Array, base: number): boolean {
    if (this.isUntouched && this.#parseWhole(bytes, base)) return true;
    this.#at += base;
    while (this.#state !== DONE && this.#step(bytes, base));
    this.#at -= base;
    return this.#state === DONE;
  }

  /**
   * The common case: the line is here whole, and as it should be. Anything else leaves all as it was, for the states below,
   * which know what is wrong or missing.
   */
  #parseWhole(bytes: Uint8Array, base: number): boolean {
    // Nothing is read past the end: the shortest line after a method and a target is this much longer.
    const stop = Math.min(bytes.length - AFTER_TARGET_BYTES, base + this.#maxTargetBytes);
    let at = base;
    while (at < stop && ((byteClasses[bytes[at] ?? 0] ?? 0) & TOKEN) !== 0) at += 1;
    const methodEnd = at;
    if (at >= stop || bytes[at] !== SPACE || at === base || at - base > MAX_METHOD_BYTES) return false;
    at += 1;
    const targetStart = at;
    let queryMark = -1;
    while (at < stop) {
      const byte = bytes[at] ?? 0;
      if (((byteClasses[byte] ?? 0) & TARGET) === 0) break;
      if (byte === QUESTION_MARK && queryMark < 0) queryMark = at - base;
      at += 1;
    }
    if (at >= stop || at === targetStart || !isVersionLine(bytes, at)) return false;
    this.methodStart = 0;
    this.methodEnd = methodEnd - base;
    this.targetStart = targetStart - base;
    this.targetEnd = at - base;
    this.queryMark = queryMark;
    this.isHttp10 = false;
    this.#at = at + AFTER_TARGET_BYTES - base;
    this.#state = DONE;
    return true;
  }

  /** Passes one state; false if it lacks bytes. */
  #step(bytes: Uint8Array, base: number): boolean {
    switch (this.#state) {
      case EMPTY_LINES:
        return this.#emptyLines(bytes, base);
      case METHOD:
        return this.#method(bytes, base);
      case TARGET_BYTES:
        return this.#target(bytes, base);
      case VERSION:
        return this.#version(bytes, base);
      default:
        return this.#lineEnd(bytes);
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
    const longest = base + this.targetStart + this.#maxTargetBytes + 1;
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
  #version(bytes: Uint8Array, base: number): boolean {
    const start = this.#at;
    const whole = bytes.length - start >= VERSION_BYTES;
    const seen = whole ? VERSION_BYTES : bytes.length - start;
    for (let index = 0; index < seen; index += 1) {
      if (!isVersionByte(index, bytes[start + index] ?? 0))
        throw mayBeTarget(bytes[base + this.targetStart] ?? 0)
          ? malformed("the version is not HTTP's")
          : notHttp;
    }
    if (!whole) return false;
    const major = bytes[start + 5];
    const minor = bytes[start + 7];
    // HTTP/2 with prior knowledge begins with `PRI * HTTP/2.0` (RFC 9113 §3.4): ProtocolSniffer has told it apart on the
    // connection's first bytes; in the midst of one of HTTP/1.1 it is a version that is not supported.
    if (major !== 0x31 || (minor !== 0x30 && minor !== 0x31))
      throw frameworkError("HTTP_VERSION_NOT_SUPPORTED");
    this.isHttp10 = minor === 0x30;
    this.#at = start + VERSION_BYTES;
    this.#state = LINE_END;
    return true;
  }

  #lineEnd(bytes: Uint8Array): boolean {
    const at = this.#at;
    if (at < bytes.length && bytes[at] !== CR) throw malformed("the request line does not end in CRLF");
    if (at + 1 >= bytes.length) return false;
    if (bytes[at + 1] !== LF) throw malformed("a CR stands without its LF");
    this.#at = at + 2;
    this.#state = DONE;
    return true;
  }
}

/** ` HTTP/1.1` and its line end. */
const AFTER_TARGET_BYTES = 11;
const versionLine = Buffer.from(" HTTP/1.1\r\n");

function isVersionLine(bytes: Uint8Array, start: number): boolean {
  for (let index = 0; index < AFTER_TARGET_BYTES; index += 1)
    if (bytes[start + index] !== versionLine[index]) return false;
  return true;
}

const versionPattern = "HTTP/0.0";

function isVersionByte(index: number, byte: number): boolean {
  if (index === 5 || index === 7) return byte >= 0x30 && byte <= 0x39;
  return byte === versionPattern.charCodeAt(index);
}

/** The first byte of a path, of `*`, or of `http` in a target that is whole (RFC 9112 §3.2). */
function mayBeTarget(first: number): boolean {
  return first === SLASH || first === ASTERISK || (first | 0x20) === 0x68;
}
