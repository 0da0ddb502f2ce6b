import { AggregatorRegistry } from "prom-client";
import type { MetricsReport, OwnedReport, ReportedMetric } from "./metrics-report.ts";

/**
 * Puts the metrics of several processes together in Prometheus' text format. What can be summed is; of what cannot, such
 * as the delay of an event loop, each process has its own value.
 */
export function writeReports(reports: readonly OwnedReport[]): Promise<string> {
  return AggregatorRegistry.aggregate(reports.map(labelled)).metrics();
}

/** Sums what only ever grows. Kept for processes that are gone, so that no counter falls when one ends. */
export async function sumCounts(reports: readonly MetricsReport[]): Promise<MetricsReport> {
  const counts = reports.map((report) => report.filter(({ type }) => type !== "gauge"));
  return toReport(await AggregatorRegistry.aggregate(counts).getMetricsAsJSON());
}

/** What prom-client gives as JSON, in its own words. */
export function toReport(
  metrics: readonly (Omit<ReportedMetric, "type" | "values"> & {
    readonly type: unknown;
    readonly values: readonly GivenValue[];
  })[],
): MetricsReport {
  return metrics.map(({ name, help, type, aggregator, values }) => ({
    name,
    help,
    type: String(type),
    aggregator,
    values: values.map(({ value, labels, metricName }) => ({
      value,
      labels: definedLabels(labels),
      ...(metricName === undefined ? {} : { metricName }),
    })),
  }));
}

interface GivenValue {
  readonly value: number;
  readonly labels: Readonly<Partial<Record<string, string | number>>>;
  readonly metricName?: string;
}

function definedLabels(labels: GivenValue["labels"]): Readonly<Record<string, string | number>> {
  return Object.fromEntries(
    Object.entries(labels).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

function labelled({ worker, report }: OwnedReport): MetricsReport {
  if (worker === null) return report;
  return report.map((metric) =>
    metric.aggregator === "sum" || metric.aggregator === "first"
      ? metric
      : {
          ...metric,
          aggregator: "sum",
          values: metric.values.map((each) => ({ ...each, labels: { ...each.labels, worker } })),
        },
  );
}
