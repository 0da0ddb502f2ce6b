/** Proxies that begin each connection with a header which tells of their client (haproxy's PROXY protocol, versions 1 and 2). */
export interface ProxyProtocolOptions {
  /**
   * Whose connections must begin with the header: `10.0.0.0/8`, `2001:db8::7`, `loopback`, `private` or `unix`. Those of all
   * others are taken as they are, and must not have one.
   */
  readonly from: readonly string[];
}

/** Proxies that tell of their client in each request. */
export interface ForwardedOptions {
  /**
   * The proxies that are believed: as addresses (`10.0.0.0/8`, `2001:db8::7`, `loopback`, `private`, `unix`), or as the number of
   * proxies that every request has passed. With a number whoever connects is believed.
   */
  readonly trust: readonly string[] | number;
  /**
   * What they write: `Forwarded` (RFC 7239), or `X-Forwarded-For` and `X-Forwarded-Proto`. It has no default: a field that the
   * proxy passes on instead of writing it is the client's own word.
   */
  readonly field: "forwarded" | "x-forwarded";
}
