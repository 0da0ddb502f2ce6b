import type { ReadHistogram } from "./metrics.ts";
import { bucketBounds, type RequestSeries } from "./request-series.ts";

/** The durations that the series have counted, in seconds. */
export function requestHistogram(series: readonly RequestSeries[]): ReadHistogram {
  return {
    name: "fourfold_request_duration_seconds",
    help: "Time from the request's head to the end of the answer, in seconds",
    type: "histogram",
    bounds: bucketBounds.map(toSeconds),
    read: () =>
      series.map(({ labels, buckets, totalMs }) => ({
        labels: { ...labels },
        counts: buckets,
        sum: toSeconds(totalMs),
      })),
  };
}

function toSeconds(ms: number): number {
  return ms / 1_000;
}
