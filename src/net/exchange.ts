import type { Awaitable } from "../base/awaitable.ts";
import type { ApiError } from "../errors/api-error.ts";
import type { HeadBlock } from "./head-block.ts";
import type { Limits } from "./limits.ts";
import type { Peer } from "./peer.ts";
import type { Refusal } from "./rendered-refusal.ts";
import type { SweepClock } from "./sweep-clock.ts";
import type { Trailers } from "./trailers.ts";
import type { Tunnel, TunnelReceiver } from "./tunnel.ts";

/**
 * One request and its one answer, whichever HTTP version carried it. `net` makes it for each request and hands it
 * to the listener's handler, which answers exactly once: by `respond` (whole) or by `stream` (in parts).
 */
export interface Exchange {
  readonly request: RequestHead;
  readonly body: RequestBody;
  readonly context: ExchangeContext;
  /**
   * Answers at once and whole. `fields` are further header fields as a flat list `[name, value, name, value]`,
   * names in lower case. net adds `content-length` and `date`, and drops the body for HEAD, 204 and 304. `trailers` are
   * fields after the content (RFC 9110 §6.5); HTTP/1.1 sends them only to a peer that said `TE: trailers`.
   */
  respond(
    block: HeadBlock,
    fields: readonly string[] | null,
    body: Content | null,
    trailers?: Trailers | null,
  ): void;
  /** Answers in parts; the length is not known. */
  stream(block: HeadBlock, fields: readonly string[] | null): ResponseStream;
  /** Sends an interim answer (1xx, such as 103 Early Hints) before the final one; nothing to an HTTP/1.0 peer. */
  inform(block: HeadBlock, fields: readonly string[] | null): void;
  /**
   * Answers by changing to the protocol in `request.upgrade`: 101 in HTTP/1.1, 200 to an extended CONNECT in HTTP/2
   * (RFC 8441). From then on the bytes of the connection or stream are the tunnel's. Throws where `upgrade` is null.
   */
  tunnel(fields: readonly string[] | null, receiver: TunnelReceiver): Tunnel;
  /** Aborted when the peer goes away before the answer is complete. Made at first use: untouched, it costs nothing. */
  readonly signal: AbortSignal;
}

/** Content of an answer, whole or in pieces. Bytes must not change until they are sent, and may be shared by many answers. */
export type Content = string | Uint8Array | readonly Uint8Array[];

/** The listener that an exchange came by, for what stands on top of the exchange. */
export interface ExchangeContext {
  readonly limits: Limits;
  readonly clock: SweepClock;
  /** Counts and reports what was refused or broken off, and makes the answer to it. */
  refuse(error: ApiError, connection: ConnectionInfo, request: RequestHead | null): Refusal;
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
  /** All fields as a flat list `[name, value, ...]`, names in lower case, in the order in which they came. */
  fields(): readonly string[];
  /**
   * The protocol that the peer asks to change to, in lower case: of `Upgrade` in HTTP/1.1, of `:protocol` in HTTP/2
   * (RFC 8441, with the method CONNECT); nearly always null.
   */
  readonly upgrade: string | null;
  readonly connection: ConnectionInfo;
}

/** What is known of the connection that a request came by. */
export interface ConnectionInfo extends Peer {
  readonly httpVersion: "1.0" | "1.1" | "2";
}

/** The content of a request. Unread content is discarded (or the connection closed) by net. */
export interface RequestBody {
  /** Declared length in bytes; 0 for none; `null` when it is not known (chunked). */
  readonly length: number | null;
  /**
   * The whole content, at once where it has arrived already. At most `limit` bytes (and never more than the listener's
   * own limit): over it an ApiError `CONTENT_TOO_LARGE` (413) is thrown or rejected with. `passing` content, if it comes at once, is
   * not copied and stays as it is until the listener's handler returns: for whoever decodes it straight away.
   */
  bytes(limit?: number, hold?: "lasting" | "passing"): Awaitable<Uint8Array>;
  /** The content in parts as they come, with back-pressure to the peer. */
  stream(): AsyncIterable<Uint8Array>;
  /**
   * The content in parts as they come, none of them copied: `visit` has each for the length of its call, after which it is
   * overwritten. While a promise that it returned is pending the parts after it wait, and then the peer. Resolves when all were
   * visited; rejects with what `visit` threw, or when the content breaks off. `endless` content, such as a stream of messages that
   * have limits of their own, may be longer and take longer than the listener's limits say.
   */
  each(visit: PartVisitor, extent?: "limited" | "endless"): Promise<void>;
  /** Fields after the content as a flat list `[name, value, ...]`; null until the content is whole, and where there are none. */
  readonly trailers: readonly string[] | null;
}

/** Takes a part of a content; it must not keep it (see {@link RequestBody.each}). */
export type PartVisitor = (part: Uint8Array) => Awaitable<void>;

/** An answer in parts. */
export interface ResponseStream {
  /** Writes a part; resolves when the socket takes more. Rejects once the peer is gone. */
  write(part: string | Uint8Array): Awaitable<void>;
  /** Ends the answer, with fields after the content if there are any (see {@link Exchange.respond}). */
  end(trailers?: Trailers | null): void;
  /** Breaks the connection off, so that the peer sees that the answer is incomplete. */
  abort(): void;
}

/** Called once for each request. It must not throw; what it throws all the same becomes a bare 500. */
export type ExchangeHandler = (exchange: Exchange) => void;
