import type { Socket } from "node:net";
import type { Connection } from "./connection.ts";
import type { ConnectionContext } from "./connection-context.ts";
import { Http1Connection } from "./http1/connection.ts";
import { Http2Connection } from "./http2/connection.ts";
import { beginsLikePreface, preface } from "./http2/preface.ts";
import type { Peer } from "./peer.ts";
import { handTo, type SocketReceiver } from "./socket-events.ts";

/** What a connection is, once its protocol is known. */
type Spoken = Connection & SocketReceiver;
type SpokenConstructor = new (context: ConnectionContext, socket: Socket, peer: Peer) => Spoken;

/**
 * A cleartext connection of which it is not known yet what it speaks: the first bytes tell. Nearly always they come in one
 * piece; a peer that sends the preface byte by byte is waited for no longer than one that sends nothing.
 */
export class ProtocolSniffer implements Connection, SocketReceiver {
  readonly #context: ConnectionContext;
  readonly #socket: Socket;
  readonly #peer: Peer;
  readonly #until: number;
  /** The beginning of a preface; null until something has come. */
  #seen: Buffer | null;
  /** The server stops. */
  #draining: boolean;
  #isPatient: boolean;

  constructor(context: ConnectionContext, socket: Socket, peer: Peer) {
    this.#context = context;
    this.#socket = socket;
    this.#peer = peer;
    this.#until = context.clock.tick + context.timeouts.firstByte;
    this.#seen = null;
    this.#draining = false;
    this.#isPatient = false;
    handTo(this, socket);
  }

  sweep(tick: number): void {
    if (tick >= this.#until) this.#socket.destroy();
  }

  drain(isPatient: boolean): void {
    this.#draining = true;
    this.#isPatient = isPatient;
    if (!isPatient) this.#socket.destroy();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  received(chunk: Buffer): void {
    const bytes = this.#seen === null ? chunk : Buffer.concat([this.#seen, chunk]);
    if (!beginsLikePreface(bytes)) this.#goOnAs(Http1Connection, bytes);
    else if (bytes.length < preface.length) this.#seen = Buffer.from(bytes);
    else this.#goOnAs(Http2Connection, bytes);
  }

  /** HTTP/1.1 knows what to say of half a request. */
  ended(): void {
    const seen = this.#seen;
    if (seen === null) this.#socket.end();
    else this.#goOnAs(Http1Connection, seen).ended();
  }

  drained(): void {}

  stalled(): void {}

  closed(): void {
    this.#context.closed(this);
  }

  #goOnAs(Spoken: SpokenConstructor, bytes: Buffer): Spoken {
    const connection = new Spoken(this.#context, this.#socket, this.#peer);
    this.#context.replaced(this, connection);
    if (this.#draining) connection.drain(this.#isPatient);
    connection.received(bytes);
    return connection;
  }
}
