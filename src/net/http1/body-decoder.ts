/** Takes the content of one request out of the bytes of a connection. */
export interface BodyDecoder {
  /** Bytes that are still to come; `null` when that is not known. 0 when all has come. */
  readonly remaining: number | null;
  /** Fields after the content, `[name, value, ...]`; null while they have not come, and where there are none. */
  readonly trailers: readonly string[] | null;
  /**
   * Passes content on to the sink and returns the position after what was used. Throws the ApiError that refuses it.
   */
  decode(bytes: Uint8Array, start: number, sink: BodySink): number;
}

/** Where decoded content goes. */
export interface BodySink {
  push(part: Uint8Array): void;
}
