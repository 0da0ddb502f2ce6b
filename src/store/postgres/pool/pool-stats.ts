/** What the connections to one server have come to. Read for `/metrics`. */
export interface PoolStats {
  /** `primary`, or `replica_1` and so on in the order of their URLs. */
  readonly server: string;
  /** Connections with a statement under way, or lent. */
  readonly inUse: number;
  readonly idle: number;
  readonly opening: number;
  /** Statements that were sent, and not answered so far. */
  readonly underWay: number;
  /** Callers that wait for a connection. */
  readonly waiting: number;
  readonly opened: number;
  readonly closed: number;
  /** Connections that could not be opened. */
  readonly failed: number;
  /** Connections that broke: cut, or silent for too long. Counted in `closed` too. */
  readonly broken: number;
  /** Callers who got no connection: no room in the queue, waited too long, or the server was away. */
  readonly refused: number;
  /** Statements that were cancelled at the server. */
  readonly cancelled: number;
  /** How long callers waited for a connection, those who did not wait included. */
  readonly waits: WaitTimes;
}

/** Times by bucket; bounds are in `wait-bounds.ts`. */
export interface WaitTimes {
  /** How many in each bucket of `waitBounds` (not cumulative), and at the end what is over all. */
  readonly counts: readonly number[];
  /** Seconds, all together. */
  readonly sum: number;
}
