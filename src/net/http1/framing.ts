import { frameworkError } from "../../errors/codes.ts";
import { isWord } from "./byte-classes.ts";
import { malformed } from "./malformed.ts";

/** The most digits of a Content-Length that are still an exact number; more is more than any limit. */
const MAX_LENGTH_DIGITS = 15;

/**
 * What the fields of one request say about where it ends and what becomes of the connection (RFC 9112 §6, §9.3).
 * Two readers that disagree here make request smuggling, so whatever could be read in two ways is refused.
 */
export class Framing {
  /** Bytes of content; `null` for chunked. */
  contentLength: number | null;
  close: boolean;
  keepAlive: boolean;
  expectContinue: boolean;
  /** The connection is to change to another protocol (RFC 9110 §7.8): `Connection` says so, and there is an `Upgrade`. */
  upgrade: boolean;
  hosts: number;
  #lengths: number;
  #codings: number;

  constructor() {
    this.contentLength = 0;
    this.close = false;
    this.keepAlive = false;
    this.expectContinue = false;
    this.upgrade = false;
    this.hosts = 0;
    this.#lengths = 0;
    this.#codings = 0;
  }

  reset(): void {
    this.contentLength = 0;
    this.close = false;
    this.keepAlive = false;
    this.expectContinue = false;
    this.upgrade = false;
    this.hosts = 0;
    this.#lengths = 0;
    this.#codings = 0;
  }

  /** Takes note of a field if it is one of those that matter here. The length tells nearly all others apart. */
  note(bytes: Uint8Array, nameStart: number, nameEnd: number, start: number, end: number): void {
    switch (nameEnd - nameStart) {
      case 4:
        if (isWord(bytes, nameStart, "host")) this.hosts += 1;
        break;
      case 6:
        if (isWord(bytes, nameStart, "expect")) this.#noteExpect(bytes, start, end);
        break;
      case 10:
        if (isWord(bytes, nameStart, "connection")) this.#noteConnection(bytes, start, end);
        break;
      case 14:
        if (isWord(bytes, nameStart, "content-length")) this.#noteLength(bytes, start, end);
        break;
      case 17:
        if (isWord(bytes, nameStart, "transfer-encoding")) this.#noteCoding(bytes, start, end);
        break;
    }
  }

  /** Checks the head as a whole. */
  settle(isHttp10: boolean): void {
    if (this.hosts !== 1 && !(isHttp10 && this.hosts === 0))
      throw malformed(this.hosts === 0 ? "it has no Host field" : "it has more than one Host field");
    if (this.#codings > 0) {
      if (this.#lengths > 0) throw malformed("it has both Transfer-Encoding and Content-Length");
      if (isHttp10) throw malformed("Transfer-Encoding is not for HTTP/1.0");
      this.contentLength = null;
    }
    // RFC 9110 §10.1.1: an HTTP/1.0 client does not understand a 100.
    if (isHttp10) this.expectContinue = false;
    // RFC 9110 §7.8: nor does it upgrade. After content the change could not begin at once: it is not offered then.
    if (isHttp10 || this.contentLength !== 0) this.upgrade = false;
  }

  #noteExpect(bytes: Uint8Array, start: number, end: number): void {
    if (end - start !== 12 || !isHundredContinue(bytes, start)) throw frameworkError("EXPECTATION_FAILED");
    this.expectContinue = true;
  }

  /** The usual values are one word; lists are taken apart below. */
  #noteConnection(bytes: Uint8Array, start: number, end: number): void {
    if (end - start === 10 && isWord(bytes, start, "keep-alive")) this.keepAlive = true;
    else if (end - start === 5 && isWord(bytes, start, "close")) this.close = true;
    else this.#noteConnectionList(latin1(bytes, start, end));
  }

  #noteConnectionList(list: string): void {
    for (const option of list.toLowerCase().split(",")) {
      const word = option.trim();
      if (word === "close") this.close = true;
      else if (word === "keep-alive") this.keepAlive = true;
      else if (word === "upgrade") this.upgrade = true;
    }
  }

  #noteLength(bytes: Uint8Array, start: number, end: number): void {
    this.#lengths += 1;
    if (this.#lengths > 1) throw malformed("it has more than one Content-Length field");
    if (end === start) throw malformed("Content-Length is empty");
    let length = 0;
    for (let at = start; at < end; at += 1) {
      const digit = (bytes[at] ?? 0) - 0x30;
      if (digit < 0 || digit > 9) throw malformed("Content-Length is not a number");
      length = length * 10 + digit;
    }
    if (end - start > MAX_LENGTH_DIGITS && length > Number.MAX_SAFE_INTEGER)
      length = Number.POSITIVE_INFINITY;
    this.contentLength = length;
  }

  /** RFC 9112 §6.1: a coding that is not known is 501; a message that does not end in chunked cannot be read. */
  #noteCoding(bytes: Uint8Array, start: number, end: number): void {
    this.#codings += 1;
    if (this.#codings > 1) throw malformed("it has more than one Transfer-Encoding field");
    if (end - start === 7 && isWord(bytes, start, "chunked")) return;
    const codings = latin1(bytes, start, end)
      .toLowerCase()
      .split(",")
      .map((coding) => coding.trim());
    if (codings.pop() !== "chunked" || codings.includes("chunked"))
      throw malformed("the last transfer coding is not chunked");
    throw frameworkError("UNIMPLEMENTED", "This transfer coding is not supported");
  }
}

function isHundredContinue(bytes: Uint8Array, start: number): boolean {
  const isHundred = bytes[start] === 0x31 && bytes[start + 1] === 0x30 && bytes[start + 2] === 0x30;
  return isHundred && isWord(bytes, start + 3, "-continue");
}

function latin1(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString("latin1");
}
