import { sizeOfField, writeField } from "../hpack/encoder.ts";
import { byteClasses, TOKEN, VALUE } from "../http1/byte-classes.ts";

/** Fields that net writes itself, or that HTTP/2 has no place for (RFC 9113 §8.2.2). */
const ownFields = new Set([
  "content-length",
  "transfer-encoding",
  "connection",
  "keep-alive",
  "proxy-connection",
  "date",
  "upgrade",
]);

/** Names that were found good, by how an application writes them. A program has a few dozen. */
const KEPT_NAMES = 512;
const names = new Map<string, string>();

/**
 * Bytes for which {@link writeFields} must find room. Throws a TypeError for what could not be sent as one field each: a line
 * end, which a proxy would split the answer at, or a character beyond latin1.
 */
export function sizeOfFields(fields: readonly string[]): number {
  let bytes = 0;
  for (let index = 0; index + 1 < fields.length; index += 2) {
    const name = sendableName(fields[index] ?? "");
    const value = fields[index + 1] ?? "";
    if (!isSendable(value))
      throw new TypeError(`The value of the header field ${name} holds a character that cannot be sent`);
    bytes += sizeOfField(name, value);
  }
  return bytes;
}

/** Writes fields that {@link sizeOfFields} has let pass; returns the position after them. */
export function writeFields(target: Uint8Array, start: number, fields: readonly string[]): number {
  let at = start;
  for (let index = 0; index + 1 < fields.length; index += 2)
    at = writeField(target, at, sendableName(fields[index] ?? ""), trimmed(fields[index + 1] ?? ""));
  return at;
}

/** Both, for fields that are kept encoded. */
export function encodeSendable(fields: readonly string[]): Uint8Array {
  const target = new Uint8Array(sizeOfFields(fields));
  return target.slice(0, writeFields(target, 0, fields));
}

/** In lower case (RFC 9113 §8.2.1). */
function sendableName(name: string): string {
  const known = names.get(name);
  if (known !== undefined) return known;
  const lower = name.toLowerCase();
  if (!isToken(lower) || ownFields.has(lower))
    throw new TypeError(`The header field name ${JSON.stringify(name)} cannot be sent`);
  if (names.size < KEPT_NAMES) names.set(name, lower);
  return lower;
}

function isToken(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) if (!isOf(text.charCodeAt(index), TOKEN)) return false;
  return text !== "";
}

function isSendable(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) if (!isOf(text.charCodeAt(index), VALUE)) return false;
  return true;
}

function isOf(code: number, bits: number): boolean {
  return code <= 0xff && ((byteClasses[code] ?? 0) & bits) !== 0;
}

/** White space at either end makes a field malformed (RFC 9113 §8.2.1); HTTP/1.1 drops it. */
function trimmed(value: string): string {
  return isBlank(value.charCodeAt(0)) || isBlank(value.charCodeAt(value.length - 1))
    ? value.replace(/^[ \t]+|[ \t]+$/g, "")
    : value;
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}
