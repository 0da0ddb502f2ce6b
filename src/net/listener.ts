import { createServer, type Server } from "node:net";
import { ConnectionPool, type PoolOptions } from "./connection-pool.ts";
import { bind, boundAddress, type ListenAddress } from "./listen-address.ts";
import type { Stats } from "./stats.ts";

/** What {@link listen} is told. */
export interface ListenOptions extends PoolOptions {
  readonly addresses: readonly ListenAddress[];
}

/** Open sockets, and everything that came in by them. */
export interface Listener {
  /** Where it listens, with the ports that were in fact taken. */
  readonly addresses: readonly ListenAddress[];
  stats(): Stats;
  /**
   * Accepts nothing more and lets what is in flight finish, for at most `timeoutMs`. Resolves when all is closed. Where
   * someone else goes on at the same address, `idleMs` leave peers the time for a request that they are about to send:
   * its answer tells them that the connection ends (RFC 9112 §9.6).
   */
  drain(timeoutMs: number, idleMs?: number): Promise<void>;
  /** Closes everything at once. */
  close(): Promise<void>;
}

/** Listens at all addresses; rejects, listening nowhere, when one of them cannot be had. */
export async function listen(options: ListenOptions): Promise<Listener> {
  const pool = new ConnectionPool(options);
  const servers = options.addresses.map(() => createListeningServer(pool));
  const stop = (): void => {
    for (const server of servers) server.close();
  };
  try {
    await Promise.all(servers.map((server, index) => bindAt(server, options.addresses[index])));
  } catch (error) {
    stop();
    await pool.close();
    throw error;
  }
  return {
    addresses: servers.map(boundAddress),
    stats: () => pool.stats(),
    drain: (timeoutMs, idleMs = 0) => {
      stop();
      return pool.drain(timeoutMs, idleMs);
    },
    close: () => {
      stop();
      return pool.close();
    },
  };
}

function createListeningServer(pool: ConnectionPool): Server {
  const { outputBytes } = pool.limits;
  // Half open: a peer that has sent its last request still wants the answer.
  return createServer({ allowHalfOpen: true, noDelay: true, highWaterMark: outputBytes }, (socket) =>
    pool.accept(socket, false),
  );
}

async function bindAt(server: Server, address: ListenAddress | undefined): Promise<void> {
  if (address === undefined) return;
  await bind(server, address);
  // From here on an error is one of a connection that could not be accepted: the peer has its own view of that.
  server.on("error", () => {});
}
