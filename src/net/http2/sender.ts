import { emptyTable, sizeOfField, writeField } from "../hpack/encoder.ts";
import type { SweepClock } from "../sweep-clock.ts";
import type { ControlBudget } from "./control-budget.ts";
import {
  CONTINUATION,
  DATA,
  END_HEADERS,
  END_STREAM,
  FRAME_HEAD_BYTES,
  HEADERS,
  INITIAL_WINDOW,
  MAX_FRAME_BYTES,
} from "./frame-types.ts";
import { withFlags, writeFrameHead } from "./frames.ts";
import type { Output } from "./output.ts";
import { writeFields } from "./sendable-fields.ts";
import type { Http2Stream } from "./stream.ts";

/** The fields of an answer's head, in the order in which they are sent. */
export interface AnswerHead {
  /** Status and fields that are encoded already. */
  readonly block: Uint8Array;
  readonly fields: readonly string[] | null;
  /** Bytes for which `fields` need room. */
  readonly fieldBytes: number;
  /** Content-Length; -1 for none. */
  readonly length: number;
}

/** What the sender needs of a connection. */
export interface SenderParts {
  readonly output: Output;
  readonly budget: ControlBudget;
  readonly clock: SweepClock;
  readonly stallTicks: number;
  /** A stream's last frame has been written. */
  readonly ended: (stream: Http2Stream) => void;
}

const LENGTH_FIELD_BYTES = sizeOfField("content-length", String(Number.MAX_SAFE_INTEGER));

/**
 * The frames of all streams of one connection. Heads are written at once; content leaves as the windows of the peer and the
 * socket allow, one frame for each stream in turn.
 */
export class Sender {
  /** Bytes that the peer takes on the connection (RFC 9113 §6.9). */
  window: number;
  /** Content of all streams that waits. */
  waitingBytes: number;
  /** The peer's table was made smaller: the next block must begin with taking notice (§4.3.1). */
  mustEmptyTable: boolean;
  readonly output: Output;
  readonly #parts: SenderParts;
  readonly #queue: Http2Stream[];
  /** The same as that of a stream, for all of them together. */
  #stalledAt: number;

  constructor(parts: SenderParts) {
    this.window = INITIAL_WINDOW;
    this.waitingBytes = 0;
    this.mustEmptyTable = false;
    this.output = parts.output;
    this.#parts = parts;
    this.#queue = [];
    this.#stalledAt = 0;
  }

  /** HEADERS of an answer, `date` included. */
  head(stream: number, head: AnswerHead, isLast: boolean): void {
    const { dateField } = this.#parts.clock;
    const most =
      emptyTable.length + head.block.length + head.fieldBytes + dateField.length + LENGTH_FIELD_BYTES;
    if (most > MAX_FRAME_BYTES) this.#largeHead(stream, head, most, isLast);
    else {
      const { output } = this;
      output.reserve(FRAME_HEAD_BYTES + most);
      const start = output.at + FRAME_HEAD_BYTES;
      const end = this.#encode(output.bytes, start, head, dateField);
      const flags = isLast ? END_HEADERS | END_STREAM : END_HEADERS;
      writeFrameHead(output.bytes, output.at, end - start, withFlags(HEADERS, flags), stream);
      output.at = end;
    }
    this.output.flushSoon();
  }

  /** An interim answer's, or trailers: a block that is encoded already. */
  block(stream: number, block: Uint8Array, isLast: boolean): void {
    const whole = this.mustEmptyTable ? Buffer.concat([emptyTable, block]) : block;
    this.mustEmptyTable = false;
    this.#frames(stream, whole, isLast);
    this.output.flushSoon();
  }

  /** May content of this length leave at once? */
  takes(stream: Http2Stream, length: number): boolean {
    if (length > MAX_FRAME_BYTES || length > this.window || length > stream.sendWindow) return false;
    return stream.waitingBytes === 0 && this.output.hasRoom();
  }

  /** All content of a stream in one frame, of which {@link takes} has said that it may leave. */
  frame(stream: Http2Stream, content: string | Uint8Array, length: number, isLast: boolean): void {
    const { output } = this;
    output.reserve(FRAME_HEAD_BYTES + length);
    const flags = withFlags(DATA, isLast ? END_STREAM : 0);
    const start = writeFrameHead(output.bytes, output.at, length, flags, stream.id);
    if (typeof content !== "string") output.bytes.set(content, start);
    else output.bytes.write(content, start, length, content.length === length ? "latin1" : "utf8");
    output.at = start + length;
    this.#sent(stream, length);
    this.#parts.budget.sentPart();
    output.flushSoon();
  }

