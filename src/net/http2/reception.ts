import { errorCodes } from "./error-codes.ts";
import { connectionFailure, streamFailure } from "./failure.ts";
import { FieldBlocks, type FieldBlocksParts, PRIORITY_BYTES } from "./field-blocks.ts";
import { type FrameHead, FrameReader, type FrameSink } from "./frame-reader.ts";
import {
  ACK,
  CONTINUATION,
  END_STREAM,
  GOAWAY,
  HEADERS,
  MAX_INT31,
  PING,
  PRIORITY,
  PUSH_PROMISE,
  RST_STREAM,
  SETTINGS,
  WINDOW_UPDATE,
} from "./frame-types.ts";
import { readInteger, writePingAck, writeSettingsAck } from "./frames.ts";
import type { Sender } from "./sender.ts";
import { PeerSettings, SETTING_BYTES } from "./settings.ts";
import type { Http2Stream } from "./stream.ts";

const PING_BYTES = 8;
const GOAWAY_BYTES = 8;
/** DATA that nobody waits for pays its way by its length from here on. */
const SMALL_DATA_BYTES = 128;
/** Of RST_STREAM and WINDOW_UPDATE. */
const NUMBER_BYTES = 4;

/** What the frames of a peer are about. */
export interface ReceptionParts extends FieldBlocksParts {
  readonly sender: Sender;
  /** The peer will open no more streams. */
  readonly peerLeaves: () => void;
  /** A PING of ours has come back. */
  readonly pingReturned: () => void;
}

/** What comes from the peer of one connection: each frame is checked (RFC 9113 §6) and handed to whom it is for. */
export class Reception implements FrameSink {
  /** The peer's first SETTINGS have come: the connection is one of HTTP/2 indeed. */
  hasSettings: boolean;
  readonly #parts: ReceptionParts;
  readonly #reader: FrameReader;
  readonly #blocks: FieldBlocks;
  readonly #settings: PeerSettings;
  /** The stream whose DATA is being read; null where it goes nowhere. */
  #dataStream: Http2Stream | null;

  constructor(parts: ReceptionParts) {
    this.hasSettings = false;
    this.#parts = parts;
    this.#reader = new FrameReader(this);
    this.#blocks = new FieldBlocks(parts);
    this.#settings = new PeerSettings();
    this.#dataStream = null;
  }

  /** Something that was begun must end before long. */
  get isAmid(): boolean {
    return this.#reader.isAmidFrame || this.#blocks.stream !== 0;
  }

  /** Takes bytes of the socket. Throws a ConnectionFailure when the connection must end. */
  read(bytes: Uint8Array): void {
    this.#reader.read(bytes);
  }

  frame(head: FrameHead, bytes: Uint8Array, start: number, end: number): void {
    this.#mustFit(head);
    switch (head.type) {
      case HEADERS:
        this.#blocks.begin(head, bytes, start, end);
        break;
      case CONTINUATION:
        this.#blocks.goOn(head, bytes, start, end);
        break;
      case WINDOW_UPDATE:
        this.#windowUpdate(head, bytes, start);
        break;
      case RST_STREAM:
        this.#reset(head);
        break;
      case SETTINGS:
        this.#takeSettings(head, bytes, start, end);
        break;
      case PING:
        this.#ping(head, bytes, start);
        break;
      case PRIORITY:
        this.#priority(head, bytes, start);
        break;
      case GOAWAY:
        this.#goAway(head);
        break;
      case PUSH_PROMISE:
        throw connectionFailure("protocolError", "a client cannot push");
      default:
        // §4.1: what is not known is ignored.
        this.#parts.budget.charge();
    }
  }

  dataBegins(head: FrameHead, contentLength: number): void {
    this.#mustFit(head);
    const { streams } = this.#parts;
    if (head.stream === 0) throw connectionFailure("protocolError", "DATA belongs to no stream");
    if (head.stream > streams.lastId)
      throw connectionFailure("protocolError", "DATA is for a stream that is not open");
    if (!streams.window.take(head.length))
      throw connectionFailure("flowControlError", "there is more DATA than the connection's window");
    if (contentLength === 0 && (head.flags & END_STREAM) === 0) this.#parts.budget.charge();
    const stream = streams.find(head.stream) ?? null;
    this.#dataStream = stream === null ? this.#strayData(head) : this.#expectedData(head, stream);
    // What nobody takes in is used up, and so is padding.
    if (this.#dataStream === null) streams.unused(head.length);
    else if (head.length > contentLength) streams.used(this.#dataStream, head.length - contentLength);
  }

  dataPart(part: Uint8Array): void {
    const stream = this.#dataStream;
    if (stream === null) return;
    if (stream.isGone) {
      // It went while its frame was on its way.
      this.#parts.streams.unused(part.length);
      return;
    }
    this.#parts.streams.content(stream, part);
  }

  dataEnds(): void {
    const stream = this.#dataStream;
    this.#dataStream = null;
    if (stream === null || stream.isGone || (this.#reader.flags & END_STREAM) === 0) return;
    this.#parts.streams.remoteEnded(stream, null);
  }

  /** Order is part of the protocol: SETTINGS come first (§3.4), and a field block is not interrupted (§4.3). */
  #mustFit(head: FrameHead): void {
    const { stream } = this.#blocks;
    if (!this.hasSettings && (head.type !== SETTINGS || (head.flags & ACK) !== 0))
      throw connectionFailure("protocolError", "the first frame is not SETTINGS");
    if (stream !== 0 && (head.type !== CONTINUATION || head.stream !== stream))
      throw connectionFailure("protocolError", "a field block is interrupted by another frame");
  }

  #expectedData(head: FrameHead, stream: Http2Stream): Http2Stream | null {
    const { streams } = this.#parts;
    if (stream.isRemoteEnded) {
      streams.fail(stream, errorCodes.streamClosed, "DATA follows the end of its stream");
      return null;
    }
    if (stream.incoming?.window.take(head.length) === true) return stream;
    streams.fail(stream, errorCodes.flowControlError, "there is more DATA than the stream's window");
    return null;
  }

  /** DATA for a stream that is closed: no mistake if we have closed it and the peer did not know (§5.1). */
  #strayData(head: FrameHead): null {
    const { streams } = this.#parts;
    const isExpected = streams.wasReset(head.stream);
    if (!isExpected || head.length < SMALL_DATA_BYTES) this.#parts.budget.charge();
    if (isExpected) return null;
    streams.turnAway(streamFailure(head.stream, "streamClosed", "DATA follows the end of its stream"));
    return null;
  }

  #priority(head: FrameHead, bytes: Uint8Array, start: number): void {
    if (head.stream === 0) throw connectionFailure("protocolError", "PRIORITY belongs to no stream");
    if (head.length !== PRIORITY_BYTES)
      throw connectionFailure("frameSizeError", "PRIORITY has a wrong length");
    this.#parts.budget.charge();
    // Otherwise it is ignored, as RFC 9113 §5.3.2 says; this was an error before (RFC 7540 §5.3.1).
    if ((readInteger(bytes, start) & MAX_INT31) === head.stream)
      throw connectionFailure("protocolError", "a stream depends on itself");
  }

