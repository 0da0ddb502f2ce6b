import { httpRequest } from "../load/http-request.ts";
import { withIdle } from "../load/websocket.ts";
import { residentMiB } from "../machine/proc.ts";
import type { ServerProcess } from "../machine/server-process.ts";
import { median, medianRatio } from "../report/statistics.ts";
import { ratio, type Table } from "../report/table.ts";
import type { Row, RowOptions, RowResult } from "../side-by-side/row.ts";
import { type Contender, fourfold, ws } from "./contenders.ts";
import type { Preparations } from "./preparations.ts";

const connections = 10_000;
/** Open when memory is read for the first time: what is made once for all of them is no part of the growth. */
const few = 100;
const atMost = 0.8;
const title = `Memory of ${connections.toLocaleString("en")} idle WebSocket connections`;
const kibibytesOf = (bytes: number): number => bytes / 1024 / (connections - few);

/** What a connection adds to a server at rest, in KiB. */
interface Growth {
  /** Resident memory as soon as all are open, with the garbage of their opening. */
  readonly unsettled: number;
  /** Resident memory: what the machine must have for as long as they stay. */
  readonly resident: number;
  /** JavaScript's heap, and the memory outside it that belongs to its values. */
  readonly values: number;
}

/** What a server has, in bytes. */
interface Memory {
  readonly unsettled: number;
  readonly resident: number;
  readonly values: number;
}

/** Each round is a new process: memory that was once taken stays. */
export const idleMemory: Row<Preparations> = { name: "ws-idle", measure };

async function measure({ preparations, rounds }: RowOptions<Preparations>): Promise<RowResult> {
  const results = new Map<Contender, Growth[]>([fourfold, ws].map((contender) => [contender, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [contender, found] of results) found.push(await measureRound(contender, preparations));
  }
  const [ours = [], theirs = []] = [fourfold, ws].map((contender) => results.get(contender));
  const resident = medianRatio(ours, theirs, (round) => round.resident);
  const verdict = {
    work: title,
    against: ws.title,
    goal: `${atMost} × or less`,
    throughput: null,
    perCpuSecond: null,
    latency: null,
    memory: resident,
    isReached: resident <= atMost,
  };
  return { table: toTable(results), verdicts: [verdict] };
}

async function measureRound(contender: Contender, preparations: Preparations): Promise<Growth> {
  const server = await contender.start(preparations);
  try {
    const before = await withIdle(server.port, few, () => memoryOf(server));
    const after = await withIdle(server.port, connections, () => memoryOf(server));
    return {
      unsettled: kibibytesOf(after.unsettled - before.unsettled),
      resident: kibibytesOf(after.resident - before.resident),
      values: kibibytesOf(after.values - before.values),
    };
  } finally {
    await server.stop();
  }
}

/** Before and after garbage is collected. */
async function memoryOf(server: ServerProcess): Promise<Memory> {
  const unsettled = residentBytes(server);
  const { body } = await httpRequest({ port: server.port, method: "GET", path: "/settle" });
  const { heapUsed, external } = JSON.parse(body) as { readonly heapUsed: number; readonly external: number };
  return { unsettled, resident: residentBytes(server), values: heapUsed + external };
}

function residentBytes({ pid }: ServerProcess): number {
  return residentMiB(pid) * 2 ** 20;
}

/** In the order of the columns. */
const figures = [
  ({ resident }: Growth) => resident,
  ({ values }: Growth) => values,
  ({ unsettled }: Growth) => unsettled,
];

function toTable(results: ReadonlyMap<Contender, readonly Growth[]>): Table {
  const ours = results.get(fourfold) ?? [];
  const rows = [...results].map(([{ title: name }, rounds]) => [
    name,
    ...figures.map((figure) => median(rounds.map(figure)).toFixed(2)),
    ...figures.map((figure) => ratio(medianRatio(ours, rounds, figure))),
  ]);
  return {
    title,
    columns: [
      "server",
      "resident KiB a connection",
      "JavaScript KiB a connection",
      "resident just after opening",
      "fourfold's resident is × this",
      "and JavaScript's",
      "and just after opening",
    ],
    rows,
  };
}
