import { Counter, collectDefaultMetrics, Gauge, Registry } from "prom-client";
import type { MetricSample, ReadHistogram, ReadMetric } from "./metrics.ts";
import type { MetricsReport } from "./metrics-report.ts";
import { toReport } from "./prom-reports.ts";
import { ReadingHistogram, reportHistogram } from "./read-histogram.ts";
import { requestHistogram } from "./request-histogram.ts";
import type { RequestSeries } from "./request-series.ts";

/** Reads metrics and writes them down. The registry is for this once: the values live with who counts them. */
export function writeMetrics(
  metrics: Iterable<ReadMetric | ReadHistogram>,
  series: readonly RequestSeries[],
): Promise<string> {
  const registry = new Registry();
  new ReadingHistogram(registry, requestHistogram(series));
  for (const metric of metrics) {
    if (metric.type === "histogram") new ReadingHistogram(registry, metric);
    else register(metric, registry);
  }
  return registry.metrics();
}

/** Reads metrics, for another process. */
export async function reportMetrics(
  metrics: Iterable<ReadMetric | ReadHistogram>,
  series: readonly RequestSeries[],
): Promise<MetricsReport> {
  const registry = new Registry();
  const histograms = [reportHistogram(requestHistogram(series))];
  for (const metric of metrics) {
    if (metric.type === "histogram") histograms.push(reportHistogram(metric));
    else register(metric, registry);
  }
  return [...histograms, ...toReport(await registry.getMetricsAsJSON())];
}

function register({ name, help, type, labelNames = [], read }: ReadMetric, registry: Registry): void {
  const options = { name, help, labelNames, registers: [registry] };
  const samples = toSamples(read());
  if (type === "counter") {
    const counter = new Counter(options);
    for (const { labels, value } of samples) counter.inc({ ...labels }, value);
  } else {
    const gauge = new Gauge(options);
    for (const { labels, value } of samples) gauge.set({ ...labels }, value);
  }
}

function toSamples(values: number | readonly MetricSample[]): readonly MetricSample[] {
  return typeof values === "number" ? [{ labels: {}, value: values }] : values;
}

let processRegistry: Registry | null = null;

/**
 * The metrics of this process: processor time, memory, event loop delay, garbage collection. Watched from the first call
 * on, and once for all servers in the process, for they are the same and their watchers cannot be stopped.
 */
export function writeProcessMetrics(): Promise<string> {
  return watchProcess().metrics();
}

/** The same, for another process. */
export async function reportProcessMetrics(): Promise<MetricsReport> {
  return toReport(await watchProcess().getMetricsAsJSON());
}

function watchProcess(): Registry {
  if (processRegistry === null) {
    processRegistry = new Registry();
    collectDefaultMetrics({ register: processRegistry });
  }
  return processRegistry;
}
