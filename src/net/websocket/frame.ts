/** Up to so many bytes, a payload is copied behind its head; beyond, the two are written one after the other. */
const COPIED_BYTES = 16 * 1024;
/** The last frame of a message, or the only one. */
export const FINAL = 0x80;
/** RSV1: the message is compressed (RFC 7692 §6). */
export const COMPRESSED = 0x40;

/** A whole text message as one frame. A lone surrogate becomes U+FFFD. */
export function textFrame(opcode: number, text: string): Buffer {
  const length = Buffer.byteLength(text);
  const start = headLength(length);
  const frame = Buffer.allocUnsafe(start + length);
  writeHead(frame, opcode, length);
  frame.write(text, start, length, length === text.length ? "latin1" : "utf8");
  return frame;
}

/** A whole message as one frame. `opcode` may have {@link COMPRESSED} with it. */
export function bytesFrame(opcode: number, payload: Uint8Array): Buffer {
  const start = headLength(payload.length);
  const frame = Buffer.allocUnsafe(start + payload.length);
  writeHead(frame, opcode, payload.length);
  frame.set(payload, start);
  return frame;
}

/** The head alone of a payload that is too large to be copied; null for one that is not. */
export function separateHead(opcode: number, length: number): Buffer | null {
  if (length <= COPIED_BYTES) return null;
  const head = Buffer.allocUnsafe(headLength(length));
  writeHead(head, opcode, length);
  return head;
}

function headLength(length: number): number {
  if (length < 126) return 2;
  return length < 0x10000 ? 4 : 10;
}

/** RFC 6455 §5.2; a server does not mask. */
function writeHead(frame: Buffer, opcode: number, length: number): void {
  frame[0] = FINAL | opcode;
  if (length < 126) frame[1] = length;
  else if (length < 0x10000) {
    frame[1] = 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = 127;
    frame.writeUInt32BE(Math.floor(length / 0x100000000), 2);
    frame.writeUInt32BE(length >>> 0, 6);
  }
}
