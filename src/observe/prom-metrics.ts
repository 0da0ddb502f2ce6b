import type { Metrics, ReadHistogram, ReadMetric } from "./metrics.ts";
import type { MetricsReport } from "./metrics-report.ts";
import { RequestMetrics } from "./request-metrics.ts";
import type { RequestObserver } from "./request-record.ts";
import type { RequestSeries, SeriesLabels } from "./request-series.ts";

/** What metrics are made with. */
export interface MetricsOptions {
  /** All error codes that may stand in a label; others are counted as `OTHER`. */
  readonly codes: Iterable<string>;
  /** Whether the process's own metrics are written too; true where absent. They are watched from the first `text` on. */
  readonly process?: boolean;
}

/** Starts metrics, for one server. */
export function createMetrics({ codes, process = true }: MetricsOptions): Metrics {
  return new PromMetrics(new RequestMetrics(codes), process);
}

class PromMetrics implements Metrics {
  readonly #requests: RequestMetrics;
  readonly #process: boolean;
  readonly #added: Map<string, ReadMetric | ReadHistogram>;

  constructor(requests: RequestMetrics, process: boolean) {
    this.#requests = requests;
    this.#process = process;
    this.#added = new Map();
    this.add(requestsTotal(requests));
    this.add(requestsInFlight(requests));
  }

  get requests(): RequestObserver {
    return this.#requests;
  }

  series(labels: SeriesLabels): RequestSeries {
    return this.#requests.series(labels);
  }

  add(metric: ReadMetric | ReadHistogram): void {
    if (this.#added.has(metric.name)) throw new Error(`There is a metric "${metric.name}" already`);
    this.#added.set(metric.name, metric);
  }

  async text(): Promise<string> {
    // Loading prom-client takes 50 ms, which the server's start is spared.
    const { writeMetrics, writeProcessMetrics } = await import("./prom-text.ts");
    const own = await writeMetrics(this.#added.values(), [...this.#requests.all()]);
    return this.#process ? own + (await writeProcessMetrics()) : own;
  }

  async report(): Promise<MetricsReport> {
    const { reportMetrics, reportProcessMetrics } = await import("./prom-text.ts");
    const own = await reportMetrics(this.#added.values(), [...this.#requests.all()]);
    return this.#process ? [...own, ...(await reportProcessMetrics())] : own;
  }
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
    read: () => requests.inFlight.map(({ protocol, count }) => ({ labels: { protocol }, value: count })),
  };
}
