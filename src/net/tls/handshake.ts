import type { Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import { type FrameworkCode, frameworkError } from "../../errors/codes.ts";
import type { Connection } from "../connection.ts";
import type { ConnectionContext } from "../connection-context.ts";
import { writeRefusal } from "../http1/answer.ts";
import { Http1Connection } from "../http1/connection.ts";
import { Output } from "../http1/output.ts";
import { Http2Connection } from "../http2/connection.ts";
import type { Peer } from "../peer.ts";
import { PeerInfo } from "../peer-info.ts";
import { type ClientCertificate, clientCertificateOf, secureSocket } from "./server-socket.ts";
import type { TlsTerms } from "./terms.ts";

/** OpenSSL has looked at the first bytes, and they are no record of TLS but a request line. */
const PLAIN_HTTP = "ERR_SSL_HTTP_REQUEST";

const notAskedFor: ClientCertificate = { holding: null, failure: null };

/**
 * A connection whose TLS is not agreed on yet. It has the time that a cleartext connection has for its first byte; then
 * the protocol is what ALPN says (RFC 9113 §3.2), and HTTP/1.1 where a peer has nothing to say about that.
 */
export class Handshake implements Connection {
  readonly #context: ConnectionContext;
  /** What TLS is spoken on, or was to be. */
  readonly #transport: Socket;
  readonly #socket: TLSSocket;
  readonly #terms: TlsTerms;
  readonly #peer: Peer;
  readonly #until: number;
  /** The server stops. */
  #draining: boolean;
  #isPatient: boolean;

  constructor(context: ConnectionContext, socket: Socket, peer: Peer, terms: TlsTerms) {
    this.#context = context;
    this.#transport = socket;
    this.#socket = secureSocket(socket, terms, context.limits.outputBytes);
    this.#terms = terms;
    this.#peer = peer;
    this.#until = context.clock.tick + context.timeouts.firstByte;
    this.#draining = false;
    this.#isPatient = false;
    this.#socket.on("secure", this.#agreed);
    this.#socket.on("end", this.#left);
    this.#socket.on("error", this.#failed);
    this.#socket.on("close", this.#closed);
  }

  sweep(tick: number): void {
    if (tick < this.#until || this.#socket.destroyed) return;
    this.#refuse("REQUEST_TIMEOUT", "the handshake did not come to its end in time");
  }

  drain(isPatient: boolean): void {
    this.#draining = true;
    this.#isPatient = isPatient;
    if (!isPatient) this.#socket.destroy();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  readonly #agreed = (): void => {
    const { clientCertificates } = this.#terms;
    const shown = clientCertificates === "none" ? notAskedFor : clientCertificateOf(this.#socket);
    if (clientCertificates === "require" && shown.holding === null)
      this.#refuse("UNAUTHENTICATED", `the client certificate does not hold: ${shown.failure}`);
    else this.#goOn(shown);
  };

  /** Peers that leave, as those do that only look whether the port is open, have done nothing wrong. */
  readonly #left = (): void => {
    this.#socket.destroy();
  };

  readonly #failed = (error: Error): void => {
    const code = "code" in error ? String(error.code) : "";
    if (code === PLAIN_HTTP) this.#answerPlainly();
    else if (code.startsWith("ERR_SSL_")) this.#refuse("MALFORMED_REQUEST", `the handshake failed: ${code}`);
  };

  readonly #closed = (): void => {
    this.#context.closed(this);
  };

  /** A URL with `http:` where it should have `https:` is a common mistake: whoever makes it can read the answer. */
  #answerPlainly(): void {
    const error = frameworkError(
      "MALFORMED_REQUEST",
      "A plain HTTP request was sent to a port that speaks HTTPS",
    );
    const refusal = this.#context.refuse(error, new PeerInfo("1.1", this.#peer), null);
    const transport = this.#transport;
    // The peer may be gone already.
    transport.on("error", () => {});
    const output = new Output(transport);
    writeRefusal(output, refusal, this.#context.clock.dateLine);
    output.flush();
    transport.end();
  }

  /** There is no way yet to tell the peer more than the alert does that OpenSSL has sent. */
  #refuse(code: FrameworkCode, reason: string): void {
    const info = new PeerInfo("1.1", this.#peer);
    this.#context.refuse(frameworkError(code, `TLS: ${reason}`), info, null);
    this.#socket.destroy();
  }

  #goOn({ holding }: ClientCertificate): void {
    const socket = this.#socket;
    const peer: Peer = {
      ...this.#peer,
      secure: true,
      tls: {
        version: socket.getProtocol() ?? "",
        serverName: socket.servername || null,
        clientCertificate: holding,
      },
    };
    socket.off("secure", this.#agreed);
    socket.off("end", this.#left);
    socket.off("error", this.#failed);
    socket.off("close", this.#closed);
    const connection =
      socket.alpnProtocol === "h2"
        ? new Http2Connection(this.#context, socket, peer)
        : new Http1Connection(this.#context, socket, peer);
    this.#context.replaced(this, connection);
    if (this.#draining) connection.drain(this.#isPatient);
  }
}
