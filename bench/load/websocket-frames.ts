import { randomBytes } from "node:crypto";

/** Frames of RFC 6455 §5.2 with at most 125 bytes of text, made once: a loader must not be what is measured. */

/** As a client sends it. */
export function clientText(text: string): Buffer {
  const mask = randomBytes(4);
  const payload = Buffer.from(text).map((byte, index) => byte ^ (mask[index % 4] ?? 0));
  return Buffer.concat([Buffer.from([0x81, 0x80 | payload.length]), mask, payload]);
}

/** As a server sends it. */
export function serverText(text: string): Buffer {
  const payload = Buffer.from(text);
  return Buffer.concat([Buffer.from([0x81, payload.length]), payload]);
}
