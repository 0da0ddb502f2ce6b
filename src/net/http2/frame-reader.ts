import { connectionFailure } from "./failure.ts";
import { DATA, FRAME_HEAD_BYTES, MAX_FRAME_BYTES, MAX_INT31, PADDED } from "./frame-types.ts";
import { readInteger } from "./frames.ts";
import { preface } from "./preface.ts";

/** Takes the frames of a connection as they come. */
export interface FrameSink {
  /** A whole frame that is not DATA; its content is in `bytes[start, end)` for the length of the call. */
  frame(head: FrameHead, bytes: Uint8Array, start: number, end: number): void;
  /** The head of a DATA frame with so much content; its parts follow, none if there is none. */
  dataBegins(head: FrameHead, contentLength: number): void;
  /** A part of that content, for the length of the call. */
  dataPart(part: Uint8Array): void;
  /** All of its content has come. */
  dataEnds(): void;
}

/** Of the frame that is being read. */
export interface FrameHead {
  readonly length: number;
  readonly type: number;
  readonly flags: number;
  readonly stream: number;
}

/** The states. A frame goes from HEAD to HEAD, over WHOLE, or PAD_LENGTH, CONTENT and PADDING. */
const PREFACE = 0;
const HEAD = 1;
const WHOLE = 2;
const PAD_LENGTH = 3;
const CONTENT = 4;
const PADDING = 5;

const nothing = new Uint8Array(0);

/**
 * Cuts the bytes of a connection into frames, and can stop after any byte. Frames that are here whole are read where they
 * are; the content of DATA is passed on in pieces as it comes, other frames are put together first.
 */
export class FrameReader implements FrameHead {
  length: number;
  type: number;
  flags: number;
  stream: number;
  readonly #sink: FrameSink;
  #state: number;
  /** Of what the state waits for: bytes that have come (in the preface) or are still to come. */
  #left: number;
  #padding: number;
  /** A frame, its head or its whole, of which `#gathered` bytes have come. */
  #pieces: Uint8Array;
  #gathered: number;

  constructor(sink: FrameSink) {
    this.length = 0;
    this.type = 0;
    this.flags = 0;
    this.stream = 0;
    this.#sink = sink;
    this.#state = PREFACE;
    this.#left = preface.length;
    this.#padding = 0;
    this.#pieces = nothing;
    this.#gathered = 0;
  }

  /** The client's preface is still to come. */
  get isFresh(): boolean {
    return this.#state === PREFACE;
  }

  /** A frame other than DATA has begun and not ended. */
  get isAmidFrame(): boolean {
    return this.#gathered > 0 || this.#state === WHOLE;
  }

  /** Reads all of `bytes`. */
  read(bytes: Uint8Array): void {
    let at = 0;
    // A frame without content ends where its head ends, so that it must not wait for another byte.
    while (at < bytes.length || this.#isEmptyState()) at = this.#step(bytes, at);
  }

  #isEmptyState(): boolean {
    return this.#state >= WHOLE && this.#left === 0;
  }

  #step(bytes: Uint8Array, at: number): number {
    switch (this.#state) {
      case HEAD:
        return this.#head(bytes, at);
      case WHOLE:
        return this.#whole(bytes, at);
      case CONTENT:
        return this.#content(bytes, at);
      case PAD_LENGTH:
        return this.#padLength(bytes, at);
      case PADDING:
        return this.#skipPadding(bytes, at);
      default:
        return this.#preface(bytes, at);
    }
  }

  #preface(bytes: Uint8Array, start: number): number {
    let at = start;
    for (; at < bytes.length && this.#left > 0; at += 1) {
      if (bytes[at] !== preface[preface.length - this.#left])
        throw connectionFailure("protocolError", "the connection does not begin with the preface");
      this.#left -= 1;
    }
    if (this.#left === 0) this.#state = HEAD;
    return at;
  }

  #head(bytes: Uint8Array, at: number): number {
    if (this.#gathered === 0 && bytes.length - at >= FRAME_HEAD_BYTES) {
      this.#takeHead(bytes, at);
      return at + FRAME_HEAD_BYTES;
    }
    const next = this.#gather(bytes, at, FRAME_HEAD_BYTES);
    if (this.#gathered === FRAME_HEAD_BYTES) {
      this.#gathered = 0;
      this.#takeHead(this.#pieces, 0);
    }
    return next;
  }

  #takeHead(bytes: Uint8Array, at: number): void {
    const lengthAndType = readInteger(bytes, at);
    this.length = lengthAndType >>> 8;
    this.type = lengthAndType & 0xff;
    this.flags = bytes[at + 4] ?? 0;
    this.stream = readInteger(bytes, at + 5) & MAX_INT31;
    if (this.length > MAX_FRAME_BYTES)
      throw connectionFailure("frameSizeError", "a frame is larger than SETTINGS_MAX_FRAME_SIZE");
    if (this.type !== DATA) {
      this.#left = this.length;
      this.#state = WHOLE;
    } else if ((this.flags & PADDED) === 0) this.#beginContent(this.length, 0);
    else {
      if (this.length === 0) throw connectionFailure("frameSizeError", "a padded frame is empty");
      this.#left = 1;
      this.#state = PAD_LENGTH;
    }
  }

  #beginContent(length: number, padding: number): void {
    this.#sink.dataBegins(this, length);
    this.#left = length;
    this.#padding = padding;
    this.#state = CONTENT;
  }

  #padLength(bytes: Uint8Array, at: number): number {
    const padding = bytes[at] ?? 0;
    if (padding >= this.length) throw connectionFailure("protocolError", "padding is longer than its frame");
    this.#beginContent(this.length - 1 - padding, padding);
    return at + 1;
  }

  #content(bytes: Uint8Array, at: number): number {
    const end = Math.min(bytes.length, at + this.#left);
    if (end > at) {
      this.#left -= end - at;
      this.#sink.dataPart(end - at === bytes.length ? bytes : bytes.subarray(at, end));
    }
    if (this.#left === 0) {
      this.#left = this.#padding;
      this.#state = PADDING;
      if (this.#left === 0) this.#endData();
    }
    return end;
  }

  #skipPadding(bytes: Uint8Array, at: number): number {
    const end = Math.min(bytes.length, at + this.#left);
    this.#left -= end - at;
    if (this.#left === 0) this.#endData();
    return end;
  }

  #endData(): void {
    this.#state = HEAD;
    this.#sink.dataEnds();
  }

  #whole(bytes: Uint8Array, at: number): number {
    if (this.#gathered === 0 && bytes.length - at >= this.length) {
      this.#state = HEAD;
      this.#sink.frame(this, bytes, at, at + this.length);
      return at + this.length;
    }
    const next = this.#gather(bytes, at, this.length);
    this.#left = this.length - this.#gathered;
    if (this.#left === 0) {
      const whole = this.#pieces;
      this.#gathered = 0;
      this.#pieces = nothing;
      this.#state = HEAD;
      this.#sink.frame(this, whole, 0, this.length);
    }
    return next;
  }

  /** Takes what there is of so many bytes. */
  #gather(bytes: Uint8Array, at: number, length: number): number {
    if (this.#pieces.length < length) this.#pieces = new Uint8Array(length);
    const end = Math.min(bytes.length, at + length - this.#gathered);
    this.#pieces.set(bytes.subarray(at, end), this.#gathered);
    this.#gathered += end - at;
    return end;
  }
}
