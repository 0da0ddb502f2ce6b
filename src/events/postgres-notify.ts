import { elapsed } from "../base/elapsed.ts";
import type { LinkListener, NodeLink } from "./node-link.ts";

/** A connection to PostgreSQL itself, with a session of its own. */
export interface NotifyConnection {
  query(
    statement: { readonly name?: string; readonly text: string; readonly values?: unknown[] },
    signal?: AbortSignal | null,
  ): Promise<unknown>;
  onNotification(heard: (channel: string, payload: string) => void): void;
  /** Resolves when it has ended. */
  readonly ended: Promise<Error | null>;
  close(): Promise<void>;
}

/** NOTIFY takes fewer than 8,000 bytes (PostgreSQL, NOTIFY). */
const payloadBytes = 7_900;

const channel = "fourfold_bus";

/** Milliseconds before another connection is tried, and at most. */
const firstPause = 50;
const longestPause = 1_000;

/** Milliseconds between signs of life that are asked for, and for an answer: what is dead in silence must be noticed. */
const beatMs = 1_000;
const answerMs = 2_000;

/** A link by LISTEN and NOTIFY, over a connection of its own. `open` opens it; not possible through a PgBouncer in transaction mode. */
export class PostgresLink implements NodeLink {
  readonly mostBytes: number = payloadBytes;
  readonly #open: () => Promise<NotifyConnection>;
  readonly #listener: LinkListener;
  readonly #closing: AbortController;
  #connection: NotifyConnection | null;

  constructor(open: () => Promise<NotifyConnection>, listener: LinkListener) {
    this.#open = open;
    this.#listener = listener;
    this.#closing = new AbortController();
    this.#connection = null;
    void this.#stayOpen(this.#closing.signal);
  }

  async send(texts: readonly string[]): Promise<void> {
    const connection = this.#connection;
    if (connection === null) throw new Error("There is no connection");
    // One statement is one transaction: its notifications are heard one after the other, in this order.
    const text = `select pg_notify('${channel}', "text") from unnest($1::text[]) with ordinality as "each"("text", "place") order by "place"`;
    await connection.query({ name: "fourfold_notify", text, values: [texts] }, AbortSignal.timeout(answerMs));
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#connection?.close();
  }

  async #stayOpen(signal: AbortSignal): Promise<void> {
    for (let pause = firstPause; !signal.aborted; pause = Math.min(pause * 2, longestPause)) {
      try {
        await this.#follow(signal, () => {
          pause = firstPause / 2;
        });
      } catch (thrown) {
        this.#listener.down(thrown);
      }
      await elapsed(pause, signal);
    }
  }

  /** Resolves or rejects when the connection is of no use any more. */
  async #follow(signal: AbortSignal, connected: () => void): Promise<void> {
    const connection = await this.#open();
    try {
      connection.onNotification((name, payload) => {
        if (name === channel) this.#listener.heard(payload);
      });
      await connection.query({ text: `listen ${channel}` }, AbortSignal.timeout(answerMs));
      if (signal.aborted) return;
      this.#connection = connection;
      connected();
      this.#listener.up();
      await Promise.race([connection.ended.then(broken), beat(connection, signal)]);
    } finally {
      this.#connection = null;
      void connection.close().catch(() => {});
    }
  }
}

function broken(reason: Error | null): never {
  throw reason ?? new Error("The connection was closed");
}

async function beat(connection: NotifyConnection, signal: AbortSignal): Promise<void> {
  for (;;) {
    await elapsed(beatMs, signal);
    if (signal.aborted) return;
    await connection.query({ text: "select 1" }, AbortSignal.timeout(answerMs));
  }
}
