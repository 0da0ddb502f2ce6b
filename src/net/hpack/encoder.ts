import { nameLiteral } from "./name-literals.ts";
import { staticFields } from "./static-table.ts";
import { INTEGER_BYTES, writePlainString, writeString } from "./string-literal.ts";

/*
 * There is no encoder with a dynamic table. Heads of answers consist of constant blocks, encoded once at start, and a few
 * fields that are new each time (content-length, date, etag), which a table would only push around. A block without
 * references to a table is right on every connection, in any order and whatever the peer's SETTINGS_HEADER_TABLE_SIZE is;
 * it costs some 30 bytes more in an answer than a table would, and saves its lookups, its memory on each connection, and
 * the question which of two streams encodes first. The table that the peer keeps for us stays empty: see emptyTable.
 */

/**
 * A size update to 0 (RFC 7541 §6.3). It must stand before the first field block that follows a peer's SETTINGS
 * with a lower SETTINGS_HEADER_TABLE_SIZE (RFC 9113 §4.3.1); once sent, no later change asks for another.
 */
export const emptyTable: Uint8Array = Uint8Array.of(0x20);

const INDEXED = 0x80;

/** The index of a whole field, by its name and value. */
const indexes = new Map(staticFields.map(([name, value], position) => [`${name}\n${value}`, position + 1]));

/** Encodes `[name, value, ...]`, as small as it goes without a table: for blocks that are made once. */
export function encodeFields(fields: readonly string[]): Uint8Array {
  let bytes = 0;
  for (let index = 0; index < fields.length; index += 2)
    bytes += sizeOfField(fields[index] ?? "", fields[index + 1] ?? "");
  const target = new Uint8Array(bytes);
  let at = 0;
  for (let index = 0; index < fields.length; index += 2)
    at = writeSmallField(target, at, fields[index] ?? "", fields[index + 1] ?? "");
  return target.slice(0, at);
}

/** Encodes the pseudo-header field of an answer (RFC 9113 §8.3.2), the first in its head. */
export function encodeStatus(status: number): Uint8Array {
  return encodeFields([":status", String(status)]);
}

/** Bytes for which {@link writeField} must find room. */
export function sizeOfField(name: string, value: string): number {
  return 1 + INTEGER_BYTES + name.length + INTEGER_BYTES + value.length;
}

/**
 * Writes a literal field into `target` and returns the position after it. Its value is not in Huffman's code, which takes
 * longer than the few bytes are worth. Names are in lower case; characters must not be above U+00FF.
 */
export function writeField(target: Uint8Array, at: number, name: string, value: string): number {
  return writePlainString(target, writeName(target, at, name), value);
}

function writeSmallField(target: Uint8Array, at: number, name: string, value: string): number {
  const index = indexes.get(`${name}\n${value}`);
  if (index === undefined) return writeString(target, writeName(target, at, name), value);
  target[at] = INDEXED | index;
  return at + 1;
}

function writeName(target: Uint8Array, at: number, name: string): number {
  const literal = nameLiteral(name);
  for (let index = 0; index < literal.length; index += 1) target[at + index] = literal[index] ?? 0;
  return at + literal.length;
}
