import type { Socket } from "node:net";
import type { ApiError } from "../../errors/api-error.ts";
import { frameworkError } from "../../errors/codes.ts";
import type { Connection } from "../connection.ts";
import type { ConnectionContext } from "../connection-context.ts";
import type { Peer } from "../peer.ts";
import { PeerInfo } from "../peer-info.ts";
import { toRefusable } from "../refusal.ts";
import { deliver, handTo, type SocketReceiver } from "../socket-events.ts";
import type { AnnouncedPeer, ProxyHeader } from "./header.ts";
import { readProxyHeader } from "./read-header.ts";

/**
 * Makes the next owner of the socket, once it is known who the peer is; null where there is no room for one. An owner that has
 * the socket's events (`handTo`) is given `rest`, the bytes after the header, afterwards; any other must see to them itself.
 */
export type AfterHeader = (peer: Peer, rest: Buffer) => Connection | null;

/**
 * A connection from a trusted proxy, of which the header is still to come: before TLS, and before the protocol is told. It has
 * the time that other connections have for their first byte. What breaks the protocol is cut off without an answer (§2).
 */
export class ProxyHeaderPhase implements Connection, SocketReceiver {
  readonly #context: ConnectionContext;
  readonly #socket: Socket;
  readonly #peer: Peer;
  readonly #goOn: AfterHeader;
  readonly #until: number;
  /** The beginning of a header; null until something has come. */
  #seen: Buffer | null;
  /** The server stops, and waits for requests that may be about to come. */
  #draining: boolean;

  constructor(context: ConnectionContext, socket: Socket, peer: Peer, goOn: AfterHeader) {
    this.#context = context;
    this.#socket = socket;
    this.#peer = peer;
    this.#goOn = goOn;
    this.#until = context.clock.tick + context.timeouts.firstByte;
    this.#seen = null;
    this.#draining = false;
    handTo(this, socket);
  }

  sweep(tick: number): void {
    if (tick < this.#until || this.#socket.destroyed) return;
    this.#refuse(frameworkError("REQUEST_TIMEOUT", "PROXY protocol: the header did not come in time"));
  }

  drain(isPatient: boolean): void {
    this.#draining = true;
    if (!isPatient) this.#socket.destroy();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  received(chunk: Buffer): void {
    if (this.#socket.destroyed) return;
    const bytes = this.#seen === null ? chunk : Buffer.concat([this.#seen, chunk]);
    let header: ProxyHeader | null;
    try {
      header = readProxyHeader(bytes);
    } catch (thrown) {
      this.#refuse(toRefusable(thrown));
      return;
    }
    if (header === null) this.#seen = Buffer.from(bytes);
    else this.#handOn(header, bytes);
  }

  /** Proxies that only look whether the port is open say nothing, and have done nothing wrong. */
  ended(): void {
    if (this.#seen === null) this.#socket.destroy();
    else this.#refuse(frameworkError("MALFORMED_REQUEST", "PROXY protocol: the header is cut short"));
  }

  drained(): void {}

  stalled(): void {}

  closed(): void {
    this.#context.closed(this);
  }

  #handOn({ length, peer }: ProxyHeader, bytes: Buffer): void {
    const rest = bytes.subarray(length);
    const connection = this.#goOn(announced(this.#peer, peer), rest);
    if (this.#draining) connection?.drain(true);
    this.#context.closed(this);
    if (rest.length > 0) deliver(this.#socket, rest);
  }

  #refuse(error: ApiError): void {
    this.#context.refuse(error, new PeerInfo("1.1", this.#peer), null);
    this.#socket.destroy();
  }
}

/** The peer as the proxy tells of it; where it tells nothing, the proxy itself. */
function announced(own: Peer, { address, port, tls }: AnnouncedPeer): Peer {
  return {
    remoteAddress: address ?? own.remoteAddress,
    remotePort: address === null ? own.remotePort : port,
    secure: own.secure || tls !== null,
    tls:
      tls === null || tls.version === null
        ? null
        : { version: tls.version, serverName: tls.serverName, clientCertificate: null },
  };
}
