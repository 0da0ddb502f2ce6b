/** The Castagnoli polynomial, its bits turned round. That of `zlib.crc32` is another one. */
const POLYNOMIAL = 0x82f63b78;

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit += 1) value = (value & 1) === 0 ? value >>> 1 : (value >>> 1) ^ POLYNOMIAL;
  return value >>> 0;
});

/** CRC32c (RFC 9260 appendix A) of bytes, the four from `hole` on taken for zeros: they hold the checksum itself. */
export function crc32cWithHole(bytes: Uint8Array, hole: number): number {
  let value = 0xffffffff;
  for (let index = 0; index < bytes.length; index += 1) {
    const byte = index >= hole && index < hole + 4 ? 0 : (bytes[index] ?? 0);
    value = (table[(value ^ byte) & 0xff] ?? 0) ^ (value >>> 8);
  }
  return (value ^ 0xffffffff) >>> 0;
}
