import { HpackDecoder } from "../hpack/decoder.ts";
import type { FieldSink } from "../hpack/field-sink.ts";
import { HpackError } from "../hpack/hpack-error.ts";
import type { Limits } from "../limits.ts";
import { BlockAssembly } from "./block-assembly.ts";
import type { ControlBudget } from "./control-budget.ts";
import { errorCodes } from "./error-codes.ts";
import { connectionFailure, streamFailure } from "./failure.ts";
import { type FrameHead, FrameReader, type FrameSink } from "./frame-reader.ts";
import {
  ACK,
  CONTINUATION,
  END_HEADERS,
  END_STREAM,
  GOAWAY,
  HEADERS,
  MAX_INT31,
  PADDED,
  PING,
  PRIORITY,
  PUSH_PROMISE,
  RST_STREAM,
  SETTINGS,
  WINDOW_UPDATE,
  WITH_PRIORITY,
} from "./frame-types.ts";
import { readInteger, writePingAck, writeSettingsAck } from "./frames.ts";
import { RequestFields } from "./request-fields.ts";
import { COOKIE, requestMarks } from "./request-marks.ts";
import type { Requests } from "./requests.ts";
import type { Sender } from "./sender.ts";
import { INITIAL_TABLE_BYTES, PeerSettings, SETTING_BYTES } from "./settings.ts";
import type { Http2Stream } from "./stream.ts";
import type { Streams } from "./streams.ts";
import { TrailerFields } from "./trailer-fields.ts";

/** Dependency and weight, which HEADERS may have and PRIORITY consists of. */
const PRIORITY_BYTES = 5;
const PING_BYTES = 8;
const GOAWAY_BYTES = 8;
/** DATA that nobody waits for pays its way by its length from here on. */
const SMALL_DATA_BYTES = 128;
/** Of RST_STREAM and WINDOW_UPDATE. */
const NUMBER_BYTES = 4;

/** What the frames of a peer are about. */
export interface ReceptionParts {
  readonly limits: Limits;
  readonly streams: Streams;
  readonly requests: Requests;
  readonly sender: Sender;
  readonly budget: ControlBudget;
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
  readonly #decoder: HpackDecoder;
  readonly #fields: RequestFields;
  readonly #assembly: BlockAssembly;
  readonly #settings: PeerSettings;
  /** The stream whose DATA is being read; null where it goes nowhere. */
  #dataStream: Http2Stream | null;
  /** Of the field block that is being read. */
  #dependsOnItself: boolean;

