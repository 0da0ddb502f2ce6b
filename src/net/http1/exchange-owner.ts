import type { ExchangeContext } from "../exchange.ts";
import type { Tunnel, TunnelReceiver } from "../tunnel.ts";
import type { Output } from "./output.ts";

/** An answer is written whole, in chunks (while content of the request may still be read), or until the connection ends. */
export type AnswerSort = "whole" | "chunked" | "untilClose";

/** The connection of an exchange, as far as the exchange needs it to answer. */
export interface ExchangeOwner {
  readonly context: ExchangeContext;
  readonly output: Output;
  /** The `date` line. */
  readonly dateLine: string;
  /** The `connection` line that an answer of this sort needs, or nothing. */
  connectionLine(sort: AnswerSort): string;
  /** The socket changes to another protocol. */
  openTunnel(receiver: TunnelReceiver): Tunnel;
  /** The answer is written to its end. */
  completed(): void;
  /** Cuts the connection, so that the peer does not take a broken answer for a whole one. */
  breakOff(): void;
}
