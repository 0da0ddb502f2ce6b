import { readFileSync, rmSync } from "node:fs";
import { h2load } from "../load/h2load.ts";
import type { ServerProcess } from "../machine/server-process.ts";
import { median, medianRatio } from "../report/statistics.ts";
import { ratio, type Table, whole } from "../report/table.ts";
import { getUserPath } from "../servers/grpc/service.ts";
import type { Row, RowOptions, RowResult } from "../side-by-side/row.ts";
import { checkUser } from "./checks.ts";
import { type Contender, contenders } from "./contenders.ts";
import type { Preparations } from "./preparations.ts";
import { callUser, fields } from "./unary.ts";

const atMost = 0.6;
/** Of a round: thousands of calls, which more would not make truer. */
const mostSeconds = 2;
const title = "GetUser from memory, one connection, one call at a time, logs on";

/** Microseconds from a call to the end of its answer. */
interface Latencies {
  readonly p50: number;
  readonly p99: number;
}

const p50Of = ({ p50 }: Latencies): number => p50;
const p99Of = ({ p99 }: Latencies): number => p99;

/** Latency of calls that nobody else's wait for. */
export const latency: Row<Preparations> = { name: "latency", measure };

async function measure({ preparations, rounds, seconds }: RowOptions<Preparations>): Promise<RowResult> {
  const { fourfold, grpcJs, grpcGo } = contenders("on");
  const compared = [fourfold, grpcJs, ...(grpcGo === null ? [] : [grpcGo])];
  const servers = new Map<Contender, ServerProcess>();
  const results = new Map<Contender, Latencies[]>(compared.map((contender) => [contender, []]));
  try {
    for (const contender of compared) {
      const server = await contender.start(preparations);
      servers.set(contender, server);
      await callUser({ server, seconds, preparations });
      await measureRound(server, seconds, preparations);
    }
    for (let round = 0; round < rounds; round++) {
      for (const [contender, server] of servers)
        results.get(contender)?.push(await measureRound(server, seconds, preparations));
    }
  } finally {
    for (const server of servers.values()) await server.stop();
  }
  const [ours = [], theirs = []] = [fourfold, grpcJs].map((contender) => results.get(contender));
  const verdicts = [p50Of, p99Of].map((figure) => {
    const part = medianRatio(ours, theirs, figure);
    return {
      work: `${title}: ${figure === p50Of ? "median" : "99 %"}`,
      against: grpcJs.title,
      goal: `${atMost} × or less`,
      throughput: null,
      perCpuSecond: null,
      latency: part,
      memory: null,
      isReached: part <= atMost,
    };
  });
  return { table: toTable(results, ours), verdicts };
}

async function measureRound(
  server: ServerProcess,
  seconds: number,
  preparations: Preparations,
): Promise<Latencies> {
  const log = preparations.file("latencies");
  // h2load appends.
  rmSync(log, { force: true });
  await checkUser(server.port);
  await h2load({
    url: `${server.origin}${getUserPath}`,
    connections: 1,
    streams: 1,
    until: { seconds: Math.min(seconds, mostSeconds) },
    http: "2",
    content: preparations.userCall,
    fields,
    log,
  });
  await checkUser(server.port);
  const sorted = readFileSync(log, "utf8")
    .trim()
    .split("\n")
    .map((line) => Number(line.split("\t")[2]))
    .toSorted((one, other) => one - other);
  const quantile = (part: number): number => sorted[Math.ceil(sorted.length * part) - 1] ?? Number.NaN;
  return { p50: quantile(0.5), p99: quantile(0.99) };
}

function toTable(results: ReadonlyMap<Contender, readonly Latencies[]>, ours: readonly Latencies[]): Table {
  return {
    title,
    columns: ["server", "p50 µs", "p99 µs", "fourfold's p50 is × this", "and p99"],
    rows: [...results].map(([contender, rounds]) => [
      contender.title,
      ...[p50Of, p99Of].map((figure) => whole(median(rounds.map(figure)))),
      ...[p50Of, p99Of].map((figure) => ratio(medianRatio(ours, rounds, figure))),
    ]),
  };
}
