import type { Connection } from "./connection.ts";
import type { ExchangeContext, ExchangeHandler, RequestHead } from "./exchange.ts";
import type { Forwarding } from "./proxy/forwarding.ts";
import type { Timeouts } from "./timeouts.ts";

/** What the connections of one listener share, and how they report to it. Made once by the listener. */
export interface ConnectionContext extends ExchangeContext {
  readonly timeouts: Timeouts;
  /** Called for each request. */
  readonly handler: ExchangeHandler;
  /** Whether the handler bounds the content of a request itself, so that `limits.bodyBytes` is not asked. */
  readonly boundsContent: (request: RequestHead) => boolean;
  /** Whom to believe when a request says on whose behalf it comes; null for nobody. */
  readonly forwarding: Forwarding | null;
  /** How many requests were handed to the handler. */
  requests: number;
  /** One connection goes on as another: the socket is the same, its protocol has changed. */
  replaced(connection: Connection, by: Connection): void;
  /** The connection is gone. */
  closed(connection: Connection): void;
}
