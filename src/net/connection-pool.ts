import type { Socket } from "node:net";
import type { ApiError } from "../errors/api-error.ts";
import { Admission } from "./admission.ts";
import type { Connection } from "./connection.ts";
import type { ConnectionContext } from "./connection-context.ts";
import type { ConnectionInfo, ExchangeHandler, RequestHead } from "./exchange.ts";
import { completeLimits, type Limits } from "./limits.ts";
import type { Peer } from "./peer.ts";
import { ProtocolSniffer } from "./protocol-sniffer.ts";
import { type Refusal, type RenderError, refuse, renderErrorAsJson } from "./refusal.ts";
import type { Stats } from "./stats.ts";
import { SweepClock } from "./sweep-clock.ts";
import { type Timeouts, toTimeouts } from "./timeouts.ts";
import type { TlsEndpoint } from "./tls/endpoint.ts";
import { Handshake, turnAway } from "./tls/handshake.ts";
import { TurnedAway } from "./turned-away.ts";

/** What the connections of a listener do and tell. */
export interface PoolOptions {
  readonly handler: ExchangeHandler;
  readonly limits?: Partial<Limits>;
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
  requests: number;
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
    this.limits = completeLimits(options.limits);
    this.clock = new SweepClock(this.limits.sweepMs, () => this.#sweep());
    this.timeouts = toTimeouts(this.limits, this.clock);
    this.handler = options.handler;
    this.requests = 0;
    this.#renderError = options.renderError ?? renderErrorAsJson;
    this.#onRejected = options.onRejected;
    this.#admission = new Admission(this.limits);
    this.#leave = leaving(this.#admission);
    this.#open = new Set();
    this.#rejected = new Map();
    this.#accepted = 0;
    this.#draining = false;
    this.#empty = null;
  }

  /**
   * Takes a fresh socket over. Which protocol it speaks is told by its first bytes (RFC 9113 §3.4), or with `tls` by its
   * handshake.
   */
  accept(socket: Socket, tls: TlsEndpoint | null): void {
    const address = socket.remoteAddress ?? "";
    const secure = tls !== null;
    const peer: Peer = { remoteAddress: address, remotePort: socket.remotePort ?? 0, secure, tls: null };

    if (this.#draining) socket.destroy();
    else if (this.#admission.enter(address)) {
      this.#accepted += 1;
      socket.on("close", this.#leave);
      this.#open.add(
        tls === null ? new ProtocolSniffer(this, socket, peer) : new Handshake(this, socket, peer, tls),
      );
      // It was held until there was someone to read it.
      if (tls === null) socket.resume();
    } else if (tls === null && this.#open.size < this.limits.connections * 2) {
      this.#open.add(new TurnedAway(this, socket, peer));
      socket.resume();
    } else if (tls === null) socket.destroy();
    else turnAway(this, socket, peer);
  }

  refuse(error: ApiError, connection: ConnectionInfo, request: RequestHead | null): Refusal {
    this.#rejected.set(error.code, (this.#rejected.get(error.code) ?? 0) + 1);
    try {
      this.#onRejected?.(error, connection);
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
function leaving(admission: Admission): (this: Socket) => void {
  return function (this: Socket) {
    admission.leave(this.remoteAddress ?? "");
  };
}
