import type { ConnectionOptions } from "node:tls";

/** Where a server is, and as whom to connect. */
export interface ServerAddress {
  /** A name, an address, or the folder of a Unix socket. */
  readonly host: string;
  readonly port: number;
  readonly database: string | null;
  readonly user: string | null;
  readonly password: string | null;
  /** Null for a cleartext connection. */
  readonly tls: ConnectionOptions | null;
  readonly applicationName: string;
}

/** The rules of a pool. Times are milliseconds. */
export interface PoolSettings {
  /** Connections that are kept open. */
  readonly min: number;
  readonly max: number;
  /** Callers that may wait for a connection. */
  readonly queue: number;
  /** How long a caller waits for a connection. */
  readonly acquireTimeout: number;
  /** How long opening a connection may take. */
  readonly connectTimeout: number;
  /** What has been idle for so long is closed, as long as more than `min` are open. */
  readonly idleTimeout: number;
  /** What is older is closed when it is free; each connection has a tenth more or less. */
  readonly maxLifetime: number;
  /** What has been idle for longer is asked for a sign of life before it is used. */
  readonly checkAfter: number;
  /** How long a statement may run; 0 for no limit. */
  readonly statementTimeout: number;
  /** Statements under way on one connection; 1 for no pipelining. */
  readonly pipeline: number;
  /** Whether a PgBouncer in transaction mode is between: no named statements, nothing that is set for a session. */
  readonly pgbouncer: boolean;
  /** How long ago another node's write may be that a replica has not seen yet, when nobody has told of it. */
  readonly replicaLag: number;
}

export const defaultPoolSettings: PoolSettings = {
  min: 1,
  max: 10,
  queue: 1_000,
  acquireTimeout: 2_000,
  connectTimeout: 3_000,
  idleTimeout: 60_000,
  maxLifetime: 30 * 60_000,
  checkAfter: 5_000,
  statementTimeout: 30_000,
  pipeline: 16,
  pgbouncer: false,
  replicaLag: 200,
};
