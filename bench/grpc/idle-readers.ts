import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { whileOpen } from "../load/idle-process.ts";
import { residentMiB } from "../machine/proc.ts";
import { loadCore } from "../machine/server-process.ts";
import { median } from "../report/statistics.ts";
import { ratio, type Table, whole } from "../report/table.ts";
import type { Row, RowOptions, RowResult } from "../side-by-side/row.ts";
import { madeBy } from "./checks.ts";
import { type Contender, contenders } from "./contenders.ts";
import { numberAnswer } from "./messages.ts";
import type { Preparations } from "./preparations.ts";

const readers = 10;
/** Of one stream, if somebody read it. */
const messages = 100_000_000;
/** Of HTTP/2 (RFC 9113 §6.9.2), which the readers leave as it is. */
const windowBytes = 65_535;
const messageBytes = 5 + numberAnswer(1000).length;
/** What is made for a reader that takes nothing: its window, and as much again that waits in the server. */
const mostMade = Math.ceil((2 * windowBytes) / messageBytes);
/** They differ by nothing but the memory of a start. */
const mostRounds = 3;
const title = `Streams that nobody reads, ${readers} connections × 1 stream`;
const loader = join(import.meta.dirname, "../load/grpc-idle-readers.ts");

interface Held {
  /** Messages made for one reader. */
  readonly made: number;
  /** Made after a second in which none should have been. */
  readonly madeLater: number;
  /** MiB by which the server has grown. */
  readonly grown: number;
}

/** Each round is a new process: memory that was once taken stays. */
export const idleReaders: Row<Preparations> = { name: "idle-readers", measure };

async function measure({ preparations, rounds }: RowOptions<Preparations>): Promise<RowResult> {
  const { fourfold, grpcJs, connectNode, grpcGo } = contenders("off");
  const compared = [fourfold, grpcJs, connectNode, ...(grpcGo === null ? [] : [grpcGo])];
  const results = new Map<Contender, Held[]>(compared.map((contender) => [contender, []]));
  for (let round = 0; round < Math.min(rounds, mostRounds); round++) {
    for (const [contender, found] of results) found.push(await measureRound(contender, preparations));
  }
  const ours = results.get(fourfold) ?? [];
  const verdict = {
    work: title,
    against: "the window",
    goal: `at most ${whole(mostMade)} messages made a reader, and then none`,
    throughput: null,
    perCpuSecond: null,
    latency: null,
    memory: null,
    isReached: ours.every(({ made, madeLater }) => made <= mostMade && madeLater === 0),
  };
  return { table: toTable(results), verdicts: [verdict] };
}

async function measureRound(contender: Contender, preparations: Preparations): Promise<Held> {
  const server = await contender.start(preparations);
  try {
    const before = residentMiB(server.pid);
    const command = ["taskset", "--cpu-list", loadCore, process.execPath, loader];
    const options = [`--port=${server.port}`, `--readers=${readers}`, `--messages=${messages}`];
    return await whileOpen([...command, ...options], async () => {
      await pause(500);
      const made = await madeBy(server.port);
      await pause(1000);
      const later = await madeBy(server.port);
      return {
        made: later / readers,
        madeLater: (later - made) / readers,
        grown: residentMiB(server.pid) - before,
      };
    });
  } finally {
    await server.stop();
  }
}

function toTable(results: ReadonlyMap<Contender, readonly Held[]>): Table {
  return {
    title,
    columns: [
      "server",
      "messages made a reader",
      "KiB of them",
      "made a second later",
      "resident MiB grown by",
    ],
    rows: [...results].map(([contender, rounds]) => {
      const made = median(rounds.map((round) => round.made));
      return [
        contender.title,
        whole(made),
        whole((made * messageBytes) / 1024),
        whole(median(rounds.map(({ madeLater }) => madeLater))),
        ratio(median(rounds.map(({ grown }) => grown))),
      ];
    }),
  };
}
