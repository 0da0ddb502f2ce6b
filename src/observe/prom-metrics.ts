import { Counter, Gauge, Registry } from "prom-client";
import type { Metrics, ReadMetric } from "./metrics.ts";
import { processMetrics } from "./process-metrics.ts";
import { RequestHistogram } from "./request-histogram.ts";
import { RequestMetrics } from "./request-metrics.ts";
import type { RequestObserver } from "./request-record.ts";
import type { RequestSeries, SeriesLabels } from "./request-series.ts";

/** What metrics are made with. */
export interface MetricsOptions {
  /** All error codes that may stand in a label; others are counted as `OTHER`. */
  readonly codes: Iterable<string>;
  /** Whether the process's own metrics are watched and written; true where absent. */
  readonly process?: boolean;
}

/** Starts metrics, on a registry of their own. Made by `server` when it starts. */
export function createMetrics({ codes, process = true }: MetricsOptions): Metrics {
  return new PromMetrics(new RequestMetrics(codes), process ? processMetrics() : null);
}

class PromMetrics implements Metrics {
  readonly #registry: Registry;
  readonly #process: Registry | null;
  readonly #requests: RequestMetrics;

  constructor(requests: RequestMetrics, process: Registry | null) {
    this.#registry = new Registry();
    this.#process = process;
    this.#requests = requests;
    new RequestHistogram(this.#registry, () => requests.all());
    this.add(requestsTotal(requests));
    this.add(requestsInFlight(requests));
  }

  get requests(): RequestObserver {
    return this.#requests;
  }

  series(labels: SeriesLabels): RequestSeries {
    return this.#requests.series(labels);
  }

  add(metric: ReadMetric): void {
    const { name, help, labelNames = [], read } = metric;
    const options = { name, help, labelNames, registers: [this.#registry] };
    if (metric.type === "counter") {
      new Counter({
        ...options,
        collect: readInto((counter, labels, value) => counter.inc(labels, value), read),
      });
    } else {
      new Gauge({ ...options, collect: readInto((gauge, labels, value) => gauge.set(labels, value), read) });
    }
  }

  async text(): Promise<string> {
    const own = await this.#registry.metrics();
    return this.#process === null ? own : own + (await this.#process.metrics());
  }
}

/** Sets a metric of prom-client anew, each time it is asked for its values. */
function readInto<M extends { reset(): void }>(
  put: (metric: M, labels: Record<string, string>, value: number) => void,
  read: ReadMetric["read"],
): (this: M) => void {
  return function collect(this: M): void {
    this.reset();
    const values = read();
    const samples = typeof values === "number" ? [{ labels: {}, value: values }] : values;
    for (const { labels, value } of samples) put(this, { ...labels }, value);
  };
}

function requestsTotal(requests: RequestMetrics): ReadMetric {
  return {
    name: "fourfold_requests_total",
    help: "Requests answered, by how they ended",
    type: "counter",
    labelNames: ["protocol", "operation", "version", "status", "code"],
    read: () =>
      [...requests.all()].flatMap((series) =>
        series.outcomes.map(({ status, code, count }) => ({
          labels: { ...series.labels, status: String(status), code },
          value: count,
        })),
      ),
  };
}

function requestsInFlight(requests: RequestMetrics): ReadMetric {
  return {
    name: "fourfold_requests_in_flight",
    help: "Requests that have started and not finished",
    type: "gauge",
    labelNames: ["protocol"],
    read: () => [...requests.inFlight].map(([protocol, value]) => ({ labels: { protocol }, value })),
  };
}
