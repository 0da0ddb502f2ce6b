import { wrkBodies } from "../load/wrk-bodies.ts";
import { residentMiB } from "../machine/proc.ts";
import { whole } from "../report/table.ts";
import type { Row, RowOptions, RowResult } from "../side-by-side/row.ts";
import { type Contender, fourfold, mercurius } from "./contenders.ts";
import { listUsers, toBody } from "./documents.ts";
import type { Preparations } from "./preparations.ts";

const seconds = 60;
const connections = 8;

/** Resident memory while the list of a thousand users with ten posts each is asked for, for a minute. */
export const listMemory: Row<Preparations> = { name: "list-memory", measure };

async function measure({ preparations }: RowOptions<Preparations>): Promise<RowResult> {
  const rows: string[][] = [];
  for (const contender of [fourfold("memory"), mercurius("memory")])
    rows.push([contender.title, ...(await memoryOf(contender, preparations)).map(whole)]);
  const title = `Memory in MiB while ${connections} connections ask for the list, for a minute`;
  return { table: { title, columns: ["server", "before", "most", "after"], rows }, verdicts: [] };
}

async function memoryOf(contender: Contender, preparations: Preparations): Promise<readonly number[]> {
  const server = await contender.start(preparations);
  const before = residentMiB(server.pid);
  let most = before;
  const watch = setInterval(() => {
    most = Math.max(most, residentMiB(server.pid));
  }, 50);
  try {
    const bodies = preparations.lines([toBody(listUsers)]);
    await wrkBodies({ url: `${server.origin}/graphql`, seconds, connections, bodies });
    return [before, most, residentMiB(server.pid)];
  } finally {
    clearInterval(watch);
    await server.stop();
  }
}
