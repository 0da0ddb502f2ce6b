import type { Socket } from "node:net";
import type { ApiError } from "../errors/api-error.ts";
import { Admission } from "./admission.ts";
import type { Connection } from "./connection.ts";
import type { ConnectionContext } from "./connection-context.ts";
import type { ConnectionInfo, ExchangeHandler, RequestHead } from "./exchange.ts";
import { completeLimits, type Limits } from "./limits.ts";
import type { Peer } from "./peer.ts";
import { ProtocolSniffer } from "./protocol-sniffer.ts";
import { AddressSet } from "./proxy/address-set.ts";
import { Forwarding } from "./proxy/forwarding.ts";
import { ProxyHeaderPhase } from "./proxy/header-phase.ts";
import type { ForwardedOptions, ProxyProtocolOptions } from "./proxy/options.ts";
import { type Refusal, type RenderError, refuse, renderErrorAsJson } from "./refusal.ts";
import { release } from "./socket-events.ts";
import type { Stats } from "./stats.ts";
import { SweepClock } from "./sweep-clock.ts";
import { type Timeouts, toTimeouts } from "./timeouts.ts";
import type { TlsEndpoint } from "./tls/endpoint.ts";
import { turnAway } from "./tls/turn-away.ts";
import { TurnedAway } from "./turned-away.ts";

/** What the connections of a listener do and tell. */
export interface PoolOptions {
  readonly handler: ExchangeHandler;
  /** Requests whose handler bounds their content itself, so that `limits.bodyBytes` is not asked; without it there are none. */
  readonly boundsContent?: (request: RequestHead) => boolean;
  readonly limits?: Partial<Limits>;
  /** Proxies whose connections begin with a PROXY header; nobody's do without it. */
  readonly proxyProtocol?: ProxyProtocolOptions;
  /** Proxies that are believed when a request says on whose behalf it comes; nobody is without it. */
  readonly forwarded?: ForwardedOptions;
  /** Renders the answers that net makes itself; JSON without it. */
  readonly renderError?: RenderError;
  /** Told of everything that net refused or broke off, for logs and metrics. */
  readonly onRejected?: (error: ApiError, connection: ConnectionInfo) => void;
}

/** All connections of one listener, from accepted to gone. */
export class ConnectionPool implements ConnectionContext {
  readonly limits: Limits;
  readonly timeouts: Timeouts;
  readonly clock: SweepClock;
  readonly handler: ExchangeHandler;
  readonly boundsContent: (request: RequestHead) => boolean;
  readonly forwarding: Forwarding | null;
  requests: number;
  /** Null where nobody's connections begin with a PROXY header. */
  readonly #proxies: AddressSet | null;
  /** The addresses that sockets are counted by, where it is not their own. */
  readonly #announced: WeakMap<Socket, string>;
  readonly #renderError: RenderError;
  readonly #onRejected: PoolOptions["onRejected"];
  readonly #admission: Admission;
  /** Gives the place of a socket back; one function for all of them. */
  readonly #leave: (this: Socket) => void;
  readonly #open: Set<Connection>;
  readonly #rejected: Map<string, number>;
  #accepted: number;
  #draining: boolean;
  #empty: PromiseWithResolvers<void> | null;

