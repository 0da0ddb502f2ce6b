import { ratio, type Table } from "../report/table.ts";
import type { Verdict } from "./row.ts";

/** In the order of the columns. */
const figures = [
  { name: "throughput", of: ({ throughput }: Verdict) => throughput },
  { name: "per CPU-second", of: ({ perCpuSecond }: Verdict) => perCpuSecond },
  {
    name: "and the database's",
    of: ({ perCpuSecondOfBoth }: Verdict) => perCpuSecondOfBoth ?? null,
  },
  { name: "latency", of: ({ latency }: Verdict) => latency },
  { name: "memory", of: ({ memory }: Verdict) => memory },
];

/** All verdicts of a run; a figure that none of them has is no column. */
export function toSummary(verdicts: readonly Verdict[]): Table {
  const stated = figures.filter(({ of }) => verdicts.some((verdict) => of(verdict) !== null));
  return {
    title: "What is asked for, and what there is",
    columns: ["work", "against", "asked for", ...stated.map(({ name }) => name), "reached"],
    rows: verdicts.map((verdict) => [
      verdict.work,
      verdict.against,
      verdict.goal,
      ...stated.map(({ of }) => multiple(of(verdict))),
      verdict.isReached ? "yes" : "**no**",
    ]),
  };
}

function multiple(value: number | null): string {
  return value === null ? "" : `${ratio(value)} ×`;
}
