import type { TlsInfo } from "./tls-info.ts";

/** Who is at the other end of a connection: the socket's own word, or that of a proxy which is trusted. */
export interface Peer {
  /** Empty for a Unix socket. */
  readonly remoteAddress: string;
  /** 0 for a Unix socket. */
  readonly remotePort: number;
  /** The peer spoke TLS, to us or to a trusted proxy. */
  readonly secure: boolean;
  /** Of TLS that ends here; null for cleartext. */
  readonly tls: TlsInfo | null;
}
