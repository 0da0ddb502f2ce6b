import { performance } from "node:perf_hooks";

/** Milliseconds for which the two clocks are taken to go alike. */
const trusted = 1_000;
/** By so many milliseconds they must have parted to be brought together: less is what `Date.now()` leaves out. */
const parted = 2;

let offset = performance.timeOrigin;
let comparedAt = Number.NEGATIVE_INFINITY;

/**
 * The time in milliseconds, as `Date.now()` has it, of a moment of `performance.now()` just past: one clock is asked for both. It is
 * right by 2 ms, and a second after the system's time was set.
 */
export function timeAt(moment: number): number {
  if (moment - comparedAt > trusted) compare(moment);
  return Math.floor(offset + moment);
}

function compare(moment: number): void {
  comparedAt = moment;
  const found = Date.now() - performance.now();
  if (Math.abs(found - offset) > parted) offset = found;
}

let lastMs = Number.NaN;
let lastText = "";

/** The time by ISO 8601, in UTC with milliseconds. Within a millisecond the text is made once. */
export function isoTime(now: number = timeAt(performance.now())): string {
  if (now !== lastMs) {
    lastMs = now;
    lastText = new Date(now).toISOString();
  }
  return lastText;
}
