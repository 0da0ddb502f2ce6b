import { HpackDecoder } from "../hpack/decoder.ts";
import type { FieldSink } from "../hpack/field-sink.ts";
import { HpackError } from "../hpack/hpack-error.ts";
import type { Limits } from "../limits.ts";
import { BlockAssembly } from "./block-assembly.ts";
import type { ControlBudget } from "./control-budget.ts";
import { errorCodes } from "./error-codes.ts";
import { connectionFailure } from "./failure.ts";
import type { FrameHead } from "./frame-reader.ts";
import { END_HEADERS, END_STREAM, MAX_INT31, PADDED, WITH_PRIORITY } from "./frame-types.ts";
import { readInteger } from "./frames.ts";
import { RequestFields } from "./request-fields.ts";
import { COOKIE, requestMarks } from "./request-marks.ts";
import type { Requests } from "./requests.ts";
import { INITIAL_TABLE_BYTES } from "./settings.ts";
import type { Streams } from "./streams.ts";
import { TrailerFields } from "./trailer-fields.ts";

/** Dependency and weight, which HEADERS may have and PRIORITY consists of. */
export const PRIORITY_BYTES = 5;

/** What the field blocks of a peer are about. */
export interface FieldBlocksParts {
  readonly limits: Limits;
  readonly streams: Streams;
  readonly requests: Requests;
  readonly budget: ControlBudget;
}

/** The field blocks of one connection (RFC 9113 §4.3): put together, decoded, and told as requests or trailers. */
export class FieldBlocks {
  readonly #parts: FieldBlocksParts;
  readonly #decoder: HpackDecoder;
  readonly #fields: RequestFields;
  readonly #assembly: BlockAssembly;
  /** Of the block that is being read. */
  #dependsOnItself: boolean;

  constructor(parts: FieldBlocksParts) {
    const { headerBytes, headerCount } = parts.limits;
    this.#parts = parts;
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
    this.#dependsOnItself = false;
  }

  /** The stream whose block is not whole yet; 0 for none. No other frame may come between. */
  get stream(): number {
    return this.#assembly.stream;
  }

  /** HEADERS. */
  begin(head: FrameHead, bytes: Uint8Array, start: number, end: number): void {
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

  /** CONTINUATION. */
  goOn(head: FrameHead, bytes: Uint8Array, start: number, end: number): void {
    const assembly = this.#assembly;
    if (assembly.stream === 0)
      throw connectionFailure("protocolError", "CONTINUATION follows no field block");
    this.#parts.budget.charge();
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
    this.#parts.budget.charge();
    if (!this.#parts.streams.wasReset(id))
      throw connectionFailure("streamClosed", "HEADERS are for a stream that is closed");
  }
}
