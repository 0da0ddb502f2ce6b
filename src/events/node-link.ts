/**
 * A way to a server that passes texts on between nodes: PostgreSQL or NATS. A `NodeBus` opens one, which then comes back by itself as often
 * as it breaks.
 */
export interface NodeLink {
  /** UTF-8 bytes that one text may have. */
  readonly mostBytes: number;
  /** Sends texts, in order, to all other nodes and to this one. Resolves when the server has them; rejects when it may not have them. */
  send(texts: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

/** Hears from a link. */
export interface LinkListener {
  heard(text: string): void;
  /** What is sent from now on by others is heard: at first, and again after `down`. */
  up(): void;
  /** Nothing is heard or can be sent until it is up again. */
  down(reason: unknown): void;
}

/** Opens a link, which is not up yet. */
export type OpenLink = (listener: LinkListener) => NodeLink;
