import { isUtf8 } from "node:buffer";
import { lasting } from "../read-buffer.ts";
import { inflate } from "./deflate/compression.ts";
import { protocolError, tooBig, tooManyFrames } from "./failure.ts";
import { FrameHead, headLengthBy } from "./frame-head.ts";
import { MessageAssembly, notUtf8 } from "./message-assembly.ts";
import { CLOSE, CONTINUATION, PING, TEXT } from "./opcodes.ts";
import { turnMask, unmask } from "./unmask.ts";

/** What a reader finds, for whom. */
export interface FrameSink {
  /** False: what follows is left unread. Asked before each frame. */
  readonly isReading: boolean;
  messageReceived(data: string | Uint8Array): void;
  /** Payloads of control frames are there for the length of the call. */
  pingReceived(payload: Uint8Array): void;
  pongReceived(payload: Uint8Array): void;
  closeReceived(payload: Uint8Array): void;
}

/** What a reader bears. */
export interface FrameLimits {
  readonly messageBytes: number;
  readonly messageFrames: number;
}

/** Where a reader stands between two chunks. */
const AT_HEAD = 0;
const IN_HEAD = 1;
const IN_PAYLOAD = 2;

const LONGEST_HEAD = 14;

/**
 * Takes the bytes of a client apart (RFC 6455 §5). Nearly always a chunk holds whole frames, each of them a message: these are
 * unmasked where they are and given on. Only what has not come whole is copied. Throws a `Failure`, after which nothing
 * more may be read.
 */
export class FrameReader {
  /** Messages that have come whole; tells one that is slow from the next. */
  messages: number;
  readonly #limits: FrameLimits;
  readonly #mayCompress: boolean;
  #state: number;
  readonly #head: FrameHead;
  /** Bytes of the payload that are still to come, and the mask turned to the first of them. */
  #left: number;
  #mask: number;
  /** A head or the payload of a control frame that has not come whole. */
  #partial: Buffer | null;
  #partialLength: number;
  #assembly: MessageAssembly | null;

  constructor(limits: FrameLimits, mayCompress: boolean) {
    this.messages = 0;
    this.#limits = limits;
    this.#mayCompress = mayCompress;
    this.#state = AT_HEAD;
    this.#head = new FrameHead();
    this.#left = 0;
    this.#mask = 0;
    this.#partial = null;
    this.#partialLength = 0;
    this.#assembly = null;
  }

  /** Something has begun to come and is not whole. */
  get isWithinMessage(): boolean {
    return this.#state !== AT_HEAD || this.#assembly !== null;
  }

