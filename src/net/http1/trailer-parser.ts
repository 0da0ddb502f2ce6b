import { frameworkError } from "../../errors/codes.ts";
import { byteClasses, COLON, CR, LF, TOKEN, VALUE } from "./byte-classes.ts";
import { malformed } from "./malformed.ts";

/** The states, in the order in which a field passes through them; from LINE_FEED it goes back to FIELD. */
const FIELD = 0;
const NAME = 1;
const VALUE_BYTES = 2;
const LINE_FEED = 3;
const END = 4;
const DONE = 5;

const MAX_TRAILER_BYTES = 8 * 1024;

/** Fields that would change how the message was to be read, were it not too late for that (RFC 9110 §6.5.1). */
const forbidden = new Set([
  "authorization",
  "cache-control",
  "connection",
  "content-encoding",
  "content-length",
  "content-range",
  "content-type",
  "cookie",
  "expect",
  "host",
  "keep-alive",
  "max-forwards",
  "proxy-connection",
  "range",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** Reads the trailer section of a chunked body, byte by byte: it is rare, and short (RFC 9112 §7.1.2). */
export class TrailerParser {
  /** `[name, value, ...]`, names in lower case; fields that are not for trailers are left out. */
  readonly fields: string[];
  #state: number;
  #bytes: number;
  #name: string;
  #value: string;

  constructor() {
    this.fields = [];
    this.#state = FIELD;
    this.#bytes = 0;
    this.#name = "";
    this.#value = "";
  }

  /** Takes the next byte; true if it was the last. */
  take(byte: number): boolean {
    this.#bytes += 1;
    if (this.#bytes > MAX_TRAILER_BYTES) throw frameworkError("HEADERS_TOO_LARGE");
    this.#state = this.#next(byte);
    return this.#state === DONE;
  }

  #next(byte: number): number {
    switch (this.#state) {
      case FIELD:
        return byte === CR ? END : this.#nameByte(byte);
      case NAME:
        return byte === COLON ? VALUE_BYTES : this.#nameByte(byte);
      case VALUE_BYTES:
        return byte === CR ? LINE_FEED : this.#valueByte(byte);
      case LINE_FEED:
        this.#endField();
        return lineFeed(byte, FIELD);
      default:
        return lineFeed(byte, DONE);
    }
  }

  #nameByte(byte: number): number {
    if (!isOf(byte, TOKEN)) throw malformed("a trailer field name is not a token");
    this.#name += String.fromCharCode(byte);
    return NAME;
  }

  #valueByte(byte: number): number {
    if (!isOf(byte, VALUE)) throw malformed("a trailer field holds a control character");
    this.#value += String.fromCharCode(byte);
    return VALUE_BYTES;
  }

  #endField(): void {
    const name = this.#name.toLowerCase();
    if (!forbidden.has(name)) this.fields.push(name, this.#value.replace(/^[ \t]+|[ \t]+$/g, ""));
    this.#name = "";
    this.#value = "";
  }
}

function lineFeed(byte: number, next: number): number {
  if (byte !== LF) throw malformed("a CR stands without its LF");
  return next;
}

function isOf(byte: number, bits: number): boolean {
  return ((byteClasses[byte] ?? 0) & bits) !== 0;
}
