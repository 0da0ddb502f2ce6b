import { fixedRate, type Latencies } from "../load/fixed-rate.ts";
import { wrk } from "../load/wrk.ts";
import type { ServerProcess } from "../machine/server-process.ts";
import { median, medianRatio } from "../report/statistics.ts";
import { milliseconds, ratio, type Table, whole } from "../report/table.ts";
import type { Row, RowOptions, RowResult } from "../side-by-side/row.ts";
import { pathsOf } from "./asking.ts";
import { askingOf, type Contender, fastify, fourfold } from "./contenders.ts";
import type { Preparations } from "./preparations.ts";

const title = "Latency of GET /users/{id}, random ids, 64 connections";

const quantiles = [
  { name: "p50", of: ({ p50 }: Latencies) => p50 },
  { name: "p99", of: ({ p99 }: Latencies) => p99 },
  { name: "p99.9", of: ({ p999 }: Latencies) => p999 },
];

/** How they are asked: at parts of Fastify's most, or without a pause. */
const loads = [
  { name: "without a pause", part: null },
  { name: "at a twentieth of Fastify's most", part: 0.05 },
  { name: "at half of Fastify's most", part: 0.5 },
];

/** Latencies of those who ask again when they are answered, and at fixed rates. */
export const latency: Row<Preparations> = { name: "latency", measure };

async function measure(options: RowOptions<Preparations>): Promise<RowResult> {
  const { preparations, rounds } = options;
  const servers = new Map<Contender, ServerProcess>();
  try {
    let most = 0;
    for (const contender of [fourfold, fastify]) {
      const server = await contender.start(preparations);
      servers.set(contender, server);
      // The compilers of both are done by then, which would share the core with what is measured.
      most = await mostOf(server, options);
    }
    const rows: string[][] = [];
    const verdicts: RowResult["verdicts"][number][] = [];
    for (const { name, part } of loads) {
      const rate = part === null ? null : most * part;
      const results = new Map([...servers.keys()].map((contender) => [contender, [] as Latencies[]]));
      for (let round = 0; round < rounds; round++)
        for (const [contender, server] of servers)
          results.get(contender)?.push(await measureRound(server, rate, options));
      rows.push(...toRows(name, rate, results));
      verdicts.push(judge(name, results));
    }
    const columns = ["server, and how it is asked", "rate", "rate reached"];
    const table: Table = {
      title,
      columns: [...columns, ...quantiles.map((each) => `${each.name} ms`)],
      rows,
    };
    return { table, verdicts };
  } finally {
    for (const server of servers.values()) await server.stop();
  }
}

/** Requests a second of a server that is warm. */
async function mostOf(
  server: ServerProcess,
  { preparations, seconds }: RowOptions<Preparations>,
): Promise<number> {
  await askingOf(server).load({ server, seconds: 3, preparations }, "columns");
  const rates: number[] = [];
  for (let round = 0; round < 3; round++) {
    const load = await askingOf(server).load({ server, seconds, preparations }, "columns");
    rates.push(load.units / load.seconds);
  }
  return median(rates);
}

async function measureRound(
  { port, origin }: ServerProcess,
  rate: number | null,
  { preparations, seconds }: RowOptions<Preparations>,
): Promise<Latencies> {
  const paths = pathsOf(preparations);
  if (rate !== null) return fixedRate({ port, rate, seconds, paths });
  const { requests, seconds: taken, latencies } = await wrk({ origin, seconds, paths });
  return { rate: requests / taken, ...latencies };
}

function toRows(
  load: string,
  rate: number | null,
  results: ReadonlyMap<Contender, readonly Latencies[]>,
): readonly string[][] {
  return [...results].map(([contender, found]) => [
    `${contender.title}, ${load}`,
    rate === null ? "" : whole(rate),
    whole(median(found.map((each) => each.rate))),
    ...quantiles.map(({ of }) => milliseconds(median(found.map(of)))),
  ]);
}

function judge(
  load: string,
  results: ReadonlyMap<Contender, readonly Latencies[]>,
): RowResult["verdicts"][number] {
  const [ours = [], theirs = []] = [fourfold, fastify].map((contender) => results.get(contender));
  const part = medianRatio(ours, theirs, ({ p99 }) => p99);
  return {
    work: `${title}: 99 % ${load}`,
    against: fastify.title,
    goal: "1 × or less",
    throughput: null,
    perCpuSecond: null,
    latency: Number(ratio(part)),
    memory: null,
    isReached: part <= 1,
  };
}
