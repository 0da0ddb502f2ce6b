import type { ExchangeContext } from "../exchange.ts";
import type { Sender } from "./sender.ts";
import type { Http2Stream, StreamTunnel } from "./stream.ts";

/** The connection, as its exchanges and what they open see it. */
export interface ExchangeOwner {
  readonly context: ExchangeContext;
  readonly sender: Sender;
  /** The exchange has its answer, or the head of it. */
  answered(): void;
  /** So many bytes of the stream were used up; the peer may send as many more. */
  used(stream: Http2Stream, bytes: number): void;
  /** Ends the stream so that the peer sees that the answer is incomplete. */
  breakOff(stream: Http2Stream, code: number): void;
  /** The stream's bytes are the tunnel's from now on. */
  openTunnel(stream: Http2Stream, tunnel: StreamTunnel): void;
  /** A tunnel has handed all over that came, the end as well. */
  tunnelEmptied(stream: Http2Stream): void;
}
