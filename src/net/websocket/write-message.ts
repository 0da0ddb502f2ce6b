import type { Tunnel } from "../tunnel.ts";
import type { DeflateAgreement } from "./deflate/agreement.ts";
import { bytesFrame, separateHead, textFrame } from "./frame.ts";
import { BINARY, TEXT } from "./opcodes.ts";
import { compressedFrame } from "./prepared-message.ts";

/** Writes a message where no compression was agreed. */
export function writeMessage(tunnel: Tunnel, data: string | Uint8Array): void {
  if (typeof data === "string") tunnel.write(textFrame(TEXT, data));
  else writeBytes(tunnel, BINARY, data);
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
