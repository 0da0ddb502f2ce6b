import { fixedRate, type Latencies } from "../load/fixed-rate.ts";
import { wrk } from "../load/wrk.ts";
import { median } from "../report/statistics.ts";
import { milliseconds, type Table, whole } from "../report/table.ts";
import { baseline, type Contender } from "./contenders.ts";
import type { Subject, Workspace } from "./workspace.ts";

export interface LatencyOptions {
  readonly workspace: Workspace;
  readonly contenders: readonly Contender[];
  readonly rounds: number;
  readonly seconds: number;
}

/** Latencies at fixed rates: half of what each server can do, and for all of them half of what the baseline can do. */
export async function measureLatency(options: LatencyOptions): Promise<readonly Table[]> {
  const subjects: Subject[] = [];
  for (const contender of options.contenders)
    subjects.push(await options.workspace.start(contender, "memory", false));
  try {
    const most = await capacities(subjects, options.seconds);
    const base = subjects.find(({ contender }) => contender.name === baseline) ?? subjects[0];
    const common = (base === undefined ? 1000 : (most.get(base) ?? 1000)) / 2;
    return [
      await measure("Latency at one rate for all: half of Fastify's most", subjects, () => common, options),
      await measure(
        "Latency at half of each server's own most",
        subjects,
        (each) => (most.get(each) ?? 0) / 2,
        options,
      ),
    ];
  } finally {
    for (const { server } of subjects) await server.stop();
  }
}

/** Requests a second that each can do. */
async function capacities(
  subjects: readonly Subject[],
  seconds: number,
): Promise<ReadonlyMap<Subject, number>> {
  const most = new Map<Subject, number>();
  for (const subject of subjects) {
    const rates: number[] = [];
    for (let round = 0; round < 3; round++) {
      const result = await wrk({ origin: subject.server.origin, seconds, paths: subject.paths });
      rates.push(result.requests / result.seconds);
    }
    most.set(subject, median(rates));
  }
  return most;
}

async function measure(
  title: string,
  subjects: readonly Subject[],
  rateOf: (subject: Subject) => number,
  { rounds, seconds }: LatencyOptions,
): Promise<Table> {
  const results = new Map<Subject, Latencies[]>(subjects.map((subject) => [subject, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [subject, found] of results) {
      const { server, paths } = subject;
      found.push(await fixedRate({ port: server.port, rate: rateOf(subject), seconds, paths }));
    }
  }
  const rows = [...results].map(([subject, found]) => [
    subject.contender.title,
    whole(rateOf(subject)),
    whole(median(found.map(({ rate }) => rate))),
    milliseconds(median(found.map(({ p50 }) => p50))),
    milliseconds(median(found.map(({ p99 }) => p99))),
    milliseconds(Math.min(...found.map(({ p99 }) => p99))),
    milliseconds(median(found.map(({ p999 }) => p999))),
  ]);
  return {
    title,
    columns: ["server", "rate asked for", "rate reached", "p50 ms", "p99 ms", "least p99 ms", "p99.9 ms"],
    rows,
  };
}
