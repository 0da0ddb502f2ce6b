import type { Credentials } from "./credentials.ts";

/** What handshakes are made by at present. */
export interface TlsTerms {
  readonly clientCertificates: "ask" | "require" | "none";
  readonly credentials: Credentials;
}
