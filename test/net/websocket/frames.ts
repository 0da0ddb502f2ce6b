/** The kinds of frames (RFC 6455 §5.2). */
export const CONTINUATION = 0;
export const TEXT = 1;
export const BINARY = 2;
export const CLOSE = 8;
export const PING = 9;
export const PONG = 10;

/** A frame as it was received. */
export interface Frame {
  readonly opcode: number;
  readonly isFinal: boolean;
  /** The three reserved bits as a number: 4 is RSV1. */
  readonly reserved: number;
  readonly payload: Buffer;
}

/** What makes a frame other than an ordinary one. */
export interface FrameOptions {
  readonly isFinal?: boolean;
  readonly reserved?: number;
  /** Null sends it without a mask. */
  readonly mask?: readonly number[] | null;
}

const usualMask = [0x37, 0xfa, 0x21, 0x3d];

/** A frame as a client sends it. */
export function frame(opcode: number, payload: string | Uint8Array = "", options: FrameOptions = {}): Buffer {
  const { isFinal = true, reserved = 0, mask = usualMask } = options;
  const bytes = Buffer.from(payload);
  const first = (isFinal ? 0x80 : 0) | (reserved << 4) | opcode;
  const head = Buffer.concat([Buffer.from([first]), lengthField(bytes.length, mask !== null)]);
  if (mask === null) return Buffer.concat([head, bytes]);
  for (let index = 0; index < bytes.length; index += 1)
    bytes[index] = (bytes[index] ?? 0) ^ (mask[index & 3] ?? 0);
  return Buffer.concat([head, Buffer.from(mask), bytes]);
}

function lengthField(length: number, isMasked: boolean): Buffer {
  const bit = isMasked ? 0x80 : 0;
  if (length < 126) return Buffer.from([bit | length]);
  if (length < 0x10000) return Buffer.from([bit | 126, length >> 8, length & 0xff]);
  const field = Buffer.alloc(9);
  field[0] = bit | 127;
  field.writeBigUInt64BE(BigInt(length), 1);
  return field;
}

/** A message in frames of so many bytes each. */
export function fragments(
  opcode: number,
  payload: string | Uint8Array,
  size: number,
  reserved = 0,
): readonly Buffer[] {
  const bytes = Buffer.from(payload);
  const frames: Buffer[] = [];
  for (let at = 0; at === 0 || at < bytes.length; at += size) {
    const isFirst = at === 0;
    const options = { isFinal: at + size >= bytes.length, reserved: isFirst ? reserved : 0 };
    frames.push(frame(isFirst ? opcode : CONTINUATION, bytes.subarray(at, at + size), options));
  }
  return frames;
}

/** A close frame. */
export function close(code?: number, reason: string | Uint8Array = ""): Buffer {
  if (code === undefined) return frame(CLOSE);
  return frame(CLOSE, Buffer.concat([Buffer.from([code >> 8, code & 0xff]), Buffer.from(reason)]));
}

/** Reads one frame of a server off the start of some bytes; null while it is not whole. Throws for one that is masked. */
export function readFrame(bytes: Buffer): { frame: Frame; end: number } | null {
  if (bytes.length < 2) return null;
  const [first = 0, second = 0] = bytes;
  if (second >= 0x80) throw new Error("a frame of the server is masked");
  const start = second < 126 ? 2 : second === 126 ? 4 : 10;
  if (bytes.length < start) return null;
  const length =
    second < 126 ? second : second === 126 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
  const end = start + length;
  if (bytes.length < end) return null;
  const payload = bytes.subarray(start, end);
  const reserved = (first >> 4) & 7;
  return { frame: { opcode: first & 15, isFinal: first >= 0x80, reserved, payload }, end };
}
