import { delays } from "../load/live/loaders.ts";
import type { ServerProcess } from "../machine/server-process.ts";
import { median, medianRatio } from "../report/statistics.ts";
import { milliseconds, ratio, type Table } from "../report/table.ts";
import type { Row, RowOptions, RowResult } from "../side-by-side/row.ts";
import { type Contender, fourfold, socketIo, ws } from "./contenders.ts";
import type { Preparations } from "./preparations.ts";

const receivers = 1_000;
/** Messages a second: what keeps `ws` at work for about two thirds of its time. */
const rate = 80;
const atMost = 0.5;
const title = `From sending to the last of ${receivers.toLocaleString("en")} receivers of a channel, ${rate} messages a second at random`;

/** Milliseconds. */
interface Delays {
  readonly rate: number;
  readonly p50: number;
  readonly p99: number;
}

const p50Of = ({ p50 }: Delays): number => p50;
const p99Of = ({ p99 }: Delays): number => p99;

/** Delays at a load that all of them can bear. */
export const channelDelays: Row<Preparations> = { name: "channel-delay", measure };

async function measure({ preparations, rounds, seconds }: RowOptions<Preparations>): Promise<RowResult> {
  const [ours, peer] = [fourfold("channel"), ws("channel")];
  const results = new Map<Contender, Delays[]>([ours, peer, socketIo].map((each) => [each, []]));
  const servers = new Map<Contender, ServerProcess>();
  try {
    for (const contender of results.keys()) {
      const server = await contender.start(preparations);
      servers.set(contender, server);
      await measureRound(contender, server, seconds);
    }
    for (let round = 0; round < rounds; round++) {
      for (const [contender, server] of servers)
        results.get(contender)?.push(await measureRound(contender, server, seconds));
    }
  } finally {
    for (const server of servers.values()) await server.stop();
  }
  const [our = [], theirs = []] = [ours, peer].map((each) => results.get(each));
  const part = medianRatio(our, theirs, p99Of);
  const verdict = {
    work: `${title}: 99 %`,
    against: peer.title,
    goal: `${atMost} × or less`,
    throughput: null,
    perCpuSecond: null,
    latency: part,
    memory: null,
    isReached: part <= atMost,
  };
  return { table: toTable(results, our), verdicts: [verdict] };
}

function measureRound({ dialect }: Contender, { port }: ServerProcess, seconds: number): Promise<Delays> {
  return delays({ port, dialect, receivers }, { rate, seconds });
}

function toTable(results: ReadonlyMap<Contender, readonly Delays[]>, ours: readonly Delays[]): Table {
  return {
    title,
    columns: ["server", "messages a second", "p50 ms", "p99 ms", "fourfold's p50 is × this", "and p99"],
    rows: [...results].map(([contender, rounds]) => [
      contender.title,
      median(rounds.map((round) => round.rate)).toFixed(1),
      ...[p50Of, p99Of].map((figure) => milliseconds(median(rounds.map(figure)))),
      ...[p50Of, p99Of].map((figure) => ratio(medianRatio(ours, rounds, figure))),
    ]),
  };
}
