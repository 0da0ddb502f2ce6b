/** What a client begins with, by which it is known to speak HTTP/2 (RFC 9113 §3.4). */
export const preface: Buffer = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

/** As far as the bytes go, they could be the preface. */
export function beginsLikePreface(bytes: Buffer): boolean {
  // The first byte tells nearly all requests apart.
  if (bytes[0] !== preface[0]) return false;
  const length = Math.min(bytes.length, preface.length);
  return bytes.compare(preface, 0, length, 0, length) === 0;
}
