import type { Load } from "../load/load.ts";
import { cpuSeconds } from "../machine/proc.ts";
import type { ServerProcess } from "../machine/server-process.ts";
import { median, medianRatio } from "../report/statistics.ts";
import { ratio, type Table, whole } from "../report/table.ts";
import type { Contender } from "./contender.ts";
import type { Row, RowOptions, RowResult, Verdict } from "./row.ts";

/** A row in which something is done as often as it can be. */
export interface Work<Preparations> {
  readonly name: string;
  readonly title: string;
  /** What is counted, in the singular and in the plural. */
  readonly unit: readonly [string, string];
  readonly fourfold: Contender<Preparations>;
  /** Whom fourfold is held against, and how many times the peer's figure is asked for. */
  readonly against: readonly Goal<Preparations>[];
  /** The figure that is held against the goal. */
  readonly judgedBy: "throughput" | "perCpuSecond";
  load(target: Target<Preparations>): Promise<Load>;
  /** Asked for before anything is measured; `load` where it is absent, which is no good where that asks for little. */
  warmUp?(target: Target<Preparations>): Promise<unknown>;
  /** Seconds of processor time that the database behind all servers has taken so far; absent where there is none. */
  databaseSeconds?(preparations: Preparations): number;
  /** Done before each round and after it: throws where a server does not answer as it must. */
  check?(server: ServerProcess): Promise<void>;
}

export interface Goal<Preparations> {
  readonly peer: Contender<Preparations>;
  /** Null for a peer that is only shown. */
  readonly atLeast: number | null;
}

/** Where a load goes to, and for how long. */
export interface Target<Preparations> {
  readonly server: ServerProcess;
  readonly seconds: number;
  readonly preparations: Preparations;
  /** Told by loads that open much before they begin: processor time counts from there. */
  readonly begun?: () => void;
}

/** One round of one server. */
interface Round {
  readonly throughput: number;
  readonly perCpuSecond: number;
  /** Seconds of processor time of the database, for one unit; 0 where there is none. */
  readonly database: number;
  /** Part of the round in which the server's core was at work for it. */
  readonly busy: number;
}

type Results<Preparations> = ReadonlyMap<Contender<Preparations>, Round[]>;

const throughputOf = ({ throughput }: Round): number => throughput;
const perCpuSecondOf = ({ perCpuSecond }: Round): number => perCpuSecond;
const perCpuSecondOfBoth = ({ perCpuSecond, database }: Round): number => 1 / (1 / perCpuSecond + database);

/** Seconds of load before anything is measured: compilers are done then. */
const warmUpSeconds = 3;

export function throughputRow<Preparations>(work: Work<Preparations>): Row<Preparations> {
  return { name: work.name, measure: (options) => measure(work, options) };
}

/** All servers of a row run, and are loaded in turn, so that a noisy minute is everyone's. */
async function measure<Preparations>(
  work: Work<Preparations>,
  { preparations, rounds, seconds }: RowOptions<Preparations>,
): Promise<RowResult> {
  const contenders = [work.fourfold, ...work.against.map(({ peer }) => peer)];
  const servers = new Map<Contender<Preparations>, ServerProcess>();
  const results: Results<Preparations> = new Map(contenders.map((contender) => [contender, []]));
  try {
    for (const contender of contenders) {
      const server = await contender.start(preparations);
      servers.set(contender, server);
      const target = { server, seconds: Math.min(seconds, warmUpSeconds), preparations };
      await (work.warmUp ?? work.load)(target);
    }
    for (let round = 0; round < rounds; round++) {
      for (const [contender, server] of servers)
        results.get(contender)?.push(await measureRound(work, server, { seconds, preparations }));
    }
  } finally {
    for (const server of servers.values()) await server.stop();
  }
  const verdicts = work.against.flatMap(({ peer, atLeast }) =>
    atLeast === null ? [] : [judge(work, peer, atLeast, results)],
  );
  return { table: toTable(work, results), verdicts };
}

async function measureRound<Preparations>(
  work: Work<Preparations>,
  server: ServerProcess,
  options: Pick<Target<Preparations>, "seconds" | "preparations">,
): Promise<Round> {
  await work.check?.(server);
  const databaseSeconds = (): number => work.databaseSeconds?.(options.preparations) ?? 0;
  let before = cpuSeconds(server.pid);
  let databaseBefore = databaseSeconds();
  const begun = (): void => {
    before = cpuSeconds(server.pid);
    databaseBefore = databaseSeconds();
  };
  const { units, seconds } = await work.load({ ...options, server, begun });
  const cpu = cpuSeconds(server.pid) - before;
  const database = (databaseSeconds() - databaseBefore) / units;
  await work.check?.(server);
  if (units === 0)
    throw new Error(`${work.title}: nothing was done in a round: the machine is too busy to measure`);
  return { throughput: units / seconds, perCpuSecond: units / cpu, database, busy: cpu / seconds };
}

function toTable<Preparations>(
  { title, unit: [one, many], fourfold, databaseSeconds }: Work<Preparations>,
  results: Results<Preparations>,
): Table {
  const ours = results.get(fourfold) ?? [];
  const rows = [...results].map(([contender, rounds]) => {
    const perCpuSecond = median(rounds.map(perCpuSecondOf));
    return [
      contender.title,
      figure(median(rounds.map(throughputOf))),
      figure(perCpuSecond),
      (1e6 / perCpuSecond).toFixed(1),
      `${whole(100 * median(rounds.map((round) => round.busy)))} %`,
      ratio(medianRatio(ours, rounds, throughputOf)),
      ratio(medianRatio(ours, rounds, perCpuSecondOf)),
      ...(databaseSeconds === undefined
        ? []
        : [
            (1e6 * median(rounds.map(({ database }) => database))).toFixed(1),
            ratio(medianRatio(ours, rounds, perCpuSecondOfBoth)),
          ]),
    ];
  });
  return {
    title,
    columns: [
      "server",
      `${many} a second`,
      `${many} per CPU-second`,
      `CPU µs a ${one}`,
      "core busy",
      "fourfold's throughput is × this",
      "and per CPU-second",
      ...(databaseSeconds === undefined
        ? []
        : [`the database's CPU µs a ${one}`, "and per CPU-second of both"]),
    ],
    rows,
  };
}

function judge<Preparations>(
  work: Work<Preparations>,
  peer: Contender<Preparations>,
  atLeast: number,
  results: Results<Preparations>,
): Verdict {
  const [ours = [], theirs = []] = [work.fourfold, peer].map((contender) => results.get(contender));
  const throughput = medianRatio(ours, theirs, throughputOf);
  const perCpuSecond = medianRatio(ours, theirs, perCpuSecondOf);
  return {
    work: work.title,
    against: peer.title,
    goal: `${atLeast} ×${work.judgedBy === "throughput" ? "" : " per CPU-second"}`,
    throughput,
    perCpuSecond,
    ...(work.databaseSeconds === undefined
      ? {}
      : { perCpuSecondOfBoth: medianRatio(ours, theirs, perCpuSecondOfBoth) }),
    latency: null,
    memory: null,
    isReached: (work.judgedBy === "throughput" ? throughput : perCpuSecond) >= atLeast,
  };
}

function figure(value: number): string {
  return value < 100 ? value.toFixed(1) : whole(value);
}
