import { httpRequest } from "../load/http-request.ts";
import { cpuSeconds } from "../machine/proc.ts";
import type { ServerProcess } from "../machine/server-process.ts";
import type { Row, RowOptions, RowResult } from "../side-by-side/row.ts";
import { type Bomb, bombs } from "./bomb-documents.ts";
import { fourfold } from "./contenders.ts";
import type { Preparations } from "./preparations.ts";

const title = "Bombs of 100 KB: processor time until they are refused";

/** Milliseconds that one may take. */
const most = 10;
/** Of each, before it is measured and while it is. */
const requests = { before: 30, measured: 100 };

/** Each is sent again and again: documents that are refused are not kept. */
export const bombRow: Row<Preparations> = { name: "bombs", measure };

async function measure({ preparations }: RowOptions<Preparations>): Promise<RowResult> {
  const server = await fourfold("memory").start(preparations);
  const found: { readonly bomb: Bomb; readonly answer: string; readonly milliseconds: number }[] = [];
  try {
    for (const bomb of bombs) found.push({ bomb, ...(await refuse(server, bomb)) });
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
  const rows = found.map(({ bomb, answer, milliseconds }) => [
    bomb.what,
    String(bomb.body.length),
    milliseconds.toFixed(1),
    answer,
  ]);
  return { table: { title, columns: ["bomb", "bytes", "CPU ms", "answer"], rows }, verdicts: [verdict] };
}

async function refuse(
  server: ServerProcess,
  { body }: Bomb,
): Promise<{ readonly answer: string; readonly milliseconds: number }> {
  const send = () => httpRequest({ port: server.port, method: "POST", path: "/graphql", body });
  for (let index = 0; index < requests.before; index++) await send();
  const before = cpuSeconds(server.pid);
  let content = "";
  for (let index = 0; index < requests.measured; index++) content = (await send()).body;
  const milliseconds = (1000 * (cpuSeconds(server.pid) - before)) / requests.measured;
  const { errors } = JSON.parse(content) as { readonly errors?: readonly { readonly message: string }[] };
  // What is harmless is answered: a variable that nobody asks for, a field that is there.
  return { answer: (errors?.[0]?.message ?? "answered").slice(0, 80).replaceAll("|", ""), milliseconds };
}
