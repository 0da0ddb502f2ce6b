import type { DialectName } from "../load/live/dialects.ts";
import { whileConnected } from "../load/live/loaders.ts";
import { residentMiB } from "../machine/proc.ts";
import { median } from "../report/statistics.ts";
import { type Table, whole } from "../report/table.ts";
import type { Row, RowOptions, RowResult } from "../side-by-side/row.ts";
import { type Contender, fourfold, socketIo, ws } from "./contenders.ts";
import type { Preparations } from "./preparations.ts";

const clients = 10_000;
const mostMiB = 400;
/** A run of fewer says the same: the figures of new processes hardly differ. */
const mostRounds = 3;
const title = `Memory of one process with ${clients.toLocaleString("en")} clients that were told of something once`;

const works: readonly {
  readonly what: string;
  readonly dialect: DialectName;
  readonly peers: readonly Contender[];
}[] = [
  { what: "connections of a channel", dialect: "channel", peers: [ws("channel"), socketIo] },
  { what: "watches by JSON-RPC", dialect: "watch", peers: [ws("watch")] },
  { what: "GraphQL subscriptions", dialect: "graphql", peers: [] },
];

/** MiB that are resident. */
interface Resident {
  readonly atStart: number;
  readonly connected: number;
}

/** Each round is a new process: memory that was once taken stays. Nothing is collected first: this is what a machine needs. */
export const clientMemory: Row<Preparations> = { name: "memory", measure };

async function measure({ preparations, rounds }: RowOptions<Preparations>): Promise<RowResult> {
  const compared = works.flatMap(({ what, dialect, peers }) =>
    [fourfold(dialect), ...peers].map((contender) => ({ what, contender, found: [] as Resident[] })),
  );
  for (let round = 0; round < Math.min(rounds, mostRounds); round++) {
    for (const { contender, found } of compared) found.push(await measureRound(contender, preparations));
  }
  const verdicts = compared.flatMap(({ what, contender, found }) => {
    if (contender.title !== "fourfold") return [];
    const connected = median(found.map((each) => each.connected));
    return [
      {
        work: `${clients.toLocaleString("en")} clients: ${what}`,
        against: `${whole(connected)} MiB resident`,
        goal: `less than ${mostMiB} MB`,
        throughput: null,
        perCpuSecond: null,
        latency: null,
        memory: null,
        isReached: connected * 2 ** 20 < mostMiB * 1e6,
      },
    ];
  });
  return { table: toTable(compared), verdicts };
}

async function measureRound(contender: Contender, preparations: Preparations): Promise<Resident> {
  const server = await contender.start(preparations);
  try {
    const atStart = residentMiB(server.pid);
    const { dialect } = contender;
    const connected = await whileConnected({ port: server.port, dialect, receivers: clients }, async () =>
      residentMiB(server.pid),
    );
    return { atStart, connected };
  } finally {
    await server.stop();
  }
}

function toTable(
  compared: readonly {
    readonly what: string;
    readonly contender: Contender;
    readonly found: readonly Resident[];
  }[],
): Table {
  return {
    title,
    columns: ["clients", "server", "MiB at the start", "MiB with all clients", "KiB a client"],
    rows: compared.map(({ what, contender, found }) => {
      const atStart = median(found.map((each) => each.atStart));
      const connected = median(found.map((each) => each.connected));
      return [
        what,
        contender.title,
        whole(atStart),
        whole(connected),
        (((connected - atStart) * 1024) / clients).toFixed(1),
      ];
    }),
  };
}
