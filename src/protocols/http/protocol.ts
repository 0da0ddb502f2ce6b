import type { Exchange, RequestHead } from "../../net/exchange.ts";

/** What tells of a request whose it is. */
export type RequestTarget = Pick<RequestHead, "method" | "path" | "upgrade" | "header">;

/** A protocol beside REST, which takes what is left. The dispatcher asks each in turn, at each request. */
export interface Protocol {
  /** Whether a request is one of this protocol. */
  takes(exchange: { readonly request: RequestTarget }): boolean;
  /** Serves a request that it takes. */
  serve(exchange: Exchange): void;
  /** The server stops: whoever would go on is told. `othersGoOn`: at the same addresses. */
  drain(othersGoOn: boolean): void;
}

/**
 * A protocol before anybody has called. What is wrong with the definition has been told, which is cheap; what serves it is loaded
 * for the first request that it takes.
 */
export interface PreparedProtocol extends Pick<Protocol, "takes"> {
  load(): Promise<Protocol>;
}