  constructor(options: PoolOptions) {
    const { proxyProtocol, forwarded } = options;
    this.limits = completeLimits(options.limits);
    this.forwarding = forwarded === undefined ? null : new Forwarding(forwarded);
    this.#proxies =
      proxyProtocol === undefined ? null : new AddressSet(proxyProtocol.from, "proxyProtocol.from");
    this.#announced = new WeakMap();
    this.clock = new SweepClock(this.limits.sweepMs, () => this.#sweep());
    this.timeouts = toTimeouts(this.limits, this.clock);
    this.handler = options.handler;
    this.boundsContent = options.boundsContent ?? (() => false);
    this.requests = 0;
    this.#renderError = options.renderError ?? renderErrorAsJson;
    this.#onRejected = options.onRejected;
    this.#admission = new Admission(this.limits);
    this.#leave = leaving(this.#admission, this.#announced);
    this.#open = new Set();
    this.#rejected = new Map();
    this.#accepted = 0;
    this.#draining = false;
    this.#empty = null;
  }

  /** Takes a fresh socket over, with `tls` as the server's side of TLS. */
  accept(socket: Socket, tls: TlsEndpoint | null, isUnix: boolean): void {
    const address = socket.remoteAddress ?? "";
    const secure = tls !== null;
    const peer: Peer = { remoteAddress: address, remotePort: socket.remotePort ?? 0, secure, tls: null };

    // A peer that is gone already has no address: it would pass for one that came by a Unix socket.
    if (this.#draining || (address === "" && !isUnix)) socket.destroy();
    else if (this.#proxies?.has(address) === true) this.#awaitHeader(socket, peer, tls);
    else this.#admit(socket, peer, tls);
    // It was held until there was someone to read it; TLS reads by itself.
    if (tls === null && !socket.destroyed) socket.resume();
  }

  /** Whom a proxy has a connection from is known before it gets a place. */
  #awaitHeader(socket: Socket, peer: Peer, tls: TlsEndpoint | null): void {
    if (this.#open.size >= this.limits.connections * 2) {
      turnAway(this, socket, peer);
      return;
    }
    const phase = new ProxyHeaderPhase(this, socket, peer, (announced, rest) => {
      this.#open.delete(phase);
      this.#announced.set(socket, announced.remoteAddress);
      if (tls !== null) withhold(socket, rest);
      return this.#admit(socket, announced, tls);
    });
    this.#open.add(phase);
    if (tls !== null) socket.resume();
  }

  /**
   * Gives a peer its place, or turns it away. Which protocol it speaks is told by its first bytes (RFC 9113 §3.4), or with `tls`
   * by its handshake.
   */
  #admit(socket: Socket, peer: Peer, tls: TlsEndpoint | null): Connection | null {
    let connection: Connection;
    if (this.#admission.enter(peer.remoteAddress)) {
      this.#accepted += 1;
      socket.on("close", this.#leave);
      connection = tls === null ? new ProtocolSniffer(this, socket, peer) : tls.begin(this, socket, peer);
    } else if (tls === null && this.#open.size < this.limits.connections * 2)
      connection = new TurnedAway(this, socket, peer);
    else {
      if (tls === null) socket.destroy();
      else turnAway(this, socket, peer);
      return null;
    }
    this.#open.add(connection);
    return connection;
  }

  refuse(error: ApiError, connection: ConnectionInfo, request: RequestHead | null): Refusal {
    this.#rejected.set(error.code, (this.#rejected.get(error.code) ?? 0) + 1);
    try {
      this.#onRejected?.(error, request?.connection ?? connection);
    } catch {
      // A log that fails must not take the connections down with it.
    }
    return refuse(error, request, this.#renderError);
  }

  replaced(connection: Connection, by: Connection): void {
    this.#open.delete(connection);
    this.#open.add(by);
  }

  closed(connection: Connection): void {
    this.#open.delete(connection);
    if (this.#open.size === 0) this.#empty?.resolve();
  }

  stats(): Stats {
    return {
      connections: this.#admission.connections,
      accepted: this.#accepted,
      requests: this.requests,
      rejectedByCode: Object.fromEntries(this.#rejected),
    };
  }

  /**
   * Lets what is in flight finish, and for `idleMs` what may be about to come on open connections. Resolves when all are
   * gone, which after `timeoutMs` they are made to be.
   */
  async drain(timeoutMs: number, idleMs: number): Promise<void> {
    this.#draining = true;
    this.#drainAll(idleMs > 0);
    const patience = idleMs > 0 ? setTimeout(() => this.#drainAll(false), idleMs) : undefined;
    const timer = setTimeout(() => this.#destroyAll(), timeoutMs);
    await this.#whenEmpty();
    clearTimeout(patience);
    clearTimeout(timer);
    this.clock.stop();
  }

  /** Cuts everything. */
  async close(): Promise<void> {
    this.#draining = true;
    this.#destroyAll();
    await this.#whenEmpty();
    this.clock.stop();
  }

  #drainAll(isPatient: boolean): void {
    for (const connection of this.#open) connection.drain(isPatient);
  }

  #destroyAll(): void {
    for (const connection of this.#open) connection.destroy();
  }

  async #whenEmpty(): Promise<void> {
    if (this.#open.size === 0) return;
    this.#empty ??= Promise.withResolvers<void>();
    await this.#empty.promise;
  }

  #sweep(): void {
    const { tick } = this.clock;
    for (const connection of this.#open) connection.sweep(tick);
  }
}

/** A socket keeps its peer's address when it is closed, if it was asked for before. */
function leaving(admission: Admission, announced: WeakMap<Socket, string>): (this: Socket) => void {
  return function (this: Socket) {
    admission.leave(announced.get(this) ?? this.remoteAddress ?? "");
  };
}

/** Puts bytes back for whoever reads the socket next. */
function withhold(socket: Socket, bytes: Buffer): void {
  release(socket);
  socket.pause();
  if (bytes.length > 0) socket.unshift(bytes);
}