  #reset(head: FrameHead): void {
    const { streams } = this.#parts;
    if (head.stream === 0) throw connectionFailure("protocolError", "RST_STREAM belongs to no stream");
    if (head.length !== NUMBER_BYTES)
      throw connectionFailure("frameSizeError", "RST_STREAM has a wrong length");
    this.#parts.budget.charge();
    const stream = streams.find(head.stream);
    if (stream !== undefined) streams.lose(stream);
    else if (head.stream > streams.lastId)
      throw connectionFailure("protocolError", "RST_STREAM is for a stream that was never open");
  }

  #takeSettings(head: FrameHead, bytes: Uint8Array, start: number, end: number): void {
    const { streams, sender } = this.#parts;
    if (head.stream !== 0) throw connectionFailure("protocolError", "SETTINGS belong to a stream");
    this.#parts.budget.charge();
    if ((head.flags & ACK) !== 0) {
      if (head.length !== 0)
        throw connectionFailure("frameSizeError", "an acknowledgement of SETTINGS is not empty");
      return;
    }
    if (head.length % SETTING_BYTES !== 0)
      throw connectionFailure("frameSizeError", "SETTINGS have a wrong length");
    this.#settings.take(bytes, start, end);
    this.hasSettings = true;
    if (this.#settings.hasSmallerTable) sender.mustEmptyTable = true;
    this.#settings.hasSmallerTable = false;
    writeSettingsAck(sender.output);
    streams.resizeWindows(this.#settings.initialWindow);
  }

  #ping(head: FrameHead, bytes: Uint8Array, start: number): void {
    if (head.stream !== 0) throw connectionFailure("protocolError", "PING belongs to a stream");
    if (head.length !== PING_BYTES) throw connectionFailure("frameSizeError", "PING has a wrong length");
    this.#parts.budget.charge();
    if ((head.flags & ACK) === 0) writePingAck(this.#parts.sender.output, bytes, start);
    else this.#parts.pingReturned();
  }

  #goAway(head: FrameHead): void {
    if (head.stream !== 0) throw connectionFailure("protocolError", "GOAWAY belongs to a stream");
    if (head.length < GOAWAY_BYTES) throw connectionFailure("frameSizeError", "GOAWAY has a wrong length");
    this.#parts.budget.charge();
    this.#parts.peerLeaves();
  }

  #windowUpdate(head: FrameHead, bytes: Uint8Array, start: number): void {
    if (head.length !== NUMBER_BYTES)
      throw connectionFailure("frameSizeError", "WINDOW_UPDATE has a wrong length");
    this.#parts.budget.charge();
    const increment = readInteger(bytes, start) & MAX_INT31;
    if (head.stream === 0) this.#connectionWindow(increment);
    else this.#streamWindow(head.stream, increment);
  }

  #connectionWindow(increment: number): void {
    const { sender } = this.#parts;
    if (increment === 0) throw connectionFailure("protocolError", "WINDOW_UPDATE is 0");
    sender.window += increment;
    if (sender.window > MAX_INT31)
      throw connectionFailure("flowControlError", "the connection's window is over 2^31-1");
    sender.pump();
  }

  #streamWindow(id: number, increment: number): void {
    const { streams, sender } = this.#parts;
    const stream = streams.find(id);
    if (stream === undefined) {
      if (id > streams.lastId)
        throw connectionFailure("protocolError", "WINDOW_UPDATE is for a stream that was never open");
      return;
    }
    stream.sendWindow += increment;
    if (increment === 0) streams.fail(stream, errorCodes.protocolError, "WINDOW_UPDATE is 0");
    else if (stream.sendWindow > MAX_INT31)
      streams.fail(stream, errorCodes.flowControlError, "the stream's window is over 2^31-1");
    else sender.ready(stream);
  }
}