  /** Reads on from `at`, and writes into what it reads. Returns where it stopped: at the end, unless the sink wants no more. */
  read(bytes: Buffer, from: number, sink: FrameSink): number {
    let at = from;
    while (at < bytes.length && sink.isReading) {
      if (this.#state === AT_HEAD) at = this.#readFrame(bytes, at, sink);
      else if (this.#state === IN_HEAD) at = this.#readPartialHead(bytes, at, sink);
      else at = this.#readPayload(bytes, at, sink);
    }
    return at;
  }

  #readFrame(bytes: Buffer, at: number, sink: FrameSink): number {
    const available = bytes.length - at;
    if (available < 2 || available < headLengthBy(bytes[at + 1] ?? 0)) {
      this.#partial = Buffer.allocUnsafe(LONGEST_HEAD);
      this.#partialLength = 0;
      this.#state = IN_HEAD;
      return at;
    }
    const start = this.#head.read(bytes, at, this.#mayCompress);
    return this.#beginPayload(bytes, start, sink);
  }

  /** A head in pieces is put together first. */
  #readPartialHead(bytes: Buffer, at: number, sink: FrameSink): number {
    const partial = this.#partial;
    if (partial === null) return at;
    const needed = this.#partialLength < 2 ? 2 : headLengthBy(partial[1] ?? 0);
    const taken = Math.min(needed - this.#partialLength, bytes.length - at);
    bytes.copy(partial, this.#partialLength, at, at + taken);
    this.#partialLength += taken;
    if (this.#partialLength < 2 || this.#partialLength < headLengthBy(partial[1] ?? 0)) return at + taken;
    this.#partial = null;
    this.#head.read(partial, 0, this.#mayCompress);
    return this.#beginPayload(bytes, at + taken, sink);
  }

  /** Checks the frame against those before it. The common case, a whole message in one frame, is done at once. */
  #beginPayload(bytes: Buffer, start: number, sink: FrameSink): number {
    const head = this.#head;
    const end = start + head.length;
    this.#state = IN_PAYLOAD;
    this.#left = head.length;
    this.#mask = head.mask;
    if (head.isControl) {
      if (end > bytes.length) this.#beginPartialControl(head.length);
    } else {
      this.#checkOrder(head);
      if (this.#assembly === null && head.isFinal && end <= bytes.length) {
        this.#deliverFrame(bytes, start, end, sink);
        return end;
      }
      this.#beginPart(head);
    }
    return this.#readPayload(bytes, start, sink);
  }

  #checkOrder(head: FrameHead): void {
    const isContinuation = head.opcode === CONTINUATION;
    if (isContinuation && this.#assembly === null) throw protocolError("There is nothing to continue");
    if (!isContinuation && this.#assembly !== null)
      throw protocolError("A message begins within another one");
    if ((this.#assembly?.length ?? 0) + head.length > this.#limits.messageBytes) throw tooBig();
  }

  #beginPart(head: FrameHead): void {
    this.#assembly ??= new MessageAssembly(head.opcode === TEXT, head.isCompressed);
    this.#assembly.frames += 1;
    if (this.#assembly.frames > this.#limits.messageFrames) throw tooManyFrames();
  }

  #beginPartialControl(length: number): void {
    this.#partial = Buffer.allocUnsafe(length);
    this.#partialLength = 0;
  }

  #readPayload(bytes: Buffer, start: number, sink: FrameSink): number {
    const end = Math.min(start + this.#left, bytes.length);
    const piece = bytes.subarray(start, end);
    unmask(bytes, start, end, this.#mask);
    this.#mask = turnMask(this.#mask, piece.length);
    this.#left -= piece.length;
    if (this.#head.isControl) this.#takeControl(piece, sink);
    else this.#takeData(piece, sink);
    return end;
  }

  #takeControl(piece: Buffer, sink: FrameSink): void {
    let payload = piece;
    if (this.#partial !== null) {
      piece.copy(this.#partial, this.#partialLength);
      this.#partialLength += piece.length;
      payload = this.#partial;
    }
    if (this.#left > 0) return;
    this.#partial = null;
    this.#state = AT_HEAD;
    const { opcode } = this.#head;
    if (opcode === CLOSE) sink.closeReceived(payload);
    else if (opcode === PING) sink.pingReceived(payload);
    else sink.pongReceived(payload);
  }

  #takeData(piece: Buffer, sink: FrameSink): void {
    const assembly = this.#assembly;
    if (assembly === null) return;
    assembly.add(piece);
    if (this.#left > 0) return;
    this.#state = AT_HEAD;
    if (!this.#head.isFinal) return;
    this.#assembly = null;
    this.messages += 1;
    sink.messageReceived(this.#finish(assembly));
  }

  #finish(assembly: MessageAssembly): string | Uint8Array {
    if (assembly.isCompressed) return this.#inflated(assembly.bytes, assembly.isText);
    if (!assembly.isText) return assembly.bytes;
    if (!assembly.isComplete) throw notUtf8();
    return assembly.bytes.toString("utf8");
  }

  #deliverFrame(bytes: Buffer, start: number, end: number, sink: FrameSink): void {
    const { opcode, isCompressed, mask } = this.#head;
    const all = unmask(bytes, start, end, mask);
    this.#state = AT_HEAD;
    this.messages += 1;
    const isText = opcode === TEXT;
    if (isCompressed) sink.messageReceived(this.#inflated(bytes.subarray(start, end), isText));
    else if (!isText) sink.messageReceived(lasting(bytes.subarray(start, end)));
    else if (all < 0x80) sink.messageReceived(bytes.toString("latin1", start, end));
    else sink.messageReceived(toText(bytes.subarray(start, end)));
  }

  #inflated(payload: Buffer, isText: boolean): string | Uint8Array {
    const inflated = inflate(payload, this.#limits.messageBytes);
    return isText ? toText(inflated) : inflated;
  }
}

function toText(bytes: Buffer): string {
  if (!isUtf8(bytes)) throw notUtf8();
  return bytes.toString("utf8");
}
