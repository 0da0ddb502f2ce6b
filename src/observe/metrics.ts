import type { MetricsReport } from "./metrics-report.ts";
import type { RequestObserver } from "./request-record.ts";
import type { RequestSeries, SeriesLabels } from "./request-series.ts";

/** The server's metrics. Mounting asks for series, `server` adds what its parts count, `/metrics` reads the text. */
export interface Metrics {
  /** The series with these labels, made at the first asking: at mount, never at a request. */
  series(labels: SeriesLabels): RequestSeries;
  /** Counts requests in their series. */
  readonly requests: RequestObserver;
  /** Adds a metric whose values are read only when the metrics are. Throws where the name is taken. */
  add(metric: ReadMetric | ReadHistogram): void;
  /** Everything in Prometheus' text format; its media type is {@link metricsContentType}. */
  text(): Promise<string>;
  /** The same as values, for another process to put together with those of others. */
  report(): Promise<MetricsReport>;
}

export const metricsContentType = "text/plain; version=0.0.4; charset=utf-8";

/** A metric that reads its values from who counts them. */
export interface ReadMetric {
  readonly name: string;
  readonly help: string;
  readonly type: "counter" | "gauge";
  /** Names of the labels that its samples have; none where absent. */
  readonly labelNames?: readonly string[];
  readonly read: () => number | readonly MetricSample[];
}

/** A histogram that reads its buckets from who counts them. */
export interface ReadHistogram {
  readonly name: string;
  readonly help: string;
  readonly type: "histogram";
  /** Upper bounds of buckets. */
  readonly bounds: readonly number[];
  readonly read: () => readonly HistogramSample[];
}

/** One series of a histogram. */
export interface HistogramSample {
  readonly labels: Readonly<Record<string, string>>;
  /** How many in each bucket (not cumulative); the last is for those over every bound. */
  readonly counts: readonly number[];
  /** All values together. */
  readonly sum: number;
}

/** One value of a metric with labels. */
export interface MetricSample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}
