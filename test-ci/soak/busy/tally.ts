import type { TrialReport } from "./report.ts";

/** How a request can end as it may. */
export type Outcome = Exclude<keyof TrialReport, "sent">;

const none: TrialReport = { sent: 0, answered: 0, cut: 0, refused: 0, abandoned: 0 };

/** Counts for all connections of the process. */
export class Tally {
  reopened = 0;
  readonly goAways: Map<number, number> = new Map();
  readonly failures: Set<string> = new Set();
  readonly #trials: Map<string, Record<keyof TrialReport, number>> = new Map();

  get trials(): Readonly<Record<string, TrialReport>> {
    return Object.fromEntries(this.#trials);
  }

  count(path: string, what: keyof TrialReport): void {
    const trial = this.#trials.get(path) ?? { ...none };
    this.#trials.set(path, trial);
    trial[what] += 1;
  }

  /** A connection that the server has ended. */
  ended(goAways: number): void {
    this.goAways.set(goAways, (this.goAways.get(goAways) ?? 0) + 1);
  }

  fail(message: string): void {
    // A server that fails altogether does so a million times.
    if (this.failures.size < 20) this.failures.add(message);
  }
}
