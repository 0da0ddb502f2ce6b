import { huffmanCodes, huffmanLengths } from "./huffman-code.ts";

/** Bytes of a text in Huffman's code. Characters must not be above U+00FF. */
export function huffmanSize(text: string): number {
  let bits = 0;
  for (let index = 0; index < text.length; index += 1) bits += huffmanLengths[text.charCodeAt(index)] ?? 0;
  return (bits + 7) >> 3;
}

/** Writes a text in Huffman's code (RFC 7541 §5.2) and returns the position after it. */
export function encodeHuffman(target: Uint8Array, start: number, text: string): number {
  let at = start;
  let byte = 0;
  /** Bits of the byte that are still free. */
  let free = 8;
  for (let index = 0; index < text.length; index += 1) {
    const symbol = text.charCodeAt(index);
    const code = huffmanCodes[symbol] ?? 0;
    let left = huffmanLengths[symbol] ?? 0;
    while (left >= free) {
      left -= free;
      target[at++] = byte | (code >> left);
      byte = 0;
      free = 8;
    }
    free -= left;
    byte |= (code << free) & 0xff;
  }
  if (free < 8) target[at++] = byte | (0xff >> (8 - free));
  return at;
}
