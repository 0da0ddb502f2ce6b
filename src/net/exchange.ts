import type { Awaitable } from "../base/awaitable.ts";
import type { HeadBlock } from "./head-block.ts";

/**
 * One request and its one answer, whichever HTTP version carried it. `net` makes it for each request and hands it
 * to the listener's handler, which answers exactly once: by `respond` (whole) or by `stream` (in parts).
 */
export interface Exchange {
  readonly request: RequestHead;
  readonly body: RequestBody;
  /**
   * Answers at once and whole. `fields` are further header fields as a flat list `[name, value, name, value]`,
   * names in lower case. net adds `content-length` and `date`, and drops the body for HEAD, 204 and 304.
   */
  respond(block: HeadBlock, fields: readonly string[] | null, body: string | Uint8Array | null): void;
  /** Answers in parts; the length is not known. */
  stream(block: HeadBlock, fields: readonly string[] | null): ResponseStream;
  /** Aborted when the peer goes away before the answer is complete. Made at first use: untouched, it costs nothing. */
  readonly signal: AbortSignal;
}

/** The head of a request, already checked against RFC 9112 (or 9113). */
export interface RequestHead {
  /** As sent: methods are case-sensitive (RFC 9110 §9.1). */
  readonly method: string;
  /** Path of the origin-form target, still percent-encoded, without the query. */
  readonly path: string;
  /** What follows `?`, still percent-encoded; `null` where there is no `?`. */
  readonly query: string | null;
  /** The value of a field by its lower-case name; lines of one name are joined by `, ` (RFC 9110 §5.3). */
  header(name: string): string | undefined;
  readonly connection: ConnectionInfo;
}

/** What is known of the connection that a request came by. */
export interface ConnectionInfo {
  readonly httpVersion: "1.0" | "1.1" | "2";
  readonly secure: boolean;
  /** Address of the peer; empty for a Unix socket. */
  readonly remoteAddress: string;
}

/** The content of a request. Unread content is discarded (or the connection closed) by net. */
export interface RequestBody {
  /** Declared length in bytes; 0 for none; `null` when it is not known (chunked). */
  readonly length: number | null;
  /**
   * The whole content, at once where it has arrived already. At most `limit` bytes (and never more than the listener's
   * own limit): over it an ApiError `CONTENT_TOO_LARGE` (413) is thrown or rejected with.
   */
  bytes(limit?: number): Awaitable<Uint8Array>;
  /** The content in parts as they come, with back-pressure to the peer. */
  stream(): AsyncIterable<Uint8Array>;
}

/** An answer in parts. */
export interface ResponseStream {
  /** Writes a part; resolves when the socket takes more. Rejects once the peer is gone. */
  write(part: string | Uint8Array): Awaitable<void>;
  /** Ends the answer. */
  end(): void;
  /** Breaks the connection off, so that the peer sees that the answer is incomplete. */
  abort(): void;
}

/** Called once for each request. It must not throw; what it throws all the same becomes a bare 500. */
export type ExchangeHandler = (exchange: Exchange) => void;
