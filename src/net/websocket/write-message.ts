import type { Tunnel } from "../tunnel.ts";
import type { DeflateAgreement } from "./deflate/agreement.ts";
import { bytesFrame, FINAL, separateHead, textFrame } from "./frame.ts";
import { BINARY, TEXT } from "./opcodes.ts";
import { compressedFrame } from "./prepared-message.ts";

/** From this length on the head of a frame has more than two bytes. */
const LONG_TEXT = 126;
const textHeads = Array.from({ length: LONG_TEXT }, (_, length) => String.fromCharCode(FINAL | TEXT, length));

/** Writes a message where no compression was agreed. */
export function writeMessage(tunnel: Tunnel, data: string | Uint8Array): void {
  if (typeof data === "string") writeText(tunnel, data);
  else writeBytes(tunnel, BINARY, data);
}

/** A short text of ASCII is its own bytes: as a string it needs no buffer. */
function writeText(tunnel: Tunnel, text: string): void {
  if (text.length < LONG_TEXT && Buffer.byteLength(text) === text.length)
    tunnel.writeLatin1((textHeads[text.length] ?? "") + text);
  else tunnel.write(textFrame(TEXT, text));
}

/** Writes a message compressed, if it is long enough and that makes it smaller. */
export function writeCompressed(
  tunnel: Tunnel,
  data: string | Uint8Array,
  agreement: DeflateAgreement,
): void {
  const length = typeof data === "string" ? Buffer.byteLength(data) : data.length;
  if (length < agreement.threshold) {
    writeMessage(tunnel, data);
    return;
  }
  const opcode = typeof data === "string" ? TEXT : BINARY;
  const payload = typeof data === "string" ? Buffer.from(data) : data;
  const frame = compressedFrame(opcode, payload, agreement);
  if (frame === null) writeBytes(tunnel, opcode, payload);
  else tunnel.write(frame);
}

/** A large payload is not copied. */
function writeBytes(tunnel: Tunnel, opcode: number, payload: Uint8Array): void {
  const head = separateHead(opcode, payload.length);
  if (head === null) tunnel.write(bytesFrame(opcode, payload));
  else {
    tunnel.write(head);
    tunnel.write(payload);
  }
}
