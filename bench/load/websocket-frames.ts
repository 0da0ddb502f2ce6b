import { randomBytes } from "node:crypto";

/** Frames of RFC 6455 §5.2 with less than 64 KiB of text, made once: a loader must not be what is measured. */

/** As a client sends it. */
export function clientText(text: string): Buffer {
  const mask = randomBytes(4);
  const payload = Buffer.from(text).map((byte, index) => byte ^ (mask[index % 4] ?? 0));
  return Buffer.concat([head(0x81, 0x80, payload.length), mask, payload]);
}

/** A client's answer to a ping without a payload. */
export const clientPong: Buffer = Buffer.from([0x8a, 0x80, 0, 0, 0, 0]);

/** As a server sends it. */
export function serverText(text: string): Buffer {
  const payload = Buffer.from(text);
  return Buffer.concat([head(0x81, 0, payload.length), payload]);
}

function head(opcode: number, masked: number, length: number): Buffer {
  return length < 126
    ? Buffer.from([opcode, masked | length])
    : Buffer.from([opcode, masked | 126, length >> 8, length & 0xff]);
}
