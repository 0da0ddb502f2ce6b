/** What a listener bears of its peers. Bytes are octets as sent; times are milliseconds, kept to about one `sweepMs`. */
export interface Limits {
  /** Bytes of all header fields of a request, the empty line included; more is 431. */
  readonly headerBytes: number;
  /** Header fields of a request; more is 431. */
  readonly headerCount: number;
  /** Bytes of the request target; more is 414. */
  readonly targetBytes: number;
  /** Bytes of a request's content after the transfer coding is removed; more is 413. */
  readonly bodyBytes: number;
  /** Content that nobody reads is taken in and dropped up to this many bytes; with more to come the connection closes. */
  readonly discardBytes: number;
  /** Bytes taken in ahead of their use: pipelined requests that wait, content that no handler has asked for yet. */
  readonly inputBytes: number;
  /** Bytes of answers that wait for the peer; over it no further request is begun and streams must wait. */
  readonly outputBytes: number;
  /** Open connections in all; the next one is answered 503 and closed. */
  readonly connections: number;
  /** Open connections of one remote address. No limit by default: behind a proxy all have one address. */
  readonly connectionsPerAddress: number;
  /** From the opening of a connection to its first byte; then it is closed without a word. */
  readonly firstByteMs: number;
  /** From the first byte of a request to the end of its head; then 408. */
  readonly headerMs: number;
  /** From the head to the end of the content, without the time in which the handler held it back; then 408. */
  readonly bodyMs: number;
  /** Between two requests, whatever else a peer says meanwhile (PING); then the connection is closed. */
  readonly idleMs: number;
  /** A peer that takes nothing of its answers for this long (up to twice) is cut off. */
  readonly writeStallMs: number;
  /** After the last answer: how long the peer may take to read it and close, before the connection is cut. */
  readonly lingerMs: number;
  /** Streams that a peer may have open at once on one HTTP/2 connection; the next one is refused (REFUSED_STREAM). */
  readonly streams: number;
  /**
   * Content that a peer may send ahead of its use on one HTTP/2 stream, in bytes, at most 2^31-1; a peer may ignore values
   * under 64 KiB.
   */
  readonly streamWindowBytes: number;
  /** The same for all streams of one HTTP/2 connection together; at least 64 KiB less one byte, at most 2^31-1. */
  readonly connectionWindowBytes: number;
  /**
   * HTTP/2 frames that ask for work and bring no content (PING, SETTINGS, resets, window updates, empty and unknown ones)
   * which a peer may send at once; a tenth of them comes back with each second, and some with each answer it takes. Then
   * the connection ends (ENHANCE_YOUR_CALM).
   */
  readonly controlFrames: number;
  /** Bytes of a WebSocket message, after inflating; more is close 1009. */
  readonly messageBytes: number;
  /** Frames of one WebSocket message; more is close 1008. */
  readonly messageFrames: number;
  /** From the first byte of a WebSocket message to its last; then close 1008. */
  readonly messageMs: number;
  /** Bytes of messages that wait for a WebSocket peer to read; a message more is close 1013. */
  readonly backlogBytes: number;
  /** A WebSocket peer that says nothing for this long is sent a ping. */
  readonly pingMs: number;
  /** From that ping to any sign of life; then the connection is cut. */
  readonly pongMs: number;
  /** From our WebSocket close frame to the end of the connection, before it is cut. */
  readonly closeMs: number;
  /** How often the times above are looked at. */
  readonly sweepMs: number;
}

/** Safe for a server on the open internet. */
export const defaultLimits: Limits = {
  headerBytes: 16 * 1024,
  headerCount: 100,
  targetBytes: 8 * 1024,
  bodyBytes: 1024 * 1024,
  discardBytes: 64 * 1024,
  inputBytes: 64 * 1024,
  outputBytes: 256 * 1024,
  connections: 10_000,
  connectionsPerAddress: Number.POSITIVE_INFINITY,
  firstByteMs: 10_000,
  headerMs: 10_000,
  bodyMs: 60_000,
  idleMs: 60_000,
  writeStallMs: 30_000,
  lingerMs: 2_000,
  streams: 128,
  streamWindowBytes: 512 * 1024,
  connectionWindowBytes: 2 * 1024 * 1024,
  controlFrames: 1000,
  messageBytes: 1024 * 1024,
  messageFrames: 16 * 1024,
  messageMs: 60_000,
  backlogBytes: 1024 * 1024,
  pingMs: 30_000,
  pongMs: 20_000,
  closeMs: 5_000,
  sweepMs: 500,
};

/** What the protocol bears of a limit (RFC 9113 §6.9.1, §6.9.2): a window cannot be larger, and that of a connection begins with 65,535. */
const ranges: ReadonlyMap<string, readonly [least: number, most: number]> = new Map([
  ["streamWindowBytes", [1, 0x7fff_ffff]],
  ["connectionWindowBytes", [0xffff, 0x7fff_ffff]],
]);

/** The defaults with what is given in their place. Throws a RangeError for what is no positive number, or not in its range. */
export function completeLimits(given: Partial<Limits> = {}): Limits {
  for (const [name, value] of Object.entries(given)) {
    if (!(name in defaultLimits)) throw new RangeError(`limits.${name} is not a limit`);
    if (typeof value !== "number" || !(value > 0))
      throw new RangeError(`limits.${name} must be a positive number, not ${String(value)}`);
    const [least, most] = ranges.get(name) ?? [0, Number.POSITIVE_INFINITY];
    if (value < least || value > most)
      throw new RangeError(`limits.${name} must be from ${least} to ${most}, not ${value}`);
  }
  return { ...defaultLimits, ...given };
}
