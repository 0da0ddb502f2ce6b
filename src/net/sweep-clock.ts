import { encodeFields } from "./hpack/encoder.ts";

/** A tick that never comes: the deadline of what may take as long as it likes. */
export const NEVER = 0x3fffffff;

/**
 * The one timer of a listener. Deadlines are counted in its ticks, not in the time of day, so that a process that was
 * blocked for a while does not take its own silence for that of its peers. It also keeps the `date` line.
 */
export class SweepClock {
  /** Small integers on purpose: a deadline is set on each request, and costs no allocation. */
  tick: number;
  /** `date: ...` with its line end, at most a tick behind (RFC 9110 §6.6.1). */
  dateLine: string;
  /** The same field for HTTP/2. */
  dateField: Uint8Array;
  readonly #periodMs: number;
  readonly #timer: NodeJS.Timeout;

  constructor(periodMs: number, onTick: () => void) {
    this.tick = 0;
    this.dateLine = "";
    this.dateField = new Uint8Array(0);
    this.#setDate();
    this.#periodMs = periodMs;
    this.#timer = setInterval(() => {
      this.tick += 1;
      this.#setDate();
      onTick();
    }, periodMs);
    this.#timer.unref();
  }

  /** How many ticks pass before `milliseconds` have surely passed. */
  ticksFor(milliseconds: number): number {
    return Math.min(Math.ceil(milliseconds / this.#periodMs) + 1, NEVER / 2);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #setDate(): void {
    const date = new Date().toUTCString();
    this.dateLine = `date: ${date}\r\n`;
    this.dateField = encodeFields(["date", date]);
  }
}
