import { createServer, type Server } from "node:net";
import { adopt } from "./adopted-socket.ts";
import { ConnectionPool, type PoolOptions } from "./connection-pool.ts";
import { bind, boundAddress, type ListenAddress } from "./listen-address.ts";
import type { Stats } from "./stats.ts";
import type { TlsEndpoint, TlsReloadListener } from "./tls/endpoint.ts";
import type { TlsOptions } from "./tls/options.ts";
import { TlsError } from "./tls/tls-error.ts";

/** What {@link listen} is told. */
export interface ListenOptions extends PoolOptions {
  readonly addresses: readonly ListenAddress[];
  /** Certificates for the addresses that are TLS; without it none is. A TlsError says which file cannot be used. */
  readonly tls?: TlsOptions;
  /** Told whenever the certificates were read again. */
  readonly onTlsReload?: TlsReloadListener;
}

/** Open sockets, and everything that came in by them. */
export interface Listener {
  /** Where it listens, with the ports that were in fact taken. */
  readonly addresses: readonly ListenAddress[];
  stats(): Stats;
  /**
   * Reads the files of `tls` again, which otherwise happens when they change. Open connections stay. False where they cannot
   * be used (`onTlsReload` is told why), and those from before stay in use; true also where there is no TLS.
   */
  reloadTls(): Promise<boolean>;
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
  const tls = await openTls(options).catch(async (error) => {
    await pool.close();
    throw error;
  });
  const endpoints = options.addresses.map((address) => (isTls(address) ? tls : null));
  const servers = options.addresses.map((address, index) =>
    createListeningServer(pool, endpoints[index] ?? null, "path" in address),
  );
  const stop = (): void => {
    tls?.stop();
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
    addresses: servers.map((server, index) => boundAddress(server, endpoints[index] !== null)),
    stats: () => pool.stats(),
    reloadTls: async () => (await tls?.reload()) ?? true,
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

async function openTls({
  tls,
  addresses,
  onTlsReload = () => {},
}: ListenOptions): Promise<TlsEndpoint | null> {
  if (tls !== undefined) {
    // Node's own TLS takes 12 ms to load, which a start without it is spared.
    const endpoint = await import("./tls/endpoint.ts");
    return await endpoint.TlsEndpoint.open(tls, onTlsReload);
  }
  if (addresses.some((address) => "tls" in address && address.tls === true))
    throw new TlsError(
      "An address to listen at is TLS, and there is no certificate: name it and its key (tls)",
    );
  return null;
}

function isTls(address: ListenAddress): boolean {
  return !("path" in address) && address.tls !== false;
}

function createListeningServer(pool: ConnectionPool, tls: TlsEndpoint | null, isUnix: boolean): Server {
  const { outputBytes } = pool.limits;
  // Half open: a peer that has sent its last request still wants the answer.
  return createServer(
    { allowHalfOpen: true, noDelay: true, highWaterMark: outputBytes, pauseOnConnect: true },
    (socket) => pool.accept(tls === null ? adopt(socket, outputBytes) : socket, tls, isUnix),
  );
}

async function bindAt(server: Server, address: ListenAddress | undefined): Promise<void> {
  if (address === undefined) return;
  await bind(server, address);
  // From here on an error is one of a connection that could not be accepted: the peer has its own view of that.
  server.on("error", () => {});
}
