import { KnownBytes } from "../known-bytes.ts";
import type { HeadFields } from "./head-fields.ts";

/** More digits of a Content-Length than a number takes exactly. */
const mostDigits = 15;

/** Bytes of a head, from `start` to `end`. */
export interface HeadBytes {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
}

/** What the fields of a request say about where it ends, and of the connection. */
export interface FieldsOutcome {
  /** Bytes of content; `null` for chunked. */
  readonly contentLength: number | null;
  readonly expectContinue: boolean;
  readonly close: boolean;
}

/**
 * The fields of a head of HTTP/1.1 that came on a connection before, with what was found in them. They are known again by their bytes, from
 * the first field to the empty line. The digits of Content-Length may be others, as long as there are as many.
 */
export class KnownFields {
  readonly fields: HeadFields;
  readonly expectContinue: boolean;
  readonly close: boolean;
  /** Of the head that was known last. */
  contentLength: number | null;
  /** Where the fields' own Content-Length is other than that of the head that was known last, that one; below 0 where not. */
  otherLength: number;
  /** Of the fields, with the empty line. */
  readonly length: number;
  readonly #statedLength: number | null;
  /** Up to the digits that may be others, or all. */
  readonly #before: KnownBytes;
  readonly #digits: number;
  /** Null where there are no such digits. */
  readonly #after: KnownBytes | null;

  /** `fieldsStart`: where the fields begin, of the head that begins at `start`. */
  constructor(
    fields: HeadFields,
    { bytes, start, end }: HeadBytes,
    fieldsStart: number,
    { contentLength, expectContinue, close }: FieldsOutcome,
  ) {
    this.fields = fields;
    this.expectContinue = expectContinue;
    this.close = close;
    this.contentLength = contentLength;
    this.otherLength = -1;
    this.length = end - fieldsStart;
    this.#statedLength = contentLength;
    const digits = variableDigits(fields);
    this.#digits = digits === null ? 0 : digits[1] - digits[0];
    this.#before = new KnownBytes(bytes, fieldsStart, digits === null ? end : start + digits[0]);
    this.#after = digits === null ? null : new KnownBytes(bytes, start + digits[1], end);
  }

  /** Whether they stand at `start` again, in a view of which the bytes before `end` count. */
  isAt(view: DataView, start: number, end: number): boolean {
    if (end - start < this.length || !this.#before.isAt(view, start, end)) return false;
    if (this.#after === null) return true;
    const digitsStart = start + this.#before.length;
    const digitsEnd = digitsStart + this.#digits;
    if (!this.#after.isAt(view, digitsEnd, end)) return false;
    const length = toNumber(view, digitsStart, digitsEnd);
    if (length < 0) return false;
    this.contentLength = length;
    this.otherLength = length === this.#statedLength ? -1 : length;
    return true;
  }
}

/**
 * Where the digits of Content-Length stand that may be others the next time; null where there are none. To offer another protocol
 * depends on there being no content (RFC 9110 §7.8), so that all must be the same then.
 */
function variableDigits(fields: HeadFields): readonly [start: number, end: number] | null {
  if (fields.value("upgrade") !== undefined) return null;
  const span = fields.span("content-length");
  return span === null || span[1] - span[0] > mostDigits ? null : span;
}

/** Below 0 for what is not digits, and for zeros that need not stand there. */
function toNumber(view: DataView, start: number, end: number): number {
  if (view.getUint8(start) === 0x30 && end - start > 1) return -1;
  let number = 0;
  for (let at = start; at < end; at += 1) {
    const digit = view.getUint8(at) - 0x30;
    if (digit < 0 || digit > 9) return -1;
    number = number * 10 + digit;
  }
  return number;
}
