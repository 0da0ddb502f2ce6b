const unitsInMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const pattern = /^(\d+(?:\.\d+)?) ?(ms|s|m|h|d)$/;

/**
 * Milliseconds of `"250ms"`, `"30s"`, `"5m"`, `"1h"` or `"7d"`; a number is milliseconds already. Throws a TypeError on
 * anything else: negative, endless, or without a unit.
 */
export function parseDuration(duration: number | string): number {
  const ms = typeof duration === "number" ? duration : fromText(duration);
  if (Number.isFinite(ms) && ms >= 0 && ms <= Number.MAX_SAFE_INTEGER) return ms;
  throw new TypeError(
    `"${duration}" is not a duration: write a number of milliseconds, or text such as "250ms", "30s", "5m", "1h" or "7d"`,
  );
}

function fromText(text: string): number {
  const match = pattern.exec(text);
  if (match === null) return Number.NaN;
  const [, amount, unit] = match;
  return Math.round(Number(amount) * (isUnit(unit) ? unitsInMs[unit] : Number.NaN));
}

function isUnit(unit: string | undefined): unit is keyof typeof unitsInMs {
  return unit !== undefined && Object.hasOwn(unitsInMs, unit);
}
