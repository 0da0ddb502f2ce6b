import type { ApiError } from "../errors/api-error.ts";
import type { Connection } from "./connection.ts";
import type { ConnectionInfo, ExchangeHandler, RequestHead } from "./exchange.ts";
import type { Limits } from "./limits.ts";
import type { Refusal } from "./refusal.ts";
import type { SweepClock } from "./sweep-clock.ts";
import type { Timeouts } from "./timeouts.ts";

/** What the connections of one listener share, and how they report to it. Made once by the listener. */
export interface ConnectionContext {
  readonly limits: Limits;
  readonly timeouts: Timeouts;
  readonly clock: SweepClock;
  /** Called for each request. */
  readonly handler: ExchangeHandler;
  /** How many requests were handed to the handler. */
  requests: number;
  /** Counts and reports what net refused, and makes the answer to it. */
  refuse(error: ApiError, connection: ConnectionInfo, request: RequestHead | null): Refusal;
  /** The connection is gone. */
  closed(connection: Connection): void;
}
