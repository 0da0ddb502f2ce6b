import { NEVER, type SweepClock } from "../sweep-clock.ts";
import type { Timeouts } from "../timeouts.ts";

/** What a connection waits for, each with its own time. */
export type Awaited = keyof Timeouts;

/** The one deadline of a connection: it waits for one thing at a time. */
export class Deadline {
  /** What is waited for; stale when the deadline is cleared. */
  awaited: Awaited;
  #tick: number;
  /** Ticks that were left when the deadline was suspended; -1 while it is not. */
  #left: number;
  readonly #clock: SweepClock;
  readonly #timeouts: Timeouts;

  constructor(clock: SweepClock, timeouts: Timeouts) {
    this.awaited = "firstByte";
    this.#tick = clock.tick + timeouts.firstByte;
    this.#left = -1;
    this.#clock = clock;
    this.#timeouts = timeouts;
  }

  set(awaited: Awaited): void {
    this.awaited = awaited;
    this.#left = -1;
    this.#tick = this.#clock.tick + this.#timeouts[awaited];
  }

  /** What is waited for now may take as long as it likes. */
  clear(): void {
    this.#left = -1;
    this.#tick = NEVER;
  }

  /** Is it set, and for this? */
  isFor(awaited: Awaited): boolean {
    return this.awaited === awaited && (this.#tick !== NEVER || this.#left >= 0);
  }

  /** The time in which we hold the peer back is not counted against it. */
  suspend(): void {
    if (this.#left >= 0 || this.#tick === NEVER) return;
    this.#left = this.#tick - this.#clock.tick;
    this.#tick = NEVER;
  }

  resume(): void {
    if (this.#left < 0) return;
    this.#tick = this.#clock.tick + this.#left;
    this.#left = -1;
  }

  isPassed(tick: number): boolean {
    return tick >= this.#tick;
  }
}
