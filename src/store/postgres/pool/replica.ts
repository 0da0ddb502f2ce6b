import { setTimeout as wait } from "node:timers/promises";
import type { ServerPool } from "./server-pool.ts";

/** What a replica must have replayed: a place in the primary's log, and what was known when it was asked for. */
export interface Position {
  readonly lsn: string;
  /** Writes that this node had acknowledged or heard of. */
  readonly writes: number;
  /** When it was asked for, by `performance.now()`: what any node acknowledged before is before it. */
  readonly asOf: number;
}

const replayed = {
  name: "fourfold_replayed",
  text: "select pg_is_in_recovery() and pg_last_wal_replay_lsn() >= $1::text::pg_lsn as caught_up",
};
/** Milliseconds between two looks at a replica that is behind: at first, and at most. */
const firstPause = 2;
const longestPause = 50;

/** A replica, and the last position of the primary's that it is known to have reached. */
export class Replica {
  readonly pool: ServerPool;
  #writes: number;
  #asOf: number;
  #following: Promise<void> | null;

  constructor(pool: ServerPool) {
    this.pool = pool;
    this.#writes = -1;
    this.#asOf = Number.NEGATIVE_INFINITY;
    this.#following = null;
  }

  /** Whether it has all of these writes, and all that anybody acknowledged up to `since`. */
  has(writes: number, since: number): boolean {
    return this.#writes === writes && this.#asOf >= since;
  }

  /** Looks whether it has reached the position, again and again until `end`; one at a time. */
  follow(position: () => Promise<Position>, within: number): void {
    if (this.pool.isAway) return;
    this.#following ??= this.#follow(position, within).finally(() => {
      this.#following = null;
    });
  }

  async #follow(position: () => Promise<Position>, within: number): Promise<void> {
    const timeout = AbortSignal.timeout(within);
    try {
      const { lsn, writes, asOf } = await position();
      for (let pause = firstPause; !timeout.aborted; pause = Math.min(pause * 2, longestPause)) {
        const { rows } = await this.pool.query({ ...replayed, values: [lsn] }, timeout, true);
        if (rows[0]?.["caught_up"] === true) {
          this.#writes = writes;
          this.#asOf = asOf;
          return;
        }
        await wait(pause);
      }
    } catch {
      // It is away, or too slow: others are read from, and it is asked again.
    }
  }
}
