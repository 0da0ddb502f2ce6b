import { Histogram, type Registry } from "prom-client";
import type { HistogramSample, ReadHistogram } from "./metrics.ts";
import type { ReportedMetric } from "./metrics-report.ts";

/**
 * A histogram of prom-client that reads its values from who counts them, for prom-client's own `observe` takes longer than many
 * a request. prom-client asks `getForPromString` for the values, which its types do not declare: tested with the text.
 */
export class ReadingHistogram extends Histogram {
  readonly #metric: ReadHistogram;

  constructor(registry: Registry, metric: ReadHistogram) {
    super({ name: metric.name, help: metric.help, registers: [registry], buckets: [...metric.bounds] });
    this.#metric = metric;
  }

  /** What prom-client writes. */
  async getForPromString(): Promise<HistogramValues> {
    const { name, help } = this.#metric;
    return { name, help, type: "histogram", aggregator: "sum", values: valuesOf(this.#metric) };
  }
}

/** The same values, for another process. */
export function reportHistogram(metric: ReadHistogram): ReportedMetric {
  const values = valuesOf(metric).map(({ metricName, labels, sharedLabels, value }) => ({
    metricName,
    labels: { ...labels, ...sharedLabels },
    value,
  }));
  return { name: metric.name, help: metric.help, type: "histogram", aggregator: "sum", values };
}

/** The histogram as prom-client wants to have it. */
interface HistogramValues {
  readonly name: string;
  readonly help: string;
  readonly type: "histogram";
  readonly aggregator: "sum";
  readonly values: HistogramValue[];
}

/** One line of the text. */
interface HistogramValue {
  readonly metricName: string;
  readonly labels: Record<string, string | number>;
  readonly sharedLabels: Record<string, string>;
  readonly value: number;
}

function valuesOf(metric: ReadHistogram): HistogramValue[] {
  return metric.read().flatMap((sample) => linesOf(metric, sample));
}

/** None of a sample in which nothing was counted. */
function linesOf(
  { name, bounds }: ReadHistogram,
  { labels, counts, sum }: HistogramSample,
): HistogramValue[] {
  const sharedLabels = { ...labels };
  let count = 0;
  const values: HistogramValue[] = counts.map((each, bucket) => {
    count += each;
    return {
      metricName: `${name}_bucket`,
      labels: { le: bounds[bucket] ?? "+Inf" },
      sharedLabels,
      value: count,
    };
  });
  if (count === 0) return [];
  values.push({ metricName: `${name}_sum`, labels: {}, sharedLabels, value: sum });
  values.push({ metricName: `${name}_count`, labels: {}, sharedLabels, value: count });
  return values;
}
