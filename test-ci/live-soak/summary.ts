import type { LiveSoakReport } from "./live-soak.ts";

/** The figures of a run, in lines. */
export function summaryOf({
  course,
  memory,
  clients,
  writers,
  settled,
  left,
}: LiveSoakReport): readonly string[] {
  const step = Math.ceil(course.length / 10);
  const { values, resident } = memory;
  return [
    ...course
      .filter((_, index) => (course.length - 1 - index) % step === 0)
      .map(
        (each) =>
          `${each.seconds.toFixed(0)} s: ${each.resident.toFixed(1)} MiB resident, ${each.values.toFixed(2)} MiB of values, ` +
          `${each.watches} watches, ${each.members} in rooms`,
      ),
    `${clients.joined} joins, ${clients.resumed} of them from a position; ${clients.stalled} stalls`,
    `${clients.told} changes and messages told, of ${writers.changes} writes and ${writers.messages} messages`,
    `${clients.tooSlow} ended as too slow, ${clients.cut} cut off while they stalled, ${clients.unheard} before they had heard anything; ${clients.missed} messages told to be missed`,
    `values from ${values.from.toFixed(1)} to ${values.to.toFixed(1)} MiB, by ${values.growth.toFixed(2)} MiB as a trend`,
    `resident from ${resident.from.toFixed(1)} to ${resident.to.toFixed(1)} MiB, by ${resident.growth.toFixed(2)} MiB as a trend`,
    `${settled.values.toFixed(1)} MiB of values with all clients, ${left.values.toFixed(1)} MiB when they had left`,
  ];
}
