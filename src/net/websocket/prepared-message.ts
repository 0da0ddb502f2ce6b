import type { DeflateAgreement } from "./deflate/agreement.ts";
import { deflate, windowFor } from "./deflate/compression.ts";
import { bytesFrame, COMPRESSED, textFrame } from "./frame.ts";
import { BINARY, TEXT } from "./opcodes.ts";

/** A message that is encoded once for any number of receivers, and compressed once for each way that they agreed on. */
export class PreparedMessage {
  /** As it is sent to those with whom no compression was agreed. */
  readonly frame: Buffer;
  readonly #opcode: number;
  readonly #payload: Uint8Array;
  /** Compressed frames by window and level; null until one is asked for. */
  #compressed: Map<number, Buffer> | null;

  constructor(data: string | Uint8Array) {
    const isText = typeof data === "string";
    const length = isText ? Buffer.byteLength(data) : data.length;
    this.#opcode = isText ? TEXT : BINARY;
    this.frame = isText ? textFrame(TEXT, data) : bytesFrame(BINARY, data);
    this.#payload = this.frame.subarray(this.frame.length - length);
    this.#compressed = null;
  }

  /** As it is sent where this was agreed: compressed if that makes it smaller. */
  frameFor(agreement: DeflateAgreement): Buffer {
    if (this.#payload.length < agreement.threshold) return this.frame;
    const key = windowFor(this.#payload.length, agreement.windowBits) * 16 + agreement.level;
    this.#compressed ??= new Map();
    let frame = this.#compressed.get(key);
    if (frame === undefined) {
      frame = compressedFrame(this.#opcode, this.#payload, agreement) ?? this.frame;
      this.#compressed.set(key, frame);
    }
    return frame;
  }
}

/** Encodes a message for many receivers: `socket.send(message)` of each then only passes bytes on. */
export function encodeMessage(data: string | Uint8Array): PreparedMessage {
  return new PreparedMessage(data);
}

/** The message as one compressed frame; null where that would not be smaller. */
export function compressedFrame(
  opcode: number,
  payload: Uint8Array,
  { windowBits, level }: DeflateAgreement,
): Buffer | null {
  const deflated = deflate(payload, windowFor(payload.length, windowBits), level);
  return deflated.length < payload.length ? bytesFrame(opcode | COMPRESSED, deflated) : null;
}
