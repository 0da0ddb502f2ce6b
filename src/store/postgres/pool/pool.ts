import type { EndSignal } from "../../../base/end-signal.ts";
import type { DirectConnection } from "./direct-connection.ts";
import type { PoolStats } from "./pool-stats.ts";
import type { Queries } from "./statement.ts";

/**
 * Connections to one database: its primary, and replicas that are read from. The store calls `query` for a statement that is
 * a transaction of its own, `lend` for transactions of several, and `reader` for reads outside transactions. Opened by
 * `openPool`.
 */
export interface Pool extends Queries {
  /**
   * For single statements that only read. They go to a replica that has all this node has written or heard of, where there is
   * one, and are repeated where a connection breaks. A read that a write depends on belongs to `query` or `lend`.
   */
  readonly reader: Queries;
  /** For single statements that only read, and need what is committed now: at the primary. Repeated where a connection breaks. */
  readonly current: Queries;
  /**
   * A connection of the primary for one piece of work at a time, such as a transaction. It is given back when the promise of
   * `work` settles: a transaction that is still open is rolled back, and a broken connection is replaced. `signal` ends the
   * wait for a connection and cancels statements that do not state another.
   */
  lend<T>(work: (connection: Queries) => Promise<T>, signal?: EndSignal | null): Promise<T>;
  /** A connection beside the pool, for what belongs to a session: LISTEN, advisory locks. UNAVAILABLE when it cannot be had. */
  direct(): Promise<DirectConnection>;
  /** Another node has written: from now on only a replica that has caught up is read from. Call it before caches are dropped. */
  wroteElsewhere(): void;
  /** Rejects with UNAVAILABLE when the primary does not answer now. */
  ready(): Promise<void>;
  /** What has been counted, the primary first. */
  readonly stats: readonly PoolStats[];
  /** Takes nothing more, waits for what runs (two seconds at most), and closes all connections. */
  close(): Promise<void>;
}
