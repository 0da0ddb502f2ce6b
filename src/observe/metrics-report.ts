/** The metrics of one process as values, to be sent to another and put together with those of others there. */
export type MetricsReport = readonly ReportedMetric[];

/** One metric with its values. */
export interface ReportedMetric {
  readonly name: string;
  readonly help: string;
  /** `counter`, `gauge`, `histogram` or `summary`. */
  readonly type: string;
  /** How prom-client puts several together: `sum`, `first`, `min`, `max`, `average`, or `omit`. */
  readonly aggregator: string;
  readonly values: readonly ReportedValue[];
}

/** One value of a metric. */
export interface ReportedValue {
  readonly value: number;
  readonly labels: Readonly<Record<string, string | number>>;
  /** Where it differs from the metric's, as a histogram's `_bucket`. */
  readonly metricName?: string;
}

/** A report, and whose it is. */
export interface OwnedReport {
  /** Stands in the label `worker` of values of which a sum would say nothing; null for what is nobody's alone. */
  readonly worker: string | null;
  readonly report: MetricsReport;
}
