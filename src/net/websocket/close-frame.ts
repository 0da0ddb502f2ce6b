import { closeCodes, isSendable } from "./close-codes.ts";
import { invalidData, protocolError } from "./failure.ts";
import { bytesFrame } from "./frame.ts";
import { CLOSE } from "./opcodes.ts";
import { CHARACTER, checkUtf8 } from "./utf8.ts";

/** What a close frame says; code 1005 if it says nothing. */
export interface CloseReason {
  readonly code: number;
  readonly reason: string;
}

/** Reads the payload of a close frame (RFC 6455 §5.5.1). Throws a failure for what may not stand there. */
export function parseClose(payload: Uint8Array): CloseReason {
  if (payload.length === 0) return { code: closeCodes.none, reason: "" };
  if (payload.length === 1) throw protocolError("A close frame has half a code");
  const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.length);
  const code = bytes.readUInt16BE(0);
  if (!isSendable(code)) throw protocolError("A close frame has a code that may not be sent");
  const reason = bytes.subarray(2);
  if (checkUtf8(CHARACTER, reason) !== CHARACTER) throw invalidData("The reason for closing is not UTF-8");
  return { code, reason: reason.toString("utf8") };
}

/** A close frame; an empty one for 1005. Throws a RangeError for a code that cannot be sent, or a reason of over 123 bytes. */
export function closeFrame(code: number, reason: string): Buffer {
  if (code === closeCodes.none) return bytesFrame(CLOSE, new Uint8Array(0));
  if (!isSendable(code)) throw new RangeError(`${code} is no close code that can be sent`);
  const payload = Buffer.alloc(2 + Buffer.byteLength(reason));
  if (payload.length > 125) throw new RangeError("The reason for closing is longer than 123 bytes");
  payload.writeUInt16BE(code, 0);
  payload.write(reason, 2);
  return bytesFrame(CLOSE, payload);
}
