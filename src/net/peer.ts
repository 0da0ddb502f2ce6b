import type { TlsInfo } from "./tls-info.ts";

/** Who is at the other end of a connection: the socket's own word, or that of a proxy which is trusted. */
export interface Peer {
  /** Empty for a Unix socket. */
  readonly remoteAddress: string;
  /** 0 for a Unix socket, and where a trusted proxy does not tell it. */
  readonly remotePort: number;
  /** The peer spoke TLS, to us or to a trusted proxy. */
  readonly secure: boolean;
  /** Of TLS that ends here, or what a proxy's header (PROXY protocol) tells of its own; null for cleartext. */
  readonly tls: TlsInfo | null;
}
