import type { WaitTimes } from "./pool-stats.ts";

/** In milliseconds. */
const bounds: readonly number[] = [0.1, 0.5, 1, 5, 10, 50, 100, 500, 1_000, 5_000];

/** Counts how long callers wait, by buckets. */
export class WaitCounter {
  readonly #counts: number[];
  #total: number;

  constructor() {
    this.#counts = new Array<number>(bounds.length + 1).fill(0);
    this.#total = 0;
  }

  add(ms: number): void {
    let bucket = 0;
    while (bucket < bounds.length && ms > (bounds[bucket] ?? 0)) bucket++;
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#total += ms;
  }

  get times(): WaitTimes {
    return {
      bounds: bounds.map((bound) => bound / 1_000),
      counts: [...this.#counts],
      sum: this.#total / 1_000,
    };
  }
}
