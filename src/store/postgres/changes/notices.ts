import { elapsed } from "../../../base/elapsed.ts";
import { StoreOpenError } from "../../open-error.ts";
import type { Pool } from "../pool/pool.ts";
import type { PoolLog } from "../pool/pool-log.ts";
import { logChannel } from "./triggers.ts";

/** Milliseconds until another connection is tried, after one that has ended. */
const firstPause = 250;
const longestPause = 10_000;

/**
 * Hears from the database that there is more in the log, whichever node has written it: over a connection of its own, as long as somebody
 * wants to know. Behind a PgBouncer in transaction mode there is none, for no connection stays with its client; whoever reads the log looks
 * now and then.
 */
export class Notices {
  readonly #pool: Pool;
  readonly #log: PoolLog;
  #heard: (() => void) | null;
  /** Ends the present connection, or the wait for the next one; null where there is none. */
  #stop: AbortController | null;

  constructor(pool: Pool, log: PoolLog) {
    this.#pool = pool;
    this.#log = log;
    this.#heard = null;
    this.#stop = null;
  }

  /** Has `heard` called when there may be more in the log; null calls nobody. */
  listen(heard: (() => void) | null): void {
    this.#heard = heard;
    if (heard === null) {
      this.#stop?.abort();
      this.#stop = null;
    } else if (this.#stop === null) {
      this.#stop = new AbortController();
      void this.#follow(this.#stop.signal);
    }
  }

  async #follow(signal: AbortSignal): Promise<void> {
    for (let pause = firstPause; !signal.aborted; pause = Math.min(pause * 2, longestPause)) {
      try {
        await this.#hear(signal, () => {
          pause = firstPause;
        });
      } catch (thrown) {
        // Told once, until it is connected again.
        if (!signal.aborted && pause === firstPause) this.#log.warn("notices_not_heard", { err: thrown });
        // There is no way to the server itself.
        if (thrown instanceof StoreOpenError) return;
      }
      await elapsed(pause, signal);
    }
  }

  /** Resolves when the connection has ended. */
  async #hear(signal: AbortSignal, connected: () => void): Promise<void> {
    const connection = await this.#pool.direct();
    const close = (): void => void connection.close();
    signal.addEventListener("abort", close);
    try {
      connection.onNotification(() => {
        this.#pool.wroteElsewhere();
        this.#heard?.();
      });
      await connection.query({ text: `listen ${logChannel}` });
      connected();
      // Something may have been told while nobody listened.
      this.#heard?.();
      if (signal.aborted) close();
      const reason = await connection.ended;
      if (reason !== null) throw reason;
    } finally {
      signal.removeEventListener("abort", close);
    }
  }
}
