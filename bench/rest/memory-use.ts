import { wrk } from "../load/wrk.ts";
import { residentMiB } from "../machine/proc.ts";
import { type Table, whole } from "../report/table.ts";
import { type Contender, published } from "./contenders.ts";
import { isBuilt } from "./start.ts";
import type { Workspace } from "./workspace.ts";

/** Requests after which memory is read. */
const marks = [500_000, 1_000_000, 1_500_000, 2_000_000];

/** Resident memory while two million requests go by, with the usual metrics and logs off. */
export async function measureMemoryUse(
  workspace: Workspace,
  contenders: readonly Contender[],
  seconds: number,
): Promise<Table> {
  const rows: (readonly string[])[] = [];
  for (const contender of isBuilt() ? [...contenders, published] : contenders)
    rows.push([contender.title, ...(await residentOf(workspace, contender, seconds)).map(whole)]);
  return {
    title: "Memory, resident MiB, from an application cache",
    columns: ["server", "at start", ...marks.map((mark) => `after ${mark.toLocaleString("en")}`), "most"],
    rows,
  };
}

/** MiB at the start, at each mark, and the most there was. */
async function residentOf(workspace: Workspace, contender: Contender, seconds: number): Promise<number[]> {
  const { server, paths } = await workspace.start(contender, "cache", false);
  const found = [residentMiB(server.pid)];
  let [requests, most] = [0, 0];
  for (const mark of marks) {
    while (requests < mark) {
      requests += (await wrk({ origin: server.origin, seconds, paths })).requests;
      most = Math.max(most, residentMiB(server.pid));
    }
    found.push(residentMiB(server.pid));
  }
  await server.stop();
  return [...found, most];
}
