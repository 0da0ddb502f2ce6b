import type { BodyDecoder, BodySink } from "./body-decoder.ts";

/** Content of a declared length (RFC 9112 §6.2). */
export class LengthDecoder implements BodyDecoder {
  remaining: number;
  readonly trailers: null;

  constructor(length: number) {
    this.remaining = length;
    this.trailers = null;
  }

  decode(bytes: Uint8Array, start: number, sink: BodySink): number {
    const end = Math.min(bytes.length, start + this.remaining);
    this.remaining -= end - start;
    if (end > start) sink.push(bytes.subarray(start, end));
    return end;
  }
}
