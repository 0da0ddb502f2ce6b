import { BackOff } from "./back-off.ts";
import type { Worker } from "./worker.ts";

/** Milliseconds after which a worker that ends has not failed at its start. */
const settledMs = 10_000;

/** The place of one worker, which others take after it. */
export class Slot {
  readonly number: number;
  readonly #backOff: BackOff;
  /** Who answers. */
  current: Worker | null;
  /** Who will, once it does. */
  starting: Worker | null;
  #timer: NodeJS.Timeout | null;

  constructor(number: number) {
    this.number = number;
    this.#backOff = new BackOff();
    this.current = null;
    this.starting = null;
    this.#timer = null;
  }

  /** How often in a row a worker has ended soon. */
  get failures(): number {
    return this.#backOff.failures;
  }

  get isEmpty(): boolean {
    return this.current === null && this.starting === null;
  }

  /** The worker answers; returns the one whose place it takes. */
  taken(worker: Worker): Worker | null {
    const before = this.current;
    this.current = worker;
    if (this.starting === worker) this.starting = null;
    return before;
  }

  left(worker: Worker): void {
    if (this.current === worker) this.current = null;
    if (this.starting === worker) this.starting = null;
  }

  /** Calls `launch` when it is time to try again after the end of `worker`. Returns the milliseconds until then. */
  tryAgain({ readySince }: Worker, launch: () => void): number {
    if (readySince !== null && performance.now() - readySince > settledMs) this.#backOff.succeeded();
    const wait = this.#backOff.failed();
    this.cancel();
    this.#timer = setTimeout(launch, wait);
    return wait;
  }

  /** Does not try again. */
  cancel(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