  /** The tick at which a stream must be given up: one that waits for its turn is not, while the peer takes from others. */
  stalledAt(stream: Http2Stream): number {
    return stream.isQueued ? Math.max(stream.stalledAt, this.#stalledAt) : stream.stalledAt;
  }

  /** Content that leaves when it can, in parts. */
  add(stream: Http2Stream, part: Uint8Array): void {
    if (stream.waitingBytes === 0) stream.stalledAt = this.#parts.clock.tick + this.#parts.stallTicks;
    stream.queue(part);
    this.waitingBytes += part.length;
    this.ready(stream);
    this.output.flushSoon();
  }

  /** The same, and after it the end. */
  addLast(stream: Http2Stream, part: Uint8Array, trailers: Uint8Array | null): void {
    stream.isEnding = true;
    stream.trailers = trailers;
    this.add(stream, part);
  }

  /** After what waits comes the end. */
  end(stream: Http2Stream, trailers: Uint8Array | null): void {
    stream.isEnding = true;
    stream.trailers = trailers;
    if (stream.waitingBytes === 0) this.#writeEnd(stream);
    this.output.flushSoon();
  }

  /** The head was all there is of the answer, or the content that was written last. */
  ended(stream: Http2Stream): void {
    this.#parts.ended(stream);
  }

  /** Something of a stream may leave now. */
  ready(stream: Http2Stream): void {
    if (!stream.isQueued && stream.waitingBytes > 0 && stream.sendWindow > 0) {
      stream.isQueued = true;
      this.#queue.push(stream);
    }
    this.pump();
  }

  /** Sends as much as may leave. */
  pump(): void {
    while (this.window > 0 && this.output.hasRoom()) {
      const stream = this.#queue.shift();
      if (stream === undefined) return;
      stream.isQueued = false;
      if (stream.isGone || stream.sendWindow <= 0) continue;
      this.#sendPart(stream);
      if (stream.waitingBytes === 0 || stream.sendWindow <= 0 || stream.isQueued) continue;
      stream.isQueued = true;
      this.#queue.push(stream);
    }
  }

  /** The stream is gone, and what waited with it. */
  drop(stream: Http2Stream): void {
    this.waitingBytes -= stream.waitingBytes;
    stream.waiting?.clear();
  }

  #sendPart(stream: Http2Stream): void {
    const { output } = this;
    const { waiting } = stream;
    if (waiting === null || waiting.size === 0) return;
    const length = Math.min(waiting.size, MAX_FRAME_BYTES, this.window, stream.sendWindow);
    const isLast = stream.isEnding && stream.trailers === null && length === waiting.size;
    output.reserve(FRAME_HEAD_BYTES + length);
    const flags = withFlags(DATA, isLast ? END_STREAM : 0);
    const start = writeFrameHead(output.bytes, output.at, length, flags, stream.id);
    waiting.moveInto(output.bytes, start, length);
    output.at = start + length;
    this.waitingBytes -= length;
    this.#stalledAt = this.#parts.clock.tick + this.#parts.stallTicks;
    stream.stalledAt = this.#stalledAt;
    this.#sent(stream, length);
    if (waiting.size > 0) return;
    if (isLast) this.#parts.ended(stream);
    else if (stream.isEnding) this.#writeEnd(stream);
    // Whoever wrote it may wait for that still, though the end was written after it.
    stream.user?.drained();
  }

  /** The end after all content has left: trailers, or an empty frame, which needs no window (§6.9.1). */
  #writeEnd(stream: Http2Stream): void {
    const { output } = this;
    if (stream.trailers !== null) this.block(stream.id, stream.trailers, true);
    else {
      output.reserve(FRAME_HEAD_BYTES);
      output.at = writeFrameHead(output.bytes, output.at, 0, withFlags(DATA, END_STREAM), stream.id);
    }
    this.#parts.ended(stream);
  }

  #sent(stream: Http2Stream, length: number): void {
    this.window -= length;
    stream.sendWindow -= length;
    this.#parts.budget.sent(length);
  }

  #encode(target: Uint8Array, start: number, head: AnswerHead, dateField: Uint8Array): number {
    let at = start;
    if (this.mustEmptyTable) {
      target.set(emptyTable, at);
      at += emptyTable.length;
      this.mustEmptyTable = false;
    }
    target.set(head.block, at);
    at += head.block.length;
    if (head.fields !== null) at = writeFields(target, at, head.fields);
    target.set(dateField, at);
    at += dateField.length;
    return head.length < 0 ? at : writeField(target, at, "content-length", String(head.length));
  }

  #largeHead(stream: number, head: AnswerHead, most: number, isLast: boolean): void {
    const block = new Uint8Array(most);
    const end = this.#encode(block, 0, head, this.#parts.clock.dateField);
    this.#frames(stream, block.subarray(0, end), isLast);
  }

  /** HEADERS, and CONTINUATION where the block is too large for one frame; nothing may come between (§4.3). */
  #frames(stream: number, block: Uint8Array, isLast: boolean): void {
    const { output } = this;
    if (block.length <= MAX_FRAME_BYTES) {
      const flags = isLast ? END_HEADERS | END_STREAM : END_HEADERS;
      output.reserve(FRAME_HEAD_BYTES + block.length);
      output.at = writeFrameHead(output.bytes, output.at, block.length, withFlags(HEADERS, flags), stream);
      output.write(block);
      return;
    }
    this.#largeBlock(stream, block, isLast);
  }

  #largeBlock(stream: number, block: Uint8Array, isLast: boolean): void {
    const { output } = this;
    let type = HEADERS;
    let at = 0;
    do {
      const part = block.subarray(at, at + MAX_FRAME_BYTES);
      at += part.length;
      const endStream = isLast && type === HEADERS ? END_STREAM : 0;
      const flags = endStream | (at === block.length ? END_HEADERS : 0);
      output.reserve(FRAME_HEAD_BYTES + part.length);
      output.at = writeFrameHead(output.bytes, output.at, part.length, withFlags(type, flags), stream);
      output.write(part);
      type = CONTINUATION;
    } while (at < block.length);
  }
}
