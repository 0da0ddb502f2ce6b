import type { Output } from "./output.ts";

/** The connection of an exchange, as far as the exchange needs it to answer. */
export interface ExchangeOwner {
  readonly output: Output;
  /** The `date` line. */
  readonly dateLine: string;
  /** The `connection` line that the answer needs, or nothing. After `mustClose` the connection ends with the answer. */
  connectionLine(mustClose: boolean): string;
  /** The answer is written to its end. */
  completed(): void;
  /** Cuts the connection, so that the peer does not take a broken answer for a whole one. */
  breakOff(): void;
}
