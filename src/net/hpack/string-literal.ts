import { encodeHuffman, huffmanSize } from "./huffman-encoder.ts";

/** Bytes that an integer may take. */
export const INTEGER_BYTES = 6;

const HUFFMAN = 0x80;

/** Writes a string (RFC 7541 §5.2) in whichever of its two forms is shorter; returns the position after it. */
export function writeString(target: Uint8Array, at: number, text: string): number {
  const bytes = huffmanSize(text);
  if (bytes >= text.length) return writePlainString(target, at, text);
  return encodeHuffman(target, writeLength(target, at, HUFFMAN, bytes), text);
}

/** Writes a string as it is. Characters must not be above U+00FF. */
export function writePlainString(target: Uint8Array, at: number, text: string): number {
  const start = writeLength(target, at, 0, text.length);
  for (let index = 0; index < text.length; index += 1) target[start + index] = text.charCodeAt(index);
  return start + text.length;
}

/** An integer with a prefix of seven bits, below 2^31 (RFC 7541 §5.1). */
function writeLength(target: Uint8Array, at: number, form: number, length: number): number {
  if (length < 0x7f) {
    target[at] = form | length;
    return at + 1;
  }
  target[at] = form | 0x7f;
  let rest = length - 0x7f;
  let next = at + 1;
  for (; rest >= 0x80; rest >>>= 7) target[next++] = (rest & 0x7f) | 0x80;
  target[next] = rest;
  return next + 1;
}
