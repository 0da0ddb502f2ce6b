let lastMs = Number.NaN;
let lastText = "";

/** The time by ISO 8601, in UTC with milliseconds. Within a millisecond the text is made once. */
export function isoTime(now: number = Date.now()): string {
  if (now !== lastMs) {
    lastMs = now;
    lastText = new Date(now).toISOString();
  }
  return lastText;
}
