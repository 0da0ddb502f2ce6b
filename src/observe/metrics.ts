import type { RequestObserver } from "./request-record.ts";
import type { RequestSeries, SeriesLabels } from "./request-series.ts";

/** The server's metrics. Mounting asks for series, `server` adds what its parts count, `/metrics` reads the text. */
export interface Metrics {
  /** The series with these labels, made at first asking: at mount, never at a request. */
  series(labels: SeriesLabels): RequestSeries;
  /** Counts requests in their series. */
  readonly requests: RequestObserver;
  /** Adds a metric whose values are read only when the metrics are. */
  add(metric: ReadMetric): void;
  /** Everything in Prometheus' text format, version 0.0.4. */
  text(): Promise<string>;
  /** The text's media type. */
  readonly contentType: string;
}

/** A metric that reads its values from who counts them. */
export interface ReadMetric {
  readonly name: string;
  readonly help: string;
  readonly type: "counter" | "gauge";
  readonly read: () => number | readonly MetricSample[];
}

/** One value of a metric with labels. */
export interface MetricSample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}
