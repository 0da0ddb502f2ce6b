import type { Trend } from "./memory-trend.ts";
import type { SoakReport } from "./soak.ts";
import { growthAllowed } from "./verdict.ts";

/** The figures of a run, in lines. */
export function summaryOf(report: SoakReport): readonly string[] {
  const { before, after, drain } = report;
  const { webSockets, busy, slow } = after;
  return [
    ...courseOf(report),
    ...memoryOf(report),
    `${webSockets.gone} idle WebSockets: ${webSockets.pings} pings answered; ${webSockets.passed} others came and left`,
    ...Object.entries(busy.trials).map(
      ([path, { sent, answered, cut, refused, abandoned }]) =>
        `${path}: ${sent} sent, ${answered} answered, ${cut} broken off by the client, ` +
        `${abandoned} cut with their connection, ${refused} refused while draining`,
    ),
    `${before.busy.open} busy connections: ${busy.reopened} closed and opened again`,
    ...before.slow.map(
      ({ httpVersion, received }) =>
        `slow reader, HTTP/${httpVersion}: ${(received / 2 ** 20).toFixed(1)} MiB before the drain`,
    ),
    `slow readers in the end: ${slow.map(({ end }) => end).join(", ")}`,
    `drained in ${drain.toFixed(0)} ms`,
  ];
}

/** A tenth of what was measured. */
function courseOf({ course }: SoakReport): readonly string[] {
  const step = Math.ceil(course.length / 10);
  return course
    .filter((_, index) => (course.length - 1 - index) % step === 0)
    .map(
      ({ seconds, resident, values, connections, requests }) =>
        `${seconds.toFixed(0)} s: ${resident.toFixed(1)} MiB resident, ${values.toFixed(2)} MiB of values, ` +
        `${connections} connections, ${requests} requests`,
    );
}

function memoryOf({ memory }: SoakReport): readonly string[] {
  const { values, resident, seconds, requests, samples } = memory;
  const wentBy = ({ from, to, growth }: Trend): string =>
    `from ${from.toFixed(1)} to ${to.toFixed(1)} MiB, by ${growth.toFixed(2)} MiB as a trend`;
  const visible = (growthAllowed.values * 2 ** 20) / requests;
  return [
    `the last ${seconds.toFixed(0)} s: ${requests} requests, ${samples} samples`,
    `values went ${wentBy(values)} (${growthAllowed.values} allowed)`,
    `resident memory went ${wentBy(resident)} (${growthAllowed.resident} allowed)`,
    `a leak of ${Math.ceil(visible)} bytes a request would have shown`,
  ];
}
