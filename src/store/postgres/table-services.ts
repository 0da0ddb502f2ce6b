import type { Turn } from "../joined/turn.ts";
import type { Pool } from "./pool/pool.ts";
import type { ReadCounts } from "./pool-runner.ts";

/** What the tables of a store have in common. */
export interface TableServices {
  readonly pool: Pool;
  readonly turn: Turn;
  readonly counts: ReadCounts;
  /** Throws within a handler's transaction, and in a store that is closed. */
  readonly assertOutside: () => void;
  /** Told after each write. */
  readonly wrote: () => void;
}
