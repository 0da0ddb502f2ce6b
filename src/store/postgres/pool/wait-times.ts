import type { WaitTimes } from "./pool-stats.ts";
import { waitBounds } from "./wait-bounds.ts";

/** Counts how long callers wait, by buckets. */
export class WaitCounter {
  readonly #counts: number[];
  #total: number;

  constructor() {
    this.#counts = new Array<number>(waitBounds.length + 1).fill(0);
    this.#total = 0;
  }

  add(ms: number): void {
    let bucket = 0;
    while (bucket < waitBounds.length && ms > (waitBounds[bucket] ?? 0)) bucket++;
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#total += ms;
  }

  get times(): WaitTimes {
    return {
      counts: [...this.#counts],
      sum: this.#total / 1_000,
    };
  }
}
