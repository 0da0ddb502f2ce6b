/** Who makes a call, as the application's `authenticate` tells it. Null where nobody said who they are. */
export interface Caller {
  /** Stable and unique: logs, quotas and private caches go by it. */
  readonly id: string;
  readonly roles: readonly string[];
  readonly claims: Readonly<Record<string, unknown>>;
}

/** What `authenticate` may look at. */
export interface Credentials {
  /** The token of `Authorization: Bearer`; null without one. */
  readonly bearer: string | null;
  /** A header field or metadata entry by its lower-case name. */
  header(name: string): string | undefined;
  /** Address of the peer. */
  readonly remoteAddress: string;
}
