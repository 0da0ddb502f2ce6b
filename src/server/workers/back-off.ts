/** Milliseconds before the first try, and at most. */
const first = 100;
const longest = 5_000;

/** How long to wait before something that failed is tried again: twice as long each time, by chance a little less. */
export class BackOff {
  #failures: number;

  constructor() {
    this.#failures = 0;
  }

  /** Failures since it last went well. */
  get failures(): number {
    return this.#failures;
  }

  /** It failed; returns the milliseconds until the next try. What fails together shall not be tried together. */
  failed(): number {
    this.#failures += 1;
    const wait = Math.min(longest, first * 2 ** (this.#failures - 1));
    return wait * (0.5 + Math.random() / 2);
  }

  succeeded(): void {
    this.#failures = 0;
  }
}
