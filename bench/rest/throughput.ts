import { wrk } from "../load/wrk.ts";
import { cpuSeconds } from "../machine/proc.ts";
import { median, medianRatio } from "../report/statistics.ts";
import { ratio, type Table, whole } from "../report/table.ts";
import type { Case } from "./cases.ts";
import { baseline, type Contender } from "./contenders.ts";
import type { Subject, Workspace } from "./workspace.ts";

/** One round of one server. */
interface Round {
  readonly perCpuSecond: number;
  readonly perSecond: number;
}

export interface ThroughputOptions {
  readonly workspace: Workspace;
  readonly contenders: readonly Contender[];
  readonly rounds: number;
  readonly seconds: number;
  readonly logs: boolean;
}

/** Seconds of load before anything is measured: compilers are done then. */
const warmUpSeconds = 3;
const newUser = JSON.stringify({ name: "Ada Lovelace", email: "ada@example.com" });

/** Counts requests: all servers run, and are loaded in turn, so that a noisy minute is everyone's. */
export async function measureThroughput(each: Case, options: ThroughputOptions): Promise<Table> {
  const { workspace, contenders, rounds, seconds, logs } = options;
  const subjects: Subject[] = [];
  for (const contender of contenders) subjects.push(await workspace.start(contender, each.source, logs));
  const paths = each.writes ? workspace.list(["/users"]) : null;
  const body = each.writes ? newUser : undefined;
  const results = new Map<Subject, Round[]>(subjects.map((subject) => [subject, []]));
  try {
    for (const { server, ...own } of subjects)
      await wrk({ origin: server.origin, seconds: warmUpSeconds, paths: paths ?? own.paths, body });
    for (let round = 0; round < rounds; round++) {
      for (const [subject, found] of results)
        found.push(await measureRound(subject, { seconds, paths: paths ?? subject.paths, body }));
    }
  } finally {
    for (const { server } of subjects) await server.stop();
  }
  return toTable(`${each.title}, logs ${logs ? "on" : "off"}`, results);
}

async function measureRound(
  { server }: Subject,
  load: { readonly seconds: number; readonly paths: string; readonly body: string | undefined },
): Promise<Round> {
  const before = cpuSeconds(server.pid);
  const { requests, seconds } = await wrk({ origin: server.origin, ...load });
  if (requests === 0)
    throw new Error(`${server.origin} answered nothing in a round: the machine is too busy to measure`);
  return {
    perCpuSecond: requests / (cpuSeconds(server.pid) - before),
    perSecond: requests / seconds,
  };
}

function toTable(title: string, results: ReadonlyMap<Subject, readonly Round[]>): Table {
  const base = [...results].find(([{ contender }]) => contender.name === baseline)?.[1] ?? [];
  const rows = [...results].map(([{ contender }, rounds]) => {
    const perCpuSecond = median(rounds.map((round) => round.perCpuSecond));
    return [
      contender.title,
      whole(perCpuSecond),
      (1e6 / perCpuSecond).toFixed(1),
      ratio(medianRatio(rounds, base, (round) => round.perCpuSecond)),
      whole(median(rounds.map((round) => round.perSecond))),
    ];
  });
  return {
    title,
    columns: ["server", "requests per CPU-second", "CPU µs a request", "to Fastify", "requests/s"],
    rows,
  };
}
