import { type Failure, protocolError } from "./failure.ts";
import { BINARY, CLOSE, PONG, TEXT } from "./opcodes.ts";

const RESERVED = 0x70;
const MASKED = 0x80;
const CONTROL = 0x08;

/** The head of a frame from a client (RFC 6455 §5.2), read again for each frame. */
export class FrameHead {
  isFinal: boolean;
  /** RSV1 is set. */
  isCompressed: boolean;
  opcode: number;
  /** Bytes of payload; at most 2^53. */
  length: number;
  /** The first byte highest. */
  mask: number;

  constructor() {
    this.isFinal = false;
    this.isCompressed = false;
    this.opcode = 0;
    this.length = 0;
    this.mask = 0;
  }

  get isControl(): boolean {
    return this.opcode >= CONTROL;
  }

  /** Reads a whole head; returns where it ends. Throws a failure for what no client may send, whatever came before. */
  read(bytes: Buffer, at: number, mayCompress: boolean): number {
    const first = bytes[at] ?? 0;
    const second = bytes[at + 1] ?? 0;
    this.isFinal = first >= 0x80;
    this.isCompressed = (first & RESERVED) !== 0;
    this.opcode = first & 0x0f;
    this.length = second & 0x7f;
    if (this.isCompressed || this.opcode > BINARY) this.#checkRare(first & RESERVED, mayCompress);
    if ((second & MASKED) === 0) throw protocolError("A frame is not masked");
    const end = this.length < 126 ? at + 2 : this.#readLength(bytes, at + 2);
    this.mask = bytes.readInt32BE(end);
    return end + 4;
  }

  /** What is not an ordinary frame of text, bytes or their continuation. */
  #checkRare(reserved: number, mayCompress: boolean): void {
    const { opcode } = this;
    if ((opcode > BINARY && opcode < CLOSE) || opcode > PONG) throw protocolError("The opcode is not known");
    if (reserved !== 0 && !(mayCompress && reserved === 0x40 && isData(opcode)))
      throw protocolError("A reserved bit is set");
    if (opcode < CLOSE) return;
    if (!this.isFinal) throw protocolError("A control frame is fragmented");
    if (this.length > 125) throw protocolError("A control frame is longer than 125 bytes");
  }

  #readLength(bytes: Buffer, at: number): number {
    if (this.length === 126) {
      this.length = bytes.readUInt16BE(at);
      if (this.length < 126) throw notMinimal();
      return at + 2;
    }
    const high = bytes.readUInt32BE(at);
    if (high >= 0x80000000) throw protocolError("The highest bit of the length is set");
    this.length = high * 0x100000000 + bytes.readUInt32BE(at + 4);
    if (this.length < 0x10000) throw notMinimal();
    return at + 8;
  }
}

/** The length of a client's head, by its second byte. */
export function headLengthBy(second: number): number {
  const length = second & 0x7f;
  if (length < 126) return 6;
  return length === 126 ? 8 : 14;
}

function isData(opcode: number): boolean {
  return opcode === TEXT || opcode === BINARY;
}

function notMinimal(): Failure {
  return protocolError("A length does not take the fewest bytes");
}
