import type { Limits } from "../limits.ts";
import { FieldParser } from "./field-parser.ts";
import { RequestLineParser } from "./request-line-parser.ts";

/**
 * Reads the head of a request (RFC 9112 §2 to §5) in one pass over its bytes and can stop after any of them. What it finds
 * are positions relative to the first byte of the head; the caller cuts the texts out when the head is whole. Lines
 * end in CRLF and nothing else; each limit is checked at the byte that breaks it, so that the outcome does
 * not depend on how the bytes were split on their way.
 */
export class HeadParser {
  readonly line: RequestLineParser;
  readonly fields: FieldParser;

  constructor(limits: Limits) {
    this.line = new RequestLineParser(limits.targetBytes);
    this.fields = new FieldParser(limits);
  }

  /** Whether nothing of the head has been read yet, not even an empty line before it. */
  get isUntouched(): boolean {
    return this.line.isUntouched;
  }

  /** Makes ready for the next request. */
  reset(): void {
    this.line.reset();
  }

  /**
   * Reads on. `bytes` must hold the head from its first byte, which is at `start`, with more than at the call before.
   * Returns the position after the head, or -1 while bytes are missing. Throws the ApiError that refuses the request.
   */
  parse(bytes: Uint8Array, start: number): number {
    const { fields } = this;
    if (!this.parseLine(bytes, start)) return -1;
    return fields.parse(bytes, start) ? start + fields.end : -1;
  }

  /** Reads no further than to the end of the request line, in the same way; false while bytes of it are missing. */
  parseLine(bytes: Uint8Array, start: number): boolean {
    const { line, fields } = this;
    if (line.isDone) return true;
    if (!line.parse(bytes, start)) return false;
    fields.begin(line.end);
    return true;
  }
}
