import type { ApiError } from "../../errors/api-error.ts";
import { frameworkError } from "../../errors/codes.ts";

/** Whom a proxy has a connection from. */
export interface AnnouncedPeer {
  /** Null where the proxy has opened the connection itself, or cannot tell: then the socket's own address holds. */
  readonly address: string | null;
  readonly port: number;
  /** Null where the client did not speak TLS to the proxy. */
  readonly tls: AnnouncedTls | null;
}

/** What a proxy tells of its client's TLS. */
export interface AnnouncedTls {
  /** Null where it is not told. */
  readonly version: string | null;
  readonly serverName: string | null;
}

/** A PROXY header that is whole. */
export interface ProxyHeader {
  /** Bytes that it takes. */
  readonly length: number;
  readonly peer: AnnouncedPeer;
}

/** The proxy speaks for itself, or does not know. */
export const unannounced: AnnouncedPeer = { address: null, port: 0, tls: null };

export function malformedHeader(what: string): ApiError {
  return frameworkError("MALFORMED_REQUEST", `PROXY protocol: ${what}`);
}