  constructor(parts: ReceptionParts) {
    const { headerBytes, headerCount } = parts.limits;
    this.hasSettings = false;
    this.#parts = parts;
    this.#reader = new FrameReader(this);
    this.#decoder = new HpackDecoder({
      tableBytes: INITIAL_TABLE_BYTES,
      headerBytes,
      headerCount,
      marks: requestMarks,
      // A cookie in crumbs is one field (RFC 9113 §8.2.3), as it is in HTTP/1.1.
      crumb: COOKIE,
    });
    this.#fields = new RequestFields();
    this.#assembly = new BlockAssembly(headerBytes);
    this.#settings = new PeerSettings();
    this.#dataStream = null;
    this.#dependsOnItself = false;
  }

  /** Something that was begun must end before long. */
  get isAmid(): boolean {
    return this.#reader.isAmidFrame || this.#assembly.stream !== 0;
  }

  /** Takes bytes of the socket. Throws a ConnectionFailure when the connection must end. */
  read(bytes: Uint8Array): void {
    this.#reader.read(bytes);
  }

  frame(head: FrameHead, bytes: Uint8Array, start: number, end: number): void {
    this.#mustFit(head);
    switch (head.type) {
      case HEADERS:
        this.#headers(head, bytes, start, end);
        break;
      case CONTINUATION:
        this.#continuation(head, bytes, start, end);
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
        this.#spend();
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
    if (contentLength === 0 && (head.flags & END_STREAM) === 0) this.#spend();
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
    const { stream } = this.#assembly;
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
    if (!isExpected || head.length < SMALL_DATA_BYTES) this.#spend();
    if (isExpected) return null;
    streams.turnAway(streamFailure(head.stream, "streamClosed", "DATA follows the end of its stream"));
    return null;
  }

  #headers(head: FrameHead, bytes: Uint8Array, start: number, end: number): void {
    if (head.stream === 0) throw connectionFailure("protocolError", "HEADERS belong to no stream");
    let from = start;
    let to = end;
    if ((head.flags & PADDED) !== 0) {
      if (from === to) throw connectionFailure("frameSizeError", "a padded frame is empty");
      to -= bytes[from] ?? 0;
      from += 1;
    }
    if ((head.flags & WITH_PRIORITY) !== 0) from += PRIORITY_BYTES;
    if (to < from) throw connectionFailure("protocolError", "padding is longer than its frame");
    this.#dependsOnItself =
      (head.flags & WITH_PRIORITY) !== 0 &&
      (readInteger(bytes, from - PRIORITY_BYTES) & MAX_INT31) === head.stream;
    const isLast = (head.flags & END_STREAM) !== 0;
    if ((head.flags & END_HEADERS) !== 0) this.#block(head.stream, isLast, bytes, from, to);
    else {
      this.#assembly.begin(head.stream, isLast);
      this.#assembly.add(bytes, from, to);
    }
  }

  #continuation(head: FrameHead, bytes: Uint8Array, start: number, end: number): void {
    const assembly = this.#assembly;
    if (assembly.stream === 0)
      throw connectionFailure("protocolError", "CONTINUATION follows no field block");
    this.#spend();
    assembly.add(bytes, start, end);
    if ((head.flags & END_HEADERS) === 0) return;
    const block = assembly.take();
    this.#block(head.stream, assembly.isLast, block, 0, block.length);
  }

  /** A field block is whole. It is decoded in any case, since the table must stay in step with the peer's. */
  #block(id: number, isLast: boolean, bytes: Uint8Array, start: number, end: number): void {
    const { streams, requests } = this.#parts;
    if (id > streams.lastId) {
      this.#fields.begin();
      this.#decode(this.#fields, bytes, start, end);
      this.#fields.settle();
      // RFC 7540 §5.3.1; priorities are ignored otherwise (RFC 9113 §5.3.2).
      if (this.#dependsOnItself) this.#fields.fault = "a stream depends on itself";
      requests.begin(id, this.#fields, isLast, this.#decoder.isTooLarge);
      return;
    }
    const trailers = new TrailerFields();
    this.#decode(trailers, bytes, start, end);
    const stream = streams.find(id);
    if (stream === undefined) this.#strayBlock(id);
    else if (stream.isRemoteEnded)
      streams.fail(stream, errorCodes.streamClosed, "HEADERS follow the end of their stream");
    else if (!isLast) streams.fail(stream, errorCodes.protocolError, "trailers do not end their stream");
    else if (trailers.isMalformed || this.#decoder.isTooLarge)
      streams.fail(stream, errorCodes.protocolError, "the trailers are malformed");
    else streams.remoteEnded(stream, trailers.fields.length === 0 ? null : trailers.fields);
  }

  #decode(sink: FieldSink, bytes: Uint8Array, start: number, end: number): void {
    try {
      this.#decoder.decode(bytes, sink, start, end);
    } catch (thrown) {
      if (thrown instanceof HpackError) throw connectionFailure("compressionError", thrown.message);
      throw thrown;
    }
  }

  #strayBlock(id: number): void {
    this.#spend();
    if (!this.#parts.streams.wasReset(id))
      throw connectionFailure("streamClosed", "HEADERS are for a stream that is closed");
  }

  #priority(head: FrameHead, bytes: Uint8Array, start: number): void {
    if (head.stream === 0) throw connectionFailure("protocolError", "PRIORITY belongs to no stream");
    if (head.length !== PRIORITY_BYTES)
      throw connectionFailure("frameSizeError", "PRIORITY has a wrong length");
    this.#spend();
    // Otherwise it is ignored, as RFC 9113 §5.3.2 says; this was an error before (RFC 7540 §5.3.1).
    if ((readInteger(bytes, start) & MAX_INT31) === head.stream)
      throw connectionFailure("protocolError", "a stream depends on itself");
  }

  #reset(head: FrameHead): void {
    const { streams } = this.#parts;
    if (head.stream === 0) throw connectionFailure("protocolError", "RST_STREAM belongs to no stream");
    if (head.length !== NUMBER_BYTES)
      throw connectionFailure("frameSizeError", "RST_STREAM has a wrong length");
    this.#spend();
    const stream = streams.find(head.stream);
    if (stream !== undefined) streams.lose(stream);
    else if (head.stream > streams.lastId)
      throw connectionFailure("protocolError", "RST_STREAM is for a stream that was never open");
  }

  #takeSettings(head: FrameHead, bytes: Uint8Array, start: number, end: number): void {
    const { streams, sender } = this.#parts;
    if (head.stream !== 0) throw connectionFailure("protocolError", "SETTINGS belong to a stream");
    this.#spend();
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
    this.#spend();
    if ((head.flags & ACK) === 0) writePingAck(this.#parts.sender.output, bytes, start);
    else this.#parts.pingReturned();
  }

  #goAway(head: FrameHead): void {
    if (head.stream !== 0) throw connectionFailure("protocolError", "GOAWAY belongs to a stream");
    if (head.length < GOAWAY_BYTES) throw connectionFailure("frameSizeError", "GOAWAY has a wrong length");
    this.#spend();
    this.#parts.peerLeaves();
  }

  #windowUpdate(head: FrameHead, bytes: Uint8Array, start: number): void {
    if (head.length !== NUMBER_BYTES)
      throw connectionFailure("frameSizeError", "WINDOW_UPDATE has a wrong length");
    this.#spend();
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

  #spend(): void {
    if (!this.#parts.budget.spend())
      throw connectionFailure(
        "enhanceYourCalm",
        "there are too many frames that ask for work and bring none",
      );
  }
}
