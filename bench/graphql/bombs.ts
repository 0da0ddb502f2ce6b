import { setTimeout as pause } from "node:timers/promises";
import { type HttpAnswer, httpRequest } from "../load/http-request.ts";
import { cpuSeconds } from "../machine/proc.ts";
import type { ServerProcess } from "../machine/server-process.ts";
import type { Row, RowOptions, RowResult } from "../side-by-side/row.ts";
import type { Bomb } from "./bomb.ts";
import { bombs } from "./bomb-documents.ts";
import { fourfold } from "./contenders.ts";
import type { Preparations } from "./preparations.ts";

const title = "Bombs of 100 KB: processor time until they are refused";

/** Milliseconds that one may take. */
const most = 10;
/** Of each, before it is measured and while it is. */
const requests = { before: 30, measured: 100 };

/** Those that a bomb is the second request of, and how long each has to finish what its start has begun. */
const freshProcesses = 3;
const settleMs = 200;

/** Each is sent again and again: documents that are refused are not kept. */
export const bombRow: Row<Preparations> = { name: "bombs", measure };

async function measure({ preparations }: RowOptions<Preparations>): Promise<RowResult> {
  const server = await fourfold("memory").start(preparations);
  const found: Found[] = [];
  try {
    for (const bomb of bombs)
      found.push({ bomb, ...(await refuse(server, bomb)), first: await first(preparations, bomb) });
  } finally {
    await server.stop();
  }
  const slowest = Math.max(...found.map(({ milliseconds }) => milliseconds));
  const verdict = {
    work: title,
    against: "",
    goal: `${most} ms or less (slowest: ${slowest.toFixed(1)})`,
    throughput: null,
    perCpuSecond: null,
    latency: null,
    memory: null,
    isReached: slowest <= most,
  };
  const rows = found.map(({ bomb, answer, milliseconds, first }) => [
    bomb.what,
    String(bomb.body.length),
    milliseconds.toFixed(1),
    first.toFixed(1),
    answer,
  ]);
  const columns = ["bomb", "bytes", "CPU ms", "of a process's first", "answer"];
  return { table: { title, columns, rows }, verdicts: [verdict] };
}

interface Found {
  readonly bomb: Bomb;
  readonly answer: string;
  readonly milliseconds: number;
  /** What a process takes that has answered no more than one small query. */
  readonly first: number;
}

/** The median of a few fresh processes: what compilers do meanwhile is counted, and differs. */
async function first(preparations: Preparations, bomb: Bomb): Promise<number> {
  const times: number[] = [];
  for (let index = 0; index < freshProcesses; index++) {
    const server = await fourfold("memory").start(preparations);
    try {
      await pause(settleMs);
      const before = cpuSeconds(server.pid);
      await send(server, bomb);
      times.push(1000 * (cpuSeconds(server.pid) - before));
    } finally {
      await server.stop();
    }
  }
  return times.sort((one, other) => one - other)[Math.floor(freshProcesses / 2)] ?? 0;
}

function send({ port }: ServerProcess, { body }: Bomb): Promise<HttpAnswer> {
  return httpRequest({ port, method: "POST", path: "/graphql", body });
}

async function refuse(
  server: ServerProcess,
  bomb: Bomb,
): Promise<{ readonly answer: string; readonly milliseconds: number }> {
  for (let index = 0; index < requests.before; index++) await send(server, bomb);
  const before = cpuSeconds(server.pid);
  let content = "";
  for (let index = 0; index < requests.measured; index++) content = (await send(server, bomb)).body;
  const milliseconds = (1000 * (cpuSeconds(server.pid) - before)) / requests.measured;
  const { errors } = JSON.parse(content) as { readonly errors?: readonly { readonly message: string }[] };
  // What is harmless is answered: a variable that nobody asks for, a field that is there.
  return { answer: (errors?.[0]?.message ?? "answered").slice(0, 80).replaceAll("|", ""), milliseconds };
}
