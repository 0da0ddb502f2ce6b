import type { PeerCertificate } from "node:tls";

/** What was agreed with a peer over TLS. */
export interface TlsInfo {
  /** `TLSv1.2` or `TLSv1.3`. */
  readonly version: string;
  /** The name the peer asked for (SNI, RFC 6066 §3); null when it named none. */
  readonly serverName: string | null;
  /** The peer's certificate, checked against the listener's authorities; null when it showed none or none that holds. */
  readonly clientCertificate: PeerCertificate | null;
}
