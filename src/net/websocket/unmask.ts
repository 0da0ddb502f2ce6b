/** From so many bytes on, a view of 32-bit words pays for its making. */
const WORDS_FROM = 256;

/**
 * Takes the mask off `bytes[start, end)`, in place (RFC 6455 §5.3). `mask` has its first byte highest and is already turned
 * to the first of these bytes. Returns the disjunction of the bytes where they are few, else 0xff: under 0x80 all are ASCII.
 */
export function unmask(bytes: Uint8Array, start: number, end: number, mask: number): number {
  if (end - start >= WORDS_FROM) {
    unmaskWords(bytes, start, end, mask);
    return 0xff;
  }
  return unmaskBytes(bytes, start, end, mask);
}

/** The mask as it is `count` bytes later. */
export function turnMask(mask: number, count: number): number {
  const bits = (count & 3) * 8;
  return bits === 0 ? mask : (mask << bits) | (mask >>> (32 - bits));
}

function unmaskBytes(bytes: Uint8Array, start: number, end: number, mask: number): number {
  const a = mask >>> 24;
  const b = (mask >>> 16) & 0xff;
  const c = (mask >>> 8) & 0xff;
  const d = mask & 0xff;
  let all = 0;
  let index = start;
  for (; index + 3 < end; index += 4) {
    const first = (bytes[index] ?? 0) ^ a;
    const second = (bytes[index + 1] ?? 0) ^ b;
    const third = (bytes[index + 2] ?? 0) ^ c;
    const fourth = (bytes[index + 3] ?? 0) ^ d;
    bytes[index] = first;
    bytes[index + 1] = second;
    bytes[index + 2] = third;
    bytes[index + 3] = fourth;
    all |= first | second | third | fourth;
  }
  for (let turned = mask; index < end; index += 1) {
    const byte = (bytes[index] ?? 0) ^ (turned >>> 24);
    bytes[index] = byte;
    all |= byte;
    turned <<= 8;
  }
  return all;
}

function unmaskWords(bytes: Uint8Array, start: number, end: number, mask: number): void {
  const aligned = start + (-(bytes.byteOffset + start) & 3);
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset + aligned, (end - aligned) >>> 2);
  const turned = turnMask(mask, aligned - start);
  const word = isLittleEndian ? swap(turned) : turned;
  unmaskBytes(bytes, start, aligned, mask);
  for (let index = 0; index < words.length; index += 1) words[index] = (words[index] ?? 0) ^ word;
  unmaskBytes(bytes, aligned + words.length * 4, end, turned);
}

const isLittleEndian = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1;

function swap(word: number): number {
  return (word << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24);
}
