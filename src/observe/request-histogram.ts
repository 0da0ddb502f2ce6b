import { Histogram, type Registry } from "prom-client";
import type { ReportedMetric } from "./metrics-report.ts";
import { bucketBounds, type RequestSeries } from "./request-series.ts";

const name = "fourfold_request_duration_seconds";
const help = "Time from the request's head to the end of the answer, in seconds";

/**
 * The series' durations as a histogram of prom-client, whose own `observe` takes longer than many a request. It asks
 * `getForPromString` for the values, which its types do not declare: tested with the text.
 */
export class RequestHistogram extends Histogram {
  readonly #series: readonly RequestSeries[];

  constructor(registry: Registry, series: readonly RequestSeries[]) {
    super({ name, help, registers: [registry], buckets: bucketBounds.map(toSeconds) });
    this.#series = series;
  }

  /** What prom-client writes. */
  async getForPromString(): Promise<HistogramValues> {
    const values = this.#series.flatMap(valuesOf);
    return { name, help, type: "histogram", aggregator: "sum", values };
  }
}

/** The same values, for another process. */
export function reportDurations(series: readonly RequestSeries[]): ReportedMetric {
  const values = series.flatMap(valuesOf).map(({ metricName, labels, sharedLabels, value }) => ({
    metricName,
    labels: { ...labels, ...sharedLabels },
    value,
  }));
  return { name, help, type: "histogram", aggregator: "sum", values };
}

/** The histogram as prom-client wants to have it. */
export interface HistogramValues {
  readonly name: string;
  readonly help: string;
  readonly type: "histogram";
  readonly aggregator: "sum";
  readonly values: HistogramValue[];
}

/** One line of the text. */
export interface HistogramValue {
  readonly metricName: string;
  readonly labels: Record<string, string | number>;
  readonly sharedLabels: Record<string, string>;
  readonly value: number;
}

function valuesOf(series: RequestSeries): HistogramValue[] {
  const sharedLabels = { ...series.labels };
  let count = 0;
  const values: HistogramValue[] = series.buckets.map((requests, bucket) => {
    count += requests;
    const bound = bucketBounds[bucket];
    const le = bound === undefined ? "+Inf" : toSeconds(bound);
    return { metricName: `${name}_bucket`, labels: { le }, sharedLabels, value: count };
  });
  if (count === 0) return [];
  values.push({ metricName: `${name}_sum`, labels: {}, sharedLabels, value: toSeconds(series.totalMs) });
  values.push({ metricName: `${name}_count`, labels: {}, sharedLabels, value: count });
  return values;
}

function toSeconds(ms: number): number {
  return ms / 1_000;
}
