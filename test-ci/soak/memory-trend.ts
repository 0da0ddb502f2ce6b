/** What is looked at: MiB that are resident and of values, after so many seconds and requests. */
export interface MemorySample {
  readonly seconds: number;
  readonly resident: number;
  readonly values: number;
  readonly requests: number;
}

/** Before that, compilers and buffers still grow: of five minutes, the last three count. */
const warmUp = 0.4;

/** Of fewer samples in the part that counts, no slope is said to be the middle one. */
const leastCounted = 3;

/** How a figure went in the part of a run that counts. */
export interface Trend {
  /** MiB in the middle of the first and of the last tenth of the samples. */
  readonly from: number;
  readonly to: number;
  /** MiB by which it went up, by the middle slope of all pairs of samples (Theil and Sen): one high sample changes nothing. */
  readonly growth: number;
}

export interface MemoryTrend {
  readonly values: Trend;
  readonly resident: Trend;
  readonly seconds: number;
  /** Meanwhile. */
  readonly requests: number;
  readonly samples: number;
}

/** Whether a trend can be told of what was measured. */
export function areEnough(reports: readonly MemorySample[]): boolean {
  return countedOf(reports).length >= leastCounted;
}

/** Throws where too little was measured to say how it went. */
export function trendOf(reports: readonly MemorySample[]): MemoryTrend {
  const counted = countedOf(reports);
  const [first, last] = [counted[0], counted.at(-1)];
  if (first === undefined || last === undefined || !areEnough(reports))
    throw new Error(
      `A trend of memory needs ${leastCounted} samples after the first ${warmUp * 100} % of a run, and there are ${counted.length} ` +
        `of ${reports.length}: let it run for longer (SOAK_SECONDS, LIVE_SOAK_SECONDS)`,
    );
  return {
    values: toTrend(counted, "values"),
    resident: toTrend(counted, "resident"),
    seconds: last.seconds - first.seconds,
    requests: last.requests - first.requests,
    samples: counted.length,
  };
}

function countedOf(reports: readonly MemorySample[]): readonly MemorySample[] {
  const [began, ended] = [reports[0]?.seconds ?? 0, reports.at(-1)?.seconds ?? 0];
  return reports.filter(({ seconds }) => seconds >= began + (ended - began) * warmUp);
}

function toTrend(reports: readonly MemorySample[], name: "values" | "resident"): Trend {
  const tenth = Math.max(1, Math.round(reports.length / 10));
  const middle = (some: readonly MemorySample[]): number => middleOf(some.map((report) => report[name]));
  const slopes = reports.flatMap((later, index) =>
    reports
      .slice(0, index)
      .map((earlier) => (later[name] - earlier[name]) / (later.seconds - earlier.seconds)),
  );
  const seconds = (reports.at(-1)?.seconds ?? 0) - (reports[0]?.seconds ?? 0);
  return {
    from: middle(reports.slice(0, tenth)),
    to: middle(reports.slice(-tenth)),
    growth: middleOf(slopes) * seconds,
  };
}

function middleOf(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
