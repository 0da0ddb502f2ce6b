import type { Socket } from "node:net";
import { type PeerCertificate, TLSSocket } from "node:tls";
import type { Credentials } from "./credentials.ts";
import type { TlsTerms } from "./terms.ts";

/** In the order in which the server likes them (RFC 7301 §3.2). */
const protocols = ["h2", "http/1.1"];

/**
 * Begins TLS on a socket, as the server. `tls.Server` would do the same, but does not say which of its sockets came of which,
 * and has no `highWaterMark`, by which our output knows that the peer does not keep up. It ends the socket after an error
 * that comes in the midst of TLS; so must we.
 */
export function secureSocket(socket: Socket, terms: TlsTerms, highWaterMark: number): TLSSocket {
  const { credentials, clientCertificates } = terms;
  const options = {
    isServer: true,
    secureContext: credentials.usual,
    ALPNProtocols: protocols,
    requestCert: clientCertificates !== "none",
    // OpenSSL then refuses who shows no certificate at all; whether one that is shown holds, it leaves to us.
    rejectUnauthorized: clientCertificates === "require",
    highWaterMark,
    ...(credentials.hasNames ? { SNICallback: selectorOf(credentials) } : {}),
  };
  const secured = new TLSSocket(socket, options);
  secured.on(tlsFailure, destroy);
  return secured;
}

/** What Node emits for each error of TLS on a socket that no `tls.Server` has made. It emits no `error` after the handshake. */
const tlsFailure = "_tlsError";

function destroy(this: TLSSocket): void {
  this.destroy();
}

type Select = (serverName: string, done: (error: null, context?: Credentials["usual"]) => void) => void;

function selectorOf(credentials: Credentials): Select {
  return (serverName, done) => done(null, credentials.contextFor(serverName));
}

/** The peer's certificate and why it does not hold; null for both where it does, or there is none. */
export interface ClientCertificate {
  readonly holding: PeerCertificate | null;
  readonly failure: string | null;
}

const NONE: ClientCertificate = { holding: null, failure: "there is none" };

/**
 * What the peer has shown of itself. A session that is taken up again counts as verified even if no certificate belongs to
 * it: it must be there as well.
 */
export function clientCertificateOf(socket: TLSSocket): ClientCertificate {
  const certificate = socket.getPeerCertificate();
  if (certificate === null || Object.keys(certificate).length === 0) return NONE;
  const failure = verifyError(socket);
  return failure === null ? { holding: certificate, failure: null } : { holding: null, failure };
}

/** Only `tls.Server` reads this for us; where it is not to be had any more, nothing holds. */
function verifyError(socket: TLSSocket): string | null {
  const handle: unknown = Reflect.get(socket, "ssl");
  const verify: unknown = handle instanceof Object ? Reflect.get(handle, "verifyError") : null;
  if (typeof verify !== "function") return "it cannot be checked";
  const error: unknown = Reflect.apply(verify, handle, []);
  if (error === null || error === undefined) return null;
  return error instanceof Error && "code" in error ? String(error.code) : "it does not hold";
}
